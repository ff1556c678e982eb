"""Files cut into batches: every byte once, the same cuts whatever the reading."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfdecode.errors import FramingError
from mfdecode.framing import RawBatch, RecordFormat, open_frames


def rdw(*records: bytes) -> bytes:
    return b"".join((len(r) + 4).to_bytes(2, "big") + b"\0\0" + r for r in records)


def batches_of(path: Path, record_format: str, length: int = 4, size: int = 3, most: int = 1 << 20) -> list[RawBatch]:
    with open_frames(path, RecordFormat(record_format), length, size, most) as frames:
        return list(frames)


def records_of(batches: list[RawBatch]) -> list[bytes]:
    return [batch.record(i) for batch in batches for i in range(batch.records)]


@pytest.fixture
def write(tmp_path: Path):
    def write(content: bytes) -> Path:
        path = tmp_path / "input.dat"
        path.write_bytes(content)
        return path

    return write


def test_fixed_records_are_cut_every_record_length(write):
    batches = batches_of(write(b"aaaabbbbccccddddeeee"), "F")
    assert records_of(batches) == [b"aaaa", b"bbbb", b"cccc", b"dddd", b"eeee"]
    assert [(b.number, b.first_record, b.start, b.end) for b in batches] == [(0, 0, 0, 12), (1, 3, 12, 20)]


def test_a_fixed_file_that_fills_its_last_batch_has_no_empty_one(write):
    assert [b.records for b in batches_of(write(b"aaaabbbbcccc"), "F")] == [3]


def test_a_fixed_batch_ends_before_it_has_too_many_bytes(write):
    assert [b.records for b in batches_of(write(b"x" * 40), "F", most=10)] == [2, 2, 2, 2, 2]


def test_a_record_longer_than_a_batch_is_a_batch(write):
    assert [b.records for b in batches_of(write(b"x" * 40), "F", length=20, most=10)] == [1, 1]


def test_a_fixed_file_that_ends_inside_a_record_says_where(write):
    path = write(b"aaaabbbbccccdd")
    with pytest.raises(FramingError) as error:
        batches_of(path, "F")
    assert (error.value.offset, error.value.record) == (12, 3)
    assert str(error.value).startswith(f"{path}: record 3 at byte 12: the file ends 2 bytes into a record of 4")


def test_a_fixed_file_that_cannot_divide_is_known_by_its_size(write):
    path = write(b"aaaabbbbccccdd")
    with open_frames(path, RecordFormat.F, 4) as frames, pytest.raises(FramingError, match="record 3 at byte 12"):
        frames.check()
    with open_frames(path, RecordFormat.F, 7) as frames:
        frames.check()


def test_the_records_before_a_broken_end_are_given_first(write):
    seen = []
    with open_frames(write(b"aaaabb"), RecordFormat.F, 4, 3, 1 << 20) as frames, pytest.raises(FramingError):
        seen.extend(records_of([batch]) for batch in frames)
    assert seen == [[b"aaaa"]]


@pytest.mark.parametrize("record_format", ["F", "V"])
def test_an_empty_file_has_no_batch(write, record_format):
    assert batches_of(write(b""), record_format) == []


def test_variable_records_are_told_by_their_descriptors(write):
    batches = batches_of(write(rdw(b"one", b"", b"three", b"4")), "V")
    assert records_of(batches) == [b"one", b"", b"three", b"4"]
    assert [(b.first_record, b.start, b.end) for b in batches] == [(0, 0, 20), (3, 20, 25)]
    assert [b.offset(i) for b in batches for i in range(b.records)] == [4, 11, 15, 24]


def test_lengths_may_leave_out_the_descriptor_itself(write):
    content = b"\x00\x03\x00\x00one\x00\x00\x00\x00\x00\x05\x00\x00three"
    with open_frames(write(content), RecordFormat.V, 0, rdw_inclusive=False) as frames:
        assert records_of(list(frames)) == [b"one", b"", b"three"]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (b"\x00\x03\x00\x00", "00 03 00 00 is no record descriptor word"),
        (b"\x00\x08\x01\x00abcd", "00 08 01 00 is no record descriptor word"),
        (b"\x00\x08\x00\x00abc", "the file ends 7 bytes into a record"),
        (b"\x00", "the file ends 1 bytes into a record"),
    ],
)
def test_a_broken_descriptor_says_where(write, broken, words):
    with pytest.raises(FramingError, match=words) as error:
        batches_of(write(rdw(b"good", b"fine") + broken), "V")
    assert (error.value.offset, error.value.record) == (16, 2)


def test_the_longest_variable_record_is_framed(write):
    longest = bytes(65_531)
    assert records_of(batches_of(write(rdw(longest, b"x", longest)), "V", most=1)) == [longest, b"x", longest]


def test_a_recycled_buffer_is_read_into_again(write):
    with open_frames(write(b"aaaabbbbccccdddd"), RecordFormat.F, 4, 1) as frames:
        buffers, seen = set(), []
        for batch in frames:
            seen += records_of([batch])
            buffers.add(id(batch.buffer))
            frames.recycle(batch)
    assert seen == [b"aaaa", b"bbbb", b"cccc", b"dddd"]
    assert len(buffers) == 1


@given(
    records=st.lists(st.binary(max_size=90_000).map(lambda b: b[:65_531]) | st.binary(max_size=20), max_size=40),
    size=st.integers(1, 10),
    most=st.integers(1, 1 << 18),
)
def test_variable_batches_hold_every_byte_of_the_file_once(tmp_path_factory, records, size, most):
    path = tmp_path_factory.mktemp("v") / "input.dat"
    content = rdw(*records)
    path.write_bytes(content)
    position = first = 0
    seen = []
    with open_frames(path, RecordFormat.V, 0, size, most) as frames:
        for number, batch in enumerate(frames):
            assert (batch.number, batch.first_record, batch.start) == (number, first, position)
            assert batch.data.tobytes() == content[batch.start : batch.end]
            assert 1 <= batch.records <= size
            assert batch.end - batch.start <= max(most, 1 << 16)
            seen += records_of([batch])
            position, first = batch.end, first + batch.records
            frames.recycle(batch)
    assert position == len(content)
    assert seen == records
