"""What is proposed for files made in every format: the framing and the code page that they were made with."""

import bz2
import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from mfdecode import Copybook, Layout
from mfdecode.framing import Compression, Endian, Framing, LineEnd
from mfdecode.framing import RecordFormat as R
from mfdecode.sniffing import Proposal, propose, take_sample

COPYBOOK = """\
       01  CUSTOMER.
           05  ID-NO     PIC 9(8).
           05  FULL-NAME PIC X(20).
           05  BALANCE   PIC S9(7)V99 COMP-3.
           05  POINTS    PIC S9(4) COMP.
           05  CITY      PIC X(12).
"""
LENGTH = 47
TEXTS_ONLY = COPYBOOK.replace("S9(7)V99 COMP-3", "9(5)").replace("S9(4) COMP", "9(2)")
NAMES = ["Anna Adler", "Bernd van Dyk", "Carla Castro", "Dimitri Ivanov", "Elena Dubois-Roux", "Femi O'Hara"]
GERMAN = ["Jürgen Müller", "Käthe Größe", "Sören Übel", "Björn Weiß"]


def records(page: str, names: list[str] = NAMES, *, binary: bool = True, count: int = 300) -> list[bytes]:
    chance = random.Random(7)
    made = []
    for n in range(count):
        texts = [f"{10_000_000 + 37 * n}", f"{chance.choice(names):<20}", f"{chance.choice(['GENT', 'KIEL']):<12}"]
        packed = bytes.fromhex(f"{chance.randrange(10**6):09d}{chance.choice('CD')}")
        points = chance.randrange(9_999).to_bytes(2, "big")
        numbers = packed + points if binary else f"{n:07d}".encode(page)
        made.append(texts[0].encode(page) + texts[1].encode(page) + numbers + texts[2].encode(page))
    return made


def word(length: int, code: int = 0, *, little: bool = False) -> bytes:
    found = length.to_bytes(2, "big") + bytes([code, 0])
    return found[::-1] if little else found


def blocks(pieces: list[bytes], extra: int = 4) -> bytes:
    joined = [b"".join(pieces[at : at + 9]) for at in range(0, len(pieces), 9)]
    return b"".join(word(len(block) + extra) + block for block in joined)


def spanned(record: bytes) -> list[bytes]:
    return [word(14, 1) + record[:10], word(len(record) - 6, 2) + record[10:]]


EBCDIC = records("cp037")
VARYING = [record[: LENGTH - n % 12] for n, record in enumerate(EBCDIC)]
MADE: dict[str, tuple[bytes, Framing]] = {
    "F": (b"".join(EBCDIC), Framing(R.F, LENGTH)),
    "F, header of a record": (b"\xc8\xc4\xd9" * 15 + b"\x40\x40" + b"".join(EBCDIC), Framing(R.F, 47, header_bytes=47)),
    "F, header of 5 bytes": (b"HEAD!" + b"".join(EBCDIC), Framing(R.F, LENGTH, header_bytes=5)),
    "F, trailer of 5 bytes": (b"".join(EBCDIC) + b"TAIL!", Framing(R.F, LENGTH, trailer_bytes=5)),
    "V": (b"".join(word(len(r) + 4) + r for r in VARYING), Framing(R.V, 0)),
    "V exclusive": (b"".join(word(len(r)) + r for r in VARYING), Framing(R.V, 0, rdw_inclusive=False)),
    "V little": (
        b"".join(word(len(r) + 4, little=True) + r for r in VARYING),
        Framing(R.V, 0, rdw_endian=Endian.LITTLE),
    ),
    "V, header of 6 bytes": (
        b"\1\2\3\4\5\6" + b"".join(word(len(r) + 4) + r for r in VARYING),
        Framing(R.V, 0, header_bytes=6),
    ),
    "VB": (blocks([word(len(r) + 4) + r for r in VARYING]), Framing(R.VB, 0)),
    "VB, exclusive BDWs": (blocks([word(len(r) + 4) + r for r in VARYING], 0), Framing(R.VB, 0, bdw_inclusive=False)),
    "VBS": (blocks([s for r in VARYING for s in spanned(r)]), Framing(R.VBS, 0)),
}


