"""Compressed files: the same records as of the plain file, read again as of it, and no short read without a word."""

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from mfdecode.errors import CompressionError, FramingError
from mfdecode.framing import (
    Compression,
    Framing,
    OnBrokenRdw,
    Parts,
    RecordFormat,
    compression_of,
    content,
    open_part,
    parts_of_files,
    require_ranges,
    whole_file,
)

CODECS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "zstd": lambda data: pa.Codec("zstd").compress(data, asbytes=True),
}
F4 = Framing(RecordFormat.F, 4)
RECORDS = [bytes([n]) * (n % 97) for n in range(256)]
V_FILE = b"".join((len(r) + 4).to_bytes(2, "big") + b"\0\0" + r for r in RECORDS)
FORMATS = {
    "F": (b"".join(f"{n:04d}".encode() for n in range(2_000)), F4),
    "F within": (b"HEAD" + b"".join(f"<{n:04d}>".encode() for n in range(500)) + b"TRAILER", None),
    "V": (V_FILE, Framing(RecordFormat.V, 0)),
    "V resync": (V_FILE + b"\xff" * 100 + V_FILE, Framing(RecordFormat.V, 0, on_broken_rdw=OnBrokenRdw.RESYNC)),
    "VB": (len(V_FILE + b"BDW!").to_bytes(2, "big") + b"\0\0" + V_FILE, Framing(RecordFormat.VB, 0)),
    "D": (b"\n".join(str(n).encode() * (n % 9) for n in range(999)), Framing(RecordFormat.D, 40)),
}
FORMATS["F within"] = (
    FORMATS["F within"][0],
    Framing(RecordFormat.F, 4, header_bytes=4, trailer_bytes=7, record_start=1, record_end=1),
)

Found = tuple[list[tuple[int, int, bytes]], list[tuple[int, int]]]


def records_of(path: Path, framing: Framing) -> Found:
    """Number, offset and bytes of each record, and where batches were cut."""
    records, cuts = [], []
    with open_part(whole_file(path, framing), framing, 7, 1_000) as frames:
        for raw in frames:
            records += [(raw.first_record + i, raw.offset(i), raw.record(i)) for i in range(raw.records)]
            cuts.append((raw.start, raw.end))
            frames.recycle(raw)
    return records, cuts


@pytest.fixture(params=CODECS)
def codec(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=FORMATS)
def pair(request: pytest.FixtureRequest, codec: str, tmp_path: Path) -> tuple[Path, Path, Framing]:
    """A plain file, the same in two members or frames, and how it is framed."""
    data, framing = FORMATS[request.param]
    plain, compressed = tmp_path / "plain", tmp_path / "compressed"
    plain.write_bytes(data)
    half = len(data) // 2
    compressed.write_bytes(CODECS[codec](data[:half]) + CODECS[codec](data[half:]))
    return plain, compressed, framing


@pytest.mark.parametrize("read", [5, 256 * 1024])
def test_the_records_are_those_of_the_plain_file(
    pair: tuple[Path, Path, Framing], monkeypatch: pytest.MonkeyPatch, read: int
) -> None:
    monkeypatch.setattr(content, "_READ", read)
    plain, compressed, framing = pair
    assert records_of(compressed, framing) == records_of(plain, framing)


