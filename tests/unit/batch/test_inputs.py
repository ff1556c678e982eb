"""The files of an input, as a run that goes on sees them again."""

import os
from pathlib import Path

import pytest

from driver.batch.inputs import InputRecord
from mfdecode.framing import Part


@pytest.fixture
def recorded(tmp_path: Path) -> InputRecord:
    """Two files in three parts, as MF_RUN gives them back."""
    first, second = tmp_path / "first.dat", tmp_path / "second.dat"
    first.write_bytes(b"1" * 200)
    second.write_bytes(b"2" * 100)
    parts = (Part(0, first, 0, 100), Part(1, first, 100, None, 10, 10), Part(2, second, 0, None))
    return InputRecord.from_json(InputRecord.now(parts).as_json)


def test_files_that_nobody_has_written_to_are_the_same_record(recorded: InputRecord) -> None:
    assert recorded.seen_again() == recorded


def test_files_that_were_written_to_with_the_same_are_another_record(recorded: InputRecord) -> None:
    file = recorded.files[1]
    os.utime(file.path, ns=(file.modified_ns, file.modified_ns + 1_000_000_000))

    assert recorded.seen_again() != recorded