def best_of(path: Path, content: bytes, copybook: str | None) -> Proposal:
    path.write_bytes(content)
    return propose(take_sample(path), None if copybook is None else layout_of(copybook))[0]


def layout_of(text: str) -> Layout:
    return Copybook.from_text(text).layout()


def same(framing: Framing, wanted: Framing) -> bool:
    """Of V, BDWs are of no account."""
    names = ["record_format", "record_length", "rdw_inclusive", "rdw_endian", "header_bytes", "trailer_bytes"]
    names += ["bdw_inclusive"] if wanted.record_format.has_blocks else []
    return all(getattr(framing, name) == getattr(wanted, name) for name in names)


@pytest.mark.parametrize("name", MADE)
def test_the_framing_of_every_format_with_a_copybook(tmp_path: Path, name: str) -> None:
    content, framing = MADE[name]
    best = best_of(tmp_path / "f", content, COPYBOOK)
    assert same(best.framed.framing, framing), best
    assert (best.framed.records, best.codepage, best.framed.share) == (300, "cp037", 1)


@pytest.mark.parametrize("name", [name for name in MADE if not name.startswith("F,")])
def test_the_framing_of_every_format_without_one(tmp_path: Path, name: str) -> None:
    content, framing = MADE[name]
    best = best_of(tmp_path / "f", content, None)
    assert same(best.framed.framing, framing), best


@pytest.mark.parametrize("copybook", [TEXTS_ONLY, None])
@pytest.mark.parametrize(
    ("end", "page", "line_end"),
    [
        (b"\n", "ascii", LineEnd.AUTO),
        (b"\r\n", "ascii", LineEnd.AUTO),
        (b"\x15", "cp037", LineEnd.NEL15),
        (b"\x25", "cp037", LineEnd.NEL25),
    ],
)
def test_lines(tmp_path: Path, end: bytes, page: str, line_end: LineEnd, copybook: str | None) -> None:
    lines = [line.rstrip(" ".encode(page)) for line in records(page, binary=False)]
    best = best_of(tmp_path / "f", b"".join(line + end for line in lines), copybook)
    framing = best.framed.framing
    assert (framing.record_format, framing.line_end, best.codepage) == (R.D, line_end, page)
    assert best.framed.records == 300


@pytest.mark.parametrize(
    ("page", "names", "copybook"),
    [
        ("cp273", GERMAN, COPYBOOK),
        ("cp273", GERMAN, None),
        ("cp037", GERMAN, COPYBOOK),
        ("cp037", GERMAN, None),
        ("cp500", ["Question? Yes!", "Well! Who?"], COPYBOOK),
        ("cp037", NAMES, None),
    ],
)
def test_the_code_page_in_which_words_are_words(
    tmp_path: Path, page: str, names: list[str], copybook: str | None
) -> None:
    best = best_of(tmp_path / "f", b"".join(records(page, names)), copybook)
    assert page == best.codepage or page in best.alike


@pytest.mark.parametrize(("page", "names"), [("ascii", NAMES), ("latin-1", GERMAN)])
def test_the_pages_of_ascii(tmp_path: Path, page: str, names: list[str]) -> None:
    best = best_of(tmp_path / "f", b"".join(records(page, names, binary=False)), TEXTS_ONLY)
    assert (best.codepage, best.framed.framing) == (page, Framing(R.F, LENGTH))
    lines = b"".join(line + b"\n" for line in records("utf-8", ["Jürgen Müller"], binary=False))
    assert best_of(tmp_path / "f", lines, None).codepage == "utf-8"


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("name", ["F", "V", "VBS"])
def test_the_beginning_of_a_compressed_file_is_enough(
    tmp_path: Path, name: str, compress: Callable[[bytes], bytes]
) -> None:
    content, framing = MADE[name]
    path = tmp_path / "f"
    path.write_bytes(compress(content))
    sample = take_sample(path, 4_000)
    assert (len(sample.data), sample.size) == (4_000, None)
    assert sample.compression is not Compression.NONE
    for layout in (None, layout_of(COPYBOOK)):
        best = propose(sample, layout)[0]
        assert same(best.framed.framing, framing), best


def test_what_nothing_fits_has_a_low_score(tmp_path: Path) -> None:
    best = best_of(tmp_path / "f", random.Random(1).randbytes(9_973), COPYBOOK)
    assert best.score < 0.5
