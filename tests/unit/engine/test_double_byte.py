"""Two bytes a character: mixed code pages held to glibc's tables of them, DBCS alone, and UTF-16."""

import subprocess

import pytest

from mfdecode import CodepageError, Copybook, Decoder, Status
from mfdecode.double_byte import PAGES, SHIFT_IN, SHIFT_OUT, UNDEFINED, double_byte
from mfdecode.simd import AVAILABLE


def decoded(picture: str, raw: bytes, **options) -> tuple[str, Status]:
    layout = Copybook.from_text(f"01 R.\n05 A PIC {picture}.\n").layout()
    found = set()
    for level in AVAILABLE:
        batch = Decoder(layout, simd=level, **options).decode(raw)
        found.add((str(batch.array["A"][0]), Status(batch.status[0, 0])))
    (one,) = found
    return one


@pytest.mark.parametrize("name", PAGES)
def test_the_pairs_are_those_of_glibc(name):
    page = double_byte(name)
    codes = [code for code in range(1 << 16) if page.double[code] != UNDEFINED]
    assert len(codes) > 7_000
    lines = b"".join(bytes([SHIFT_OUT]) + code.to_bytes(2, "big") + bytes([SHIFT_IN, 0x25]) for code in codes)
    run = subprocess.run(
        ["iconv", "-c", "-f", f"IBM{name[2:]}", "-t", "UTF-8"], input=lines, capture_output=True, check=False
    )
    if b"not supported" in run.stderr:
        pytest.skip(f"glibc has no {name} here")
    theirs = run.stdout.decode().splitlines()
    assert theirs == [chr(page.double[code]) for code in codes]


def test_single_bytes_and_pairs_stand_in_one_text():
    raw = bytes.fromhex("C1 C2 0E 4557 4575 0F C3 40 40")
    assert decoded("X(11)", raw, codepage="cp930") == ("AB東京C", Status.OK)


@pytest.mark.parametrize(("trim", "text"), [("right", "  A"), ("left", "A   "), ("both", "A"), ("none", "  A   ")])
def test_shifts_without_a_pair_do_not_keep_blanks_from_being_trimmed(trim, text):
    raw = bytes.fromhex("40 0E0F 40 C1 40 0E0F 40 40")
    assert decoded("X(10)", raw, codepage="cp930", trim=trim) == (text, Status.OK)


@pytest.mark.parametrize(
    "raw",
    [
        "C1 0E 4557 4575",  # no shift-in
        "0F C1 C2 C3 C4 C5",  # none to end
        "0E 45 0F C1 C2 C3",  # half a character
        "0E FEFE 0F C1 C2",  # no such pair
    ],
)
def test_a_text_that_is_none_says_so(raw):
    assert decoded("X(6)", bytes.fromhex(raw), codepage="cp930") == ("", Status.BAD_TEXT)


def test_dbcs_alone_has_no_shifts():
    assert decoded("G(3) DISPLAY-1", bytes.fromhex("455745754040"), codepage="cp930") == ("東京", Status.OK)
    assert decoded("N(3) DISPLAY-1", bytes.fromhex("FEFE40404040"), codepage="cp930") == ("", Status.BAD_TEXT)


def test_dbcs_needs_a_code_page_that_has_pairs():
    with pytest.raises(CodepageError, match="A is DBCS, and code page 'cp037' has no pairs: there are cp930"):
        decoded("G(3) DISPLAY-1", bytes(6))


@pytest.mark.parametrize(
    ("text", "raw", "status"),
    [
        ("é日", "00E9 65E5 0020 0020", Status.OK),
        ("\U00020000x", "D840 DC00 0078 0020", Status.OK),
        ("", "D840 0041 0020 0020", Status.BAD_TEXT),
        ("", "0020 0020 0020 0020", Status.OK),
    ],
)
def test_national_is_utf_16(text, raw, status):
    assert decoded("N(4)", bytes.fromhex(raw)) == (text, status)
    assert decoded("N(4) USAGE NATIONAL", bytes.fromhex(raw)) == (text, status)
