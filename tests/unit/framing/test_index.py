"""The sparse index: true to the file, and thrown away when the file is another."""

import os
from pathlib import Path

import numpy as np
import pytest

from mfdecode.errors import FramingError
from mfdecode.framing import Framing, RecordFormat, SparseIndex, find_boundaries, index, index_path

V = Framing(RecordFormat.V, 0)


def begin_of(record: int) -> int:
    """Where a record of ``varying`` begins: n records of 0 to n - 1 bytes, with an RDW each, come before."""
    return 4 * record + record * (record - 1) // 2


def test_every_entry_is_where_its_record_begins(varying: Path) -> None:
    built = SparseIndex.build(varying, V)
    assert built.numbers.tolist() == [*range(0, 101, 2), 101]
    assert built.offsets.tolist() == [begin_of(record) for record in built.numbers.tolist()]
    assert built.records == 101
    assert built.offsets[-1] == varying.stat().st_size


def test_a_large_file_has_a_coarse_index(varying: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_FINEST", 2_000)
    offsets = SparseIndex.build(varying, V).offsets
    assert (np.diff(offsets)[:-1] >= 1_000).all()
    assert 2 < len(offsets) < 8


@pytest.mark.parametrize(
    ("after", "until", "record"), [(0, 30, 6), (0, 38, 6), (0, 39, 6), (0, 52, 8), (39, 40, 8), (39, 1 << 40, 101)]
)
def test_a_cut_is_the_last_entry_within_or_else_the_next(varying: Path, after: int, until: int, record: int) -> None:
    assert begin_of(6) == 39
    expected = record if begin_of(record) <= until or after == 39 else record - 2
    assert SparseIndex.build(varying, V).cut(after, until) == (begin_of(expected), expected)


def test_an_empty_file_has_an_index_without_records(tmp_path: Path) -> None:
    (tmp_path / "empty.dat").touch()
    built = SparseIndex.build(tmp_path / "empty.dat", V)
    assert (built.records, built.offsets.tolist()) == (0, [0])


def test_a_file_that_ends_inside_a_record_has_no_index(varying: Path) -> None:
    os.truncate(varying, begin_of(100) + 7)
    with pytest.raises(FramingError, match=rf"varying\.dat: record 100 at byte {begin_of(100)}: the file ends 7 bytes"):
        find_boundaries(varying, V)
    assert not index_path(varying).exists()


def test_an_index_is_kept_beside_the_file_and_used_again(varying: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = find_boundaries(varying, V)
    assert isinstance(built, SparseIndex)
    monkeypatch.setattr(SparseIndex, "build", None)
    kept = find_boundaries(varying, V)
    assert isinstance(kept, SparseIndex)
    assert kept.offsets.tolist() == built.offsets.tolist()
    assert kept.numbers.tolist() == built.numbers.tolist()


def test_no_pattern_of_input_files_finds_an_index(varying: Path) -> None:
    find_boundaries(varying, V)
    assert index_path(varying).name.startswith(".")
    assert index_path(varying).parent == varying.parent


def overwrite(path: Path, at: int, byte: bytes) -> None:
    """Change a byte and leave size and time as they were."""
    state = path.stat()
    with path.open("r+b") as file:
        file.seek(at)
        file.write(byte)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(path.read_bytes() + b"\0\5\0\0x"),
        lambda path: os.utime(path, ns=(0, path.stat().st_mtime_ns + 1)),
        lambda path: overwrite(path, begin_of(5) + 4, b"?"),
        lambda path: overwrite(path, path.stat().st_size - 1, b"?"),
        lambda path: index_path(path).write_bytes(index_path(path).read_bytes()[:-30]),
        lambda path: index_path(path).write_bytes(b"no index"),
        lambda path: index_path(path).write_bytes(b""),
    ],
    ids=["longer", "touched", "another beginning", "another end", "cut short", "no index", "empty"],
)
def test_an_index_of_another_state_of_the_file_is_made_anew(varying: Path, change) -> None:
    find_boundaries(varying, V)
    assert SparseIndex.load(varying, V) is not None
    change(varying)
    assert SparseIndex.load(varying, V) is None
    records = find_boundaries(varying, V).records
    kept = SparseIndex.load(varying, V)
    assert kept is not None
    assert kept.records == records


def test_an_index_for_another_framing_is_not_used(varying: Path) -> None:
    find_boundaries(varying, V)
    assert SparseIndex.load(varying, Framing(RecordFormat.V, 0, rdw_inclusive=False)) is None


def test_where_nothing_can_be_kept_it_goes_without(varying: Path) -> None:
    index_path(varying).mkdir()
    built = find_boundaries(varying, V)
    assert built.records == 101
    assert not built.save(varying, V)
    assert sorted(path.name for path in varying.parent.iterdir()) == [index_path(varying).name, varying.name]
