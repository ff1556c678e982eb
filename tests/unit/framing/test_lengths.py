"""The length of a record by what is in it: fields of every usage, expressions, and maps by record type."""

from pathlib import Path

import pytest

from mfdecode import Copybook
from mfdecode.errors import FramingError, LayoutError
from mfdecode.framing import (
    Framing,
    LengthRule,
    RecordFormat,
    find_boundaries,
    length_by_expression,
    length_by_field,
    length_by_type,
    open_part,
    ranges_of_file,
    whole_file,
)

LAYOUT = Copybook.from_text(
    """
       01  REC.
           05  REC-TYPE   PIC X(2).
           05  LEN-COMP   PIC 9(4) COMP.
           05  LEN-COMP3  PIC S9(3) COMP-3.
           05  LEN-ZONED  PIC S9(3).
           05  LEN-APART  PIC S9(3) SIGN LEADING SEPARATE.
           05  LEN-TEXT   PIC X(4).
           05  PRICE      PIC 9(3)V99.
           05  TEXTS      PIC X(3) OCCURS 5.
    """
).layout()


def head(comp: int = 0, comp3: bytes = b"\x00\x0c", zoned: str = "000", apart: str = "+000", text: str = "") -> bytes:
    return (
        "AB".encode("cp037")
        + comp.to_bytes(2, "big")
        + comp3
        + zoned.encode("cp037")
        + apart.encode("cp037")
        + text.ljust(4).encode("cp037")
    )


@pytest.mark.parametrize(
    ("name", "record", "length"),
    [
        ("LEN-COMP", head(comp=300), 300),
        ("LEN-COMP3", head(comp3=b"\x12\x3c"), 123),
        ("LEN-COMP3", head(comp3=b"\x12\x3d"), -123),
        ("LEN-COMP3", head(comp3=b"\x1a\x3c"), None),
        ("LEN-COMP3", head(comp3=b"\x12\x34"), None),
        ("LEN-ZONED", head(zoned="045"), 45),
        ("LEN-ZONED", head(zoned="04E"), 45),
        ("LEN-ZONED", head(zoned="04?"), None),
        ("LEN-APART", head(apart="+061"), 61),
        ("LEN-TEXT", head(text=" 77"), 77),
        ("LEN-TEXT", head(text="x"), None),
        ("LEN-TEXT", head(), None),
    ],
)
def test_a_field_tells_the_length(name: str, record: bytes, length: int | None) -> None:
    rule = length_by_field(LAYOUT, name)
    assert rule.length(record[: rule.extent], "cp037") == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("12", 12),
        ("LEN-COMP", 30),
        ("LEN-COMP + 4", 34),
        ("LEN-COMP - 4", 26),
        ("2 * (LEN-COMP - 4) + LEN-ZONED / 5", 54),
        ("LEN-COMP - LEN-ZONED - 1", 19),
        ("-2 + len_comp", 28),
        ("LEN-COMP / 4", None),
        ("LEN-COMP / 4 * 2", 15),
        ("1 / (LEN-COMP - 30)", None),
        ("LEN-TEXT + 1", None),
    ],
)
def test_an_expression_is_computed_exactly(text: str, length: int | None) -> None:
    rule = length_by_expression(LAYOUT, text)
    assert rule.length(head(comp=30, zoned="010")[: rule.extent], "cp037") == length


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no length expression"),
        ("LEN-COMP +", "no length expression"),
        ("__import__('os')", "no length expression"),
        ("2 ** 3", "no length expression"),
        ("LENGTH + 1", "has no field LENGTH"),
        ("LEN-COMP-4", "has no field LEN-COMP-4; did you mean LEN-COMP3?"),
        ("PRICE", "no whole number"),
        ("TEXTS", "in a table"),
        ("1" + "+1" * 150, "200 characters at most"),
    ],
)
def test_what_is_no_expression_is_told(text: str, words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        length_by_expression(LAYOUT, text)


def test_a_map_goes_by_the_record_type() -> None:
    rule = length_by_type(LAYOUT, "REC-TYPE", {"AB": 40, "C": 7}, None)
    assert rule.length("AB".encode("cp037"), "cp037") == 40
    assert rule.length("C ".encode("cp037"), "cp037") == 7
    assert rule.length("D ".encode("cp037"), "cp037") is None
    assert length_by_type(LAYOUT, "REC-TYPE", {"AB": 40}, 9).length("D ".encode("cp037"), "cp037") == 9
    assert length_by_type(LAYOUT, "LEN-COMP", {"30": 40}, 9).length(head(comp=30)[:4], "cp037") == 40


def write(path: Path, lengths: list[int]) -> list[bytes]:
    """Records that tell their lengths in two bytes behind two others, with one byte before each and two behind it."""
    records = [b"AB" + length.to_bytes(2, "big") + bytes(length - 4) for length in lengths]
    path.write_bytes(b"".join(b"<" + record + b">>" for record in records))
    return records


def framing_by(rule: LengthRule, format_: RecordFormat = RecordFormat.U) -> Framing:
    return Framing(format_, 0, record_start=1, record_end=2, length_rule=rule)


@pytest.mark.parametrize("format_", [RecordFormat.U, RecordFormat.V])
def test_records_are_as_long_as_their_fields_say(tmp_path: Path, format_: RecordFormat) -> None:
    path = tmp_path / "u.dat"
    records = write(path, [4, 9, 300, 65_000, 5, 4] * 20)
    framing = framing_by(length_by_field(LAYOUT, "LEN-COMP"), format_)
    parts = ranges_of_file(path, find_boundaries(path, framing), 4)
    assert len(parts) > 1
    found = []
    for part in parts:
        with open_part(part, framing, 7, 1) as frames:
            for raw in frames:
                found += [raw.record(i) for i in range(raw.records)]
                assert [data for _, data in frames.again(raw.start, raw.end)] == found[-raw.records :]
                assert frames.record_at(raw.offset(0)) == raw.record(0)
    assert found == records


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content[:-1], "the file ends 7 bytes into a record"),
        (lambda content: content + b"<AB\0\0", "tell none, or less than one byte"),
        (lambda content: content + b"<A", "the file ends 2 bytes into a record"),
    ],
)
def test_a_length_that_leads_nowhere_says_where(tmp_path: Path, change, words: str) -> None:
    path = tmp_path / "u.dat"
    write(path, [9, 5])
    path.write_bytes(change(path.read_bytes()))
    framing = framing_by(length_by_field(LAYOUT, "LEN-COMP"))
    with open_part(whole_file(path, framing), framing) as frames, pytest.raises(FramingError, match=words) as error:
        list(frames)
    assert error.value.record == (1 if "7 bytes" in words else 2)
