"""The samples of a load: in order, and not too many."""

import json
from pathlib import Path

import pytest

from driver.batch.samples import Sample
from driver.batch.watching.samples_file import SamplesFile


def sample(seconds: int) -> Sample:
    return Sample(seconds, 4 * seconds, 3 * seconds, 2 * seconds, 0, 0, 0, 0, 0)


def seconds_in(path: Path) -> list[float]:
    return [json.loads(line)["seconds"] for line in path.read_text().splitlines()]


def test_samples_are_there_as_soon_as_they_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "samples.jsonl"
    samples = SamplesFile(path)
    for second in range(3):
        samples.add(sample(second))
        assert seconds_in(path) == list(range(second + 1))
    samples.close(sample(7))
    assert seconds_in(path) == [0, 1, 2, 7]


@pytest.mark.parametrize("taken", [9, 10, 11, 1_000, 36_000])
def test_they_are_thinned_out_evenly(tmp_path: Path, taken: int) -> None:
    path = tmp_path / "samples.jsonl"
    samples = SamplesFile(path, most=10)
    for second in range(taken):
        samples.add(sample(second))
    samples.close(sample(taken))
    *found, last = seconds_in(path)
    assert last == taken
    assert 5 <= len(found) < 10
    step = found[1] - found[0]
    assert found == [step * number for number in range(len(found))]


def test_samples_that_could_not_be_written_are_written_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "run" / "samples.jsonl"
    samples = SamplesFile(path)
    samples.add(sample(0))
    path.unlink()
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        samples.add(sample(1))
    path.rmdir()
    samples.close(sample(2))
    assert seconds_in(path) == [0, 1, 2]


def test_those_of_an_earlier_load_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "samples.jsonl"
    SamplesFile(path).add(sample(5))
    SamplesFile(path).add(sample(0))
    assert seconds_in(path) == [0]
