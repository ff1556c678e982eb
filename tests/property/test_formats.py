"""Every record format against the reference framer: well-formed files, and files with anything in them."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from framing_reference import PIECE, Found, frame
from hypothesis import given
from hypothesis import strategies as st

from mfdecode.errors import FramingError, LayoutError
from mfdecode.framing import (
    Compression,
    Endian,
    Framing,
    LineEnd,
    OnBrokenRdw,
    Part,
    Place,
    RawBatch,
    RecordFormat,
    find_boundaries,
    index,
    index_path,
    open_part,
    ranges_of_file,
    whole_file,
)

RDW_FORMATS = [RecordFormat.V, RecordFormat.VB, RecordFormat.VBS]


@st.composite
def framings(draw: st.DrawFn, formats: list[RecordFormat]) -> Framing:
    around = st.integers(0, 3)
    return Framing(
        draw(st.sampled_from(formats)),
        0,
        rdw_inclusive=draw(st.booleans()),
        rdw_endian=draw(st.sampled_from(Endian)),
        rdw_adjust=draw(st.sampled_from([0, 0, 2, -1])),
        bdw_inclusive=draw(st.booleans()),
        bdw_endian=draw(st.sampled_from(Endian)),
        bdw_adjust=draw(st.sampled_from([0, 0, 3, -2])),
        header_bytes=draw(around),
        trailer_bytes=draw(around),
        record_start=draw(around),
        record_end=draw(around),
        compression=Compression.NONE,  # some bytes would be taken for a compressed file's first
    )


def descriptor(length: int, extra: int, endian: Endian, code: int = 0) -> bytes:
    word = (length - extra).to_bytes(2, "big") + bytes([code, 0])
    return word if endian is Endian.BIG else word[::-1]


def rdw(data: bytes, framing: Framing, code: int = 0) -> bytes:
    return descriptor(len(data), framing.rdw_extra, framing.rdw_endian, code) + data


def block(segments: list[bytes], framing: Framing) -> bytes:
    data = b"".join(segments)
    return descriptor(len(data), framing.bdw_extra, framing.bdw_endian) + data


@st.composite
def files(draw: st.DrawFn, framing: Framing) -> tuple[bytes, list[bytes]]:
    """A file, and the data of its records; each has five bytes at least, so that any adjusted length can be written."""
    records = draw(st.lists(st.binary(min_size=6, max_size=40), max_size=12))
    whole = [bytes(framing.record_start) + record + bytes(framing.record_end) for record in records]
    if framing.record_format is RecordFormat.V:
        body = b"".join(rdw(record, framing) for record in whole)
    else:
        pieces: list[bytes] = []
        for record in whole:
            cuts = [0, len(record)]
            if framing.record_format is RecordFormat.VBS and draw(st.booleans()):
                cuts = sorted({*cuts, *draw(st.lists(st.integers(3, len(record) - 3), max_size=3))})
                cuts = [c for i, c in enumerate(cuts) if i == 0 or c == len(record) or c - cuts[i - 1] >= 3]
            parts = [record[a:b] for a, b in pairwise(cuts)]
            last = len(parts) - 1
            pieces += [
                rdw(part, framing, 0 if not last else 1 if i == 0 else 2 if i == last else 3)
                for i, part in enumerate(parts)
            ]
        body, at = b"", 0
        while at < len(pieces):
            count = draw(st.integers(1, 4))
            body += block(pieces[at : at + count], framing)
            at += count
    return b"h" * framing.header_bytes + body + b"t" * framing.trailer_bytes, records


def found_in(path: Path, framing: Framing, size: int = 3, part: Part | None = None) -> tuple[list[Found], int | None]:
    """What the engine frames, each batch and each record read again on the way."""
    framing = replace(framing, compression=Compression.NONE)
    found: list[Found] = []
    try:
        with open_part(part or whole_file(path, framing), framing, size, 1) as frames:
            position = frames.part.start
            for raw in frames:
                assert raw.start == position or framing.record_format.has_blocks  # which may be empty
                position = raw.end
                assert 1 <= raw.records <= size
                records = [Found(raw.offset(i), raw.record(i), gap=i in raw.gaps) for i in range(raw.records)]
                assert frames.again(raw.start, raw.end) == [(record.offset, record.data) for record in records]
                assert all(frames.record_at(r.offset) == r.data for r in records if not r.gap)
                found += records
                frames.recycle(raw)
            assert position == frames.part.end or framing.record_format.has_blocks
    except FramingError as error:
        return found, error.offset
    return found, None


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats") / "input.dat"


@given(data=st.data(), framing=framings(RDW_FORMATS), size=st.integers(1, 5))
def test_a_well_formed_file_has_its_records(path: Path, data: st.DataObject, framing: Framing, size: int) -> None:
    content, records = data.draw(files(framing))
    path.write_bytes(content)
    found, broken = found_in(path, framing, size)
    assert broken is None
    assert [record.data for record in found] == records
    assert found == frame(content, framing)[0]


@given(data=st.data(), framing=framings(RDW_FORMATS), resync=st.booleans(), size=st.integers(1, 5))
def test_a_broken_file_is_framed_as_the_reference_does(
    path: Path, data: st.DataObject, framing: Framing, *, resync: bool, size: int
) -> None:
    content, _ = data.draw(files(framing))
    mutated = bytearray(content)
    for at in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=3)):
        mutated[at : at + 1] = data.draw(st.binary(max_size=6))
    content = bytes(mutated).ljust(framing.header_bytes + framing.trailer_bytes, b"\0")
    framing = replace(framing, on_broken_rdw=OnBrokenRdw.RESYNC if resync else OnBrokenRdw.STOP)
    path.write_bytes(content)
    assert found_in(path, framing, size) == frame(content, framing)


@given(data=st.data(), framing=framings([RecordFormat.F, *RDW_FORMATS]), resync=st.booleans(), size=st.integers(1, 3))
def test_reading_goes_on_from_where_any_batch_ends(
    path: Path, data: st.DataObject, framing: Framing, *, resync: bool, size: int
) -> None:
    if framing.record_format is RecordFormat.F:
        framing = replace(framing, record_length=3)
        content = bytes(framing.header_bytes + framing.trailer_bytes) + bytes(range(framing.stride * 7))
    else:
        framing = replace(framing, on_broken_rdw=OnBrokenRdw.RESYNC)
        content, _ = data.draw(files(framing))
        if resync and content:
            at = data.draw(st.integers(0, len(content) - 1))
            content = content[:at] + bytes(9) + content[at:]
    path.write_bytes(content)
    with open_part(whole_file(path, framing), framing, size, 1) as frames:
        batches = [told(raw) for raw in frames]
        places = [frames.part.place, *(place for *_, place in batches)]
    for number, place in enumerate(places):
        with open_part(whole_file(path, framing), framing, size, 1) as frames:
            assert [told(raw) for raw in frames.batches_from(place)] == batches[number:]
            for batch in batches[:number]:
                assert all(frames.record_at(r.offset) == r.data for r in batch[1] if not r.gap)
            assert frames.consumed == (frames.part.end or 0) - frames.part.start


def told(raw: RawBatch) -> tuple[int, list[Found], int, int, int, Place]:
    """All of a batch."""
    records = [Found(raw.offset(i), raw.record(i), gap=i in raw.gaps) for i in range(raw.records)]
    return raw.number, records, raw.first_record, raw.start, raw.end, raw.after


@given(
    content=st.text(st.sampled_from("\n\r\x15%ab"), max_size=60).map(lambda text: text.encode("latin-1")),
    line_end=st.sampled_from(LineEnd),
    around=st.sampled_from([0, 0, 1]),
    size=st.integers(1, 5),
)
def test_lines(path: Path, content: bytes, line_end: LineEnd, around: int, size: int) -> None:
    framing = Framing(RecordFormat.D, 0, line_end=line_end, record_start=around)
    path.write_bytes(content)
    assert found_in(path, framing, size) == frame(content, framing)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"one\ntwo 100%\n", [b"one", b"two 100%"]),
        (b"one\r\ntwo\r\n", [b"one", b"two"]),
        ("one two".encode("cp037") + b"\x15" + "three".encode("cp037"), ["one two", "three"]),
        ("one two".encode("cp037") + b"\x25" + "three".encode("cp037") + b"\x25", ["one two", "three"]),
    ],
    ids=["LF", "CRLF", "NEL15", "NEL25"],
)
def test_the_beginning_of_a_file_shows_what_ends_its_lines(path: Path, content: bytes, lines: list[bytes]) -> None:
    path.write_bytes(content)
    found, _ = found_in(path, Framing(RecordFormat.D, 0))
    assert [r.data for r in found] == [line if isinstance(line, bytes) else line.encode("cp037") for line in lines]


@given(data=st.data(), framing=framings(RDW_FORMATS), resync=st.booleans(), count=st.integers(2, 5))
def test_ranges_have_the_records_of_the_file(
    path: Path, data: st.DataObject, framing: Framing, *, resync: bool, count: int
) -> None:
    content, _ = data.draw(files(framing))
    if resync and len(content) > 20:
        framing = replace(framing, on_broken_rdw=OnBrokenRdw.RESYNC)
        at = data.draw(st.integers(framing.header_bytes, len(content) - 10))
        content = content[:at] + data.draw(st.binary(min_size=1, max_size=6)) + content[at:]
    path.write_bytes(content)
    index_path(path).unlink(missing_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "_BATCH", 2)
        patch.setattr(index, "_FINEST", 1)
        parts = ranges_of_file(path, find_boundaries(path, framing), count)
    found = [record for part in parts for record in found_in(path, framing, 3, part)[0]]
    assert found == found_in(path, framing)[0]
    assert sum(part.records or 0 for part in parts) == len(found)


def test_a_batch_never_has_more_than_its_limits(path: Path) -> None:
    framing = Framing(RecordFormat.VB, 0)
    path.write_bytes(block([rdw(b"x" * 10, framing)] * 100, framing) * 30)
    with open_part(whole_file(path, framing), framing, 7, 1) as frames:
        batches: list[RawBatch] = list(frames)
    assert {raw.records for raw in batches[:-1]} == {7}
    assert sum(raw.records for raw in batches) == 3_000


def test_a_large_block_tells_its_length_in_31_bits(path: Path) -> None:
    framing = Framing(RecordFormat.VB, 0)
    records = [rdw(bytes([n % 250]) * 30_000, framing) for n in range(4)]
    data = b"".join(records)
    path.write_bytes((len(data) + 4 | 1 << 31).to_bytes(4, "big") + data)
    found, broken = found_in(path, framing)
    assert broken is None
    assert [record.data[0] for record in found] == [0, 1, 2, 3]


def test_a_spanned_record_longer_than_a_batch_is_told(path: Path) -> None:
    framing = Framing(RecordFormat.VBS, 0)
    segments = [rdw(b"x" * 30_000, framing, code) for code in (1, 3, 3, 2)]
    path.write_bytes(b"".join(block([segment], framing) for segment in segments))
    with (
        open_part(whole_file(path, framing), framing, 3, 1) as frames,
        pytest.raises(FramingError, match="batch_bytes"),
    ):
        list(frames)
    with open_part(whole_file(path, framing), framing, 3, 1 << 20) as frames:
        assert [raw.record(0) for raw in frames] == [b"x" * 120_000]


def test_a_stretch_without_records_is_cut_into_pieces(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    framing = Framing(RecordFormat.V, 0, on_broken_rdw=OnBrokenRdw.RESYNC)
    good = b"".join(rdw(b"good", framing) for _ in range(5))
    # Where the second piece begins, and with it a batch, lies what would pass for a record, were it looked at alone.
    stretch = (b"\xff" * PIECE + rdw(b"none", framing)).ljust(3_000_000, b"\xff")
    path.write_bytes(good + stretch + good)
    found, broken = found_in(path, framing, 1_000)
    assert broken is None
    gaps = [record.data for record in found if record.gap]
    assert b"".join(gaps) == stretch
    assert max(map(len, gaps)) == PIECE
    assert [record.data for record in found if not record.gap] == [b"good"] * 10
    monkeypatch.setattr(index, "_BATCH", 6)
    monkeypatch.setattr(index, "_FINEST", 1)
    index_path(path).unlink(missing_ok=True)
    parts = ranges_of_file(path, find_boundaries(path, framing), 50)
    assert [record for part in parts for record in found_in(path, framing, 7, part)[0]] == found


def test_a_fixed_file_that_breaks_off_says_where_whatever_its_header(path: Path) -> None:
    framing = Framing(RecordFormat.F, 3, record_end=1, header_bytes=5)
    path.write_bytes(b"HHHHH" + b"one>" + b"tw")
    assert found_in(path, framing) == ([Found(5, b"one")], 9)


def test_a_broken_rdw_is_shown_with_the_bytes_around_it(path: Path) -> None:
    framing = Framing(RecordFormat.V, 0)
    path.write_bytes(rdw("HELLO WORLD".encode("cp037"), framing) * 4 + b"\xc1\xc2\xc3\xc4" * 10)
    with open_part(whole_file(path, framing), framing) as frames, pytest.raises(FramingError) as error:
        list(frames)
    assert error.value.offset == 60
    rows = str(error.value).splitlines()[1:]
    assert rows[0] == "  0000000028  D3 C4 00 0F 00 00 C8 C5 D3 D3 D6 40 E6 D6 D9 D3  LD....HELLO WORL"
    assert rows[2] == "> 0000000060  C1 C2 C3 C4 C1 C2 C3 C4 C1 C2 C3 C4 C1 C2 C3 C4  ABCDABCDABCDABCD"
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"record_format": RecordFormat.FB, "block_size": 25}, "25 bytes are no whole number of records of 10"),
        ({"record_format": RecordFormat.U}, "--length-field or --record-rules"),
        ({"record_format": RecordFormat.D, "on_broken_rdw": OnBrokenRdw.RESYNC}, "have no RDWs"),
        ({"record_format": RecordFormat.F, "block_size": 20}, "a block size is for format FB"),
        ({"record_format": RecordFormat.F, "record_start": -1}, "not less than none"),
        ({"record_format": RecordFormat.V, "rdw_adjust": 40_000}, "32767 bytes at most"),
    ],
)
def test_what_does_not_fit_together_is_refused(keys: dict, words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        Framing(record_length=10, **keys)


def test_fixed_records_have_bytes_around_them_and_the_file_too(path: Path) -> None:
    framing = Framing(RecordFormat.FB, 3, record_start=1, record_end=2, header_bytes=5, trailer_bytes=4, block_size=12)
    path.write_bytes(b"HHHHH" + b"<one>>" + b"<two>>" + b"<six>>" + b"TTTT")
    found, _ = found_in(path, framing)
    assert found == [Found(6, b"one"), Found(12, b"two"), Found(18, b"six")]
    parts = ranges_of_file(path, find_boundaries(path, framing), 2)
    assert [record for part in parts for record in found_in(path, framing, 3, part)[0]] == found


def test_a_file_without_room_for_its_header_is_told(path: Path) -> None:
    path.write_bytes(b"abc")
    with pytest.raises(FramingError, match="3 bytes: too few for 2 header and 2 trailer bytes"):
        whole_file(path, Framing(RecordFormat.V, 0, header_bytes=2, trailer_bytes=2))
