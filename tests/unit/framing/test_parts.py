"""An input in parts: together they are the input, each byte and each number once."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfdecode.errors import FramingError
from mfdecode.framing import (
    Framing,
    Part,
    Parts,
    RecordFormat,
    Spare,
    find_boundaries,
    open_part,
    parts_of_files,
    pieces_of_file,
    ranges_of_file,
    whole_file,
)

V = Framing(RecordFormat.V, 0)
F4 = Framing(RecordFormat.F, 4)


def numbered(parts: Sequence[Part], framing: Framing) -> list[tuple[int, bytes]]:
    """Number and bytes of each record, in the order of the parts."""
    spare = Spare()
    records = []
    for part in parts:
        with open_part(part, framing, 3, 1 << 20, spare) as frames:
            for number, batch in enumerate(frames):
                assert (batch.part, batch.number) == (part.number, number)
                records += [(batch.first_record + i, batch.record(i)) for i in range(batch.records)]
                frames.recycle(batch)
    return records


def fixed(path: Path, records: int) -> Path:
    path.write_bytes(b"".join(f"{n:04d}".encode() for n in range(records)))
    return path


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
def test_ranges_of_a_fixed_file_are_the_file(tmp_path: Path, count: int) -> None:
    path = fixed(tmp_path / "f.dat", 23)
    parts = ranges_of_file(path, find_boundaries(path, F4), count)
    assert len(parts) == min(count, 23)
    assert numbered(parts, F4) == [(n, f"{n:04d}".encode()) for n in range(23)]
    assert sum(part.records or 0 for part in parts) == 23
    assert not any(part.start % 4 or part.end % 4 for part in parts)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50, 500])
def test_ranges_of_a_variable_file_are_the_file(varying: Path, count: int) -> None:
    parts = ranges_of_file(varying, find_boundaries(varying, V), count)
    assert min(count, 40) <= len(parts) <= count
    assert numbered(parts, V) == [(n, bytes([n]) * n) for n in range(101)]


def test_ranges_are_of_about_the_same_size(varying: Path) -> None:
    sizes = [part.end - part.start for part in ranges_of_file(varying, find_boundaries(varying, V), 5)]
    assert max(sizes) - min(sizes) < 4 * 104


@given(records=st.integers(0, 60), size=st.integers(1, 100))
def test_pieces_are_no_larger_than_they_may_be(tmp_path_factory, records: int, size: int) -> None:
    path = fixed(tmp_path_factory.mktemp("pieces") / "f.dat", records)
    parts = pieces_of_file(path, find_boundaries(path, F4), size)
    assert all(part.end - part.start <= max(size, 4) for part in parts)
    assert [n for n, _ in numbered(parts, F4)] == list(range(records))


def test_records_are_numbered_through_all_files(tmp_path: Path, varying: Path) -> None:
    paths = [fixed(tmp_path / f"{n}.dat", n) for n in (3, 0, 5)]
    parts = parts_of_files(paths, F4, threads=2)
    assert [(part.records_before, part.first_record) for part in parts] == [(0, 0), (3, 0), (3, 0)]
    assert [n for n, _ in numbered(parts, F4)] == list(range(8))
    assert numbered(parts_of_files([varying, varying], V, threads=2), V)[101] == (101, b"")


def test_a_part_that_is_cut_short_is_told_by_file_offset_and_record(tmp_path: Path, varying: Path) -> None:
    paths = [fixed(tmp_path / "1.dat", 3), fixed(tmp_path / "2.dat", 3)]
    os.truncate(paths[1], 10)
    with pytest.raises(FramingError, match=r"2\.dat: record 2 at byte 8: the file ends 2 bytes into a record of 4"):
        parts_of_files(paths, F4, threads=1)
    os.truncate(varying, 41)
    with pytest.raises(FramingError, match=r"varying\.dat: record 6 at byte 39: the file ends 2 bytes into a record"):
        parts_of_files([varying], V, threads=1)


@pytest.mark.parametrize("framing", [F4, V], ids=["F", "V"])
def test_a_part_that_has_become_shorter_since_it_was_planned_is_told(
    tmp_path: Path, varying: Path, framing: Framing
) -> None:
    path = varying if framing is V else fixed(tmp_path / "f.dat", 50)
    last = ranges_of_file(path, find_boundaries(path, framing), 2)[-1]
    os.truncate(path, last.start)
    with pytest.raises(FramingError, match=f"record {last.first_record} at byte {last.start}: the part should end at"):
        numbered([last], framing)


def test_a_part_with_other_records_than_were_counted_is_told(varying: Path) -> None:
    part = whole_file(varying, V)
    with pytest.raises(FramingError, match="after 101 records of 100"):
        numbered([replace(part, records=100)], V)


def test_a_batch_is_read_again_from_its_own_part(tmp_path: Path) -> None:
    paths = [fixed(tmp_path / "1.dat", 3), fixed(tmp_path / "2.dat", 3)]
    paths[1].write_bytes(b"aaaabbbb")
    with Parts([open_part(part, F4) for part in parts_of_files(paths, F4, threads=1)]) as parts:
        assert parts.again(0, 4, 12) == [(4, b"0001"), (8, b"0002")]
        assert parts.again(1, 4, 8) == [(4, b"bbbb")]
        assert (parts.size, len(parts)) == (20, 2)


def test_a_record_is_read_again_by_its_number_and_offset(varying: Path) -> None:
    found = ranges_of_file(varying, find_boundaries(varying, V), 3)
    with Parts([open_part(part, V) for part in found]) as parts:
        for frames in parts:
            for raw in frames:
                for position in range(0, raw.records, 50):
                    assert parts.record_at(raw.first_record + position, raw.offset(position)) == raw.record(position)


def test_parts_read_into_each_other_s_buffers(tmp_path: Path) -> None:
    path = fixed(tmp_path / "f.dat", 12)
    spare = Spare()
    buffers = set()
    planned = ranges_of_file(path, find_boundaries(path, F4), 3)
    with Parts([open_part(part, F4, 4, 1 << 20, spare) for part in planned]) as parts:
        for frames in parts:
            for batch in frames:
                buffers.add(id(batch.buffer))
                parts.recycle(batch)
    assert len(buffers) == 1