@pytest.mark.parametrize("kept", [64, 8 << 20])
def test_records_are_read_again_in_any_order(
    pair: tuple[Path, Path, Framing], monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(content, "_KEPT", kept)
    monkeypatch.setattr(content, "_READ", 50)
    plain, compressed, framing = pair
    wanted, cuts = records_of(plain, framing)
    with open_part(whole_file(compressed, framing), framing, 7, 1_000) as frames:
        for _ in frames:
            pass
        for start, end in [cuts[3], cuts[1], cuts[-1], cuts[0]]:
            in_batch = [(at, data) for _, at, data in wanted if start <= at < end]
            assert [r for r in frames.again(start, end) if r[1]] == [r for r in in_batch if r[1]]
        if framing.on_broken_rdw is OnBrokenRdw.STOP:
            for _, at, data in [wanted[5], wanted[90], wanted[2]]:
                assert frames.record_at(at) == data
        with pytest.raises(OSError, match="is shorter than it was"):
            frames.again(cuts[-1][0], 1 << 20)


@pytest.mark.parametrize("rest", [1, 2, 5, 30, 500])
def test_a_stream_that_breaks_off_is_an_error_and_says_where(codec: str, tmp_path: Path, rest: int) -> None:
    path = tmp_path / "f"
    whole = CODECS[codec](FORMATS["F"][0])
    path.write_bytes(whole[:-rest])
    with pytest.raises(CompressionError) as caught:
        records_of(path, F4)
    assert str(caught.value).startswith(f"{path}: the {codec} stream breaks off or is damaged (read up to byte ")
    assert f"up to byte {len(whole) - rest} of the file, past byte" in str(caught.value)


@pytest.mark.parametrize("codec", ["gzip", "bzip2"])  # zstd has a checksum where the writer wants one
def test_a_changed_byte_is_an_error(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    whole = bytearray(CODECS[codec](FORMATS["F"][0]))
    whole[len(whole) // 2] ^= 0x10
    path.write_bytes(whole)
    with pytest.raises(CompressionError, match=f"the {codec} stream breaks off or is damaged"):
        records_of(path, F4)


def test_what_follows_the_stream_is_an_error(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(CODECS[codec](FORMATS["F"][0]) + b"more")
    with pytest.raises(CompressionError, match="breaks off or is damaged"):
        records_of(path, F4)


def test_a_record_that_breaks_off_is_told_as_of_a_plain_file(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(CODECS[codec](b"aaaabbbbcc"))
    with pytest.raises(FramingError, match="record 2 at byte 8: the file ends 2 bytes into a record of 4"):
        records_of(path, F4)


def test_nothing_at_all_is_an_error(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(CODECS[codec](b""))
    with pytest.raises(CompressionError, match="holds no record"):
        records_of(path, F4)
    with pytest.raises(CompressionError, match="holds 0 bytes: too few"):
        records_of(path, Framing(RecordFormat.F, 4, header_bytes=3))


def test_the_first_bytes_tell_the_compression(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    for data in (b"", b"x"):
        path.write_bytes(CODECS[codec](data))
        assert compression_of(path) == codec
        assert compression_of(path, Compression.NONE) is Compression.NONE
    for other in (b"", b"BZh9 is text", b"\x1f\x8b", b"\x5f\x2a\x4d", b"\xf0\xf1"):
        path.write_bytes(other)
        assert compression_of(path) is Compression.NONE
    path.write_bytes(b"\x5f\x2a\x4d\x18\0\0\0\0" + CODECS["zstd"](b"x"))
    assert compression_of(path) is Compression.ZSTD


def test_a_file_of_another_kind_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"aaaabbbb")
    with pytest.raises(CompressionError, match="gzip stream breaks off or is damaged"):
        records_of(path, Framing(RecordFormat.F, 4, compression=Compression.GZIP))


def test_several_files_are_numbered_through(codec: str, tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    paths[0].write_bytes(CODECS[codec](b"0000000100020003"))
    paths[1].write_bytes(b"00040005")
    planned = parts_of_files(paths, F4, 2)
    assert [(p.start, p.end, p.records_before, p.records) for p in planned] == [(0, 16, 0, 4), (0, 8, 4, 2)]
    with Parts([open_part(part, F4, 3) for part in planned]) as parts:
        assert parts.size == sum(path.stat().st_size for path in paths)
        raws = [raw for frames in parts for raw in frames]
        assert [(raw.first_record, raw.record(0)) for raw in raws] == [(0, b"0000"), (3, b"0003"), (4, b"0004")]
        assert parts.consumed == parts.size


def test_a_compressed_file_is_not_read_from_its_midst(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(CODECS[codec](b"aaaa"))
    with pytest.raises(CompressionError, match=rf"is compressed \({codec}\), and can only be read from its beginning"):
        require_ranges(path, F4)


def test_reading_again_keeps_little_in_memory(codec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_KEPT", 1_000)
    monkeypatch.setattr(content, "_READ", 500)
    path = tmp_path / "f"
    path.write_bytes(CODECS[codec](bytes(range(250)) * 400))
    held = content.CompressedContent(path, Compression(codec), 0)
    for at in range(0, 100_000, 1_000):
        assert held.again(at, at + 10) == bytes(range(10))
        assert len(held._kept) < 3_000
    held.close()
