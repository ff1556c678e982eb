import re

import pytest

from driver.core.field_places import ColumnPlaces, FixedPlaces
from mfdecode import Copybook, Decoder
from mfdecode.delimited import DelimitedLines
from mfdecode.framing import Delimited, Framing, RecordFormat

STAR = 0x5C


def layout_of(*items: str):
    return Copybook.from_text("01 R.\n" + "".join(f"05 {item}.\n" for item in items)).layout()


def fixed(layout, *names: str, packed: bool = False) -> FixedPlaces:
    return FixedPlaces(layout, [layout.field(name) for name in names], STAR, packed=packed)


def test_the_bytes_of_a_field_are_asterisks_and_no_others() -> None:
    places = fixed(layout_of("A PIC X(2)", "CARD PIC 9(5) COMP-3", "Z PIC X"), "CARD")
    assert places.hide(b"AB\x12\x34\x5cZ", b"") == b"AB\\\\\\Z"
    assert places.hide(b"AB\x12", b"") == b"AB\\"
    assert places.find(b"", b"", "CARD") == slice(2, 5)


def test_every_occurrence_is_hidden() -> None:
    layout = Copybook.from_text("01 R.\n05 T OCCURS 2.\n10 K PIC X.\n10 P PIC X(2) OCCURS 2.\n05 E PIC X.\n").layout()
    places = fixed(layout, "P")
    assert places.hide(b"K1122K3344E", b"") == b"K\\\\\\\\K\\\\\\\\E"
    assert places.find(b"", b"", "P(2,1)") == slice(6, 8)
    assert places.find(b"", b"", "P_2_1") == slice(6, 8)


def test_two_fields_of_one_name_are_found_by_their_columns_alone() -> None:
    layout = Copybook.from_text("01 R.\n05 A.\n10 X PIC X.\n05 B.\n10 X PIC X.\n").layout()
    places = fixed(layout, "A.X")
    assert places.find(b"", b"", "X") is None
    assert places.find(b"", b"", "B_X") == slice(1, 2)


@pytest.mark.parametrize(
    ("name", "packed", "hidden"),
    [
        ("ID", True, b"*1AABBCD"),
        ("SSN", True, b"I1******"),  # where it is, the counter tells, which may be wrong
        ("SSN", False, b"I1AABB*D"),
        ("T", True, b"I1******"),
    ],
)
def test_what_follows_a_table_of_variable_size_may_be_anywhere(name: str, packed: bool, hidden: bytes) -> None:
    layout = layout_of("ID PIC X", "N PIC 9", "T PIC X(2) OCCURS 0 TO 2 DEPENDING ON N", "SSN PIC X", "E PIC X")
    places = fixed(layout, name, packed=packed)
    assert places.hide(b"I1AABBCD", b"").replace(b"\\", b"*") == hidden
    assert (places.find(b"", b"", "SSN") is None) is packed


def columns(**framing: object) -> ColumnPlaces:
    layout = layout_of("A PIC X(9)", "CARD PIC X(9)", "N PIC 9(3)")
    delimited = Delimited(";", '"', **framing)  # type: ignore[arg-type]
    decoder = Decoder(layout, codepage="ascii", framing=Framing(RecordFormat.CSV, 0, delimited=delimited))
    lines = DelimitedLines(layout, decoder.options, decoder.framing)
    return ColumnPlaces(layout, [layout.field("CARD")], ord("*"), lines, delimited)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (b"411;a;7", b"***;a;7"),
        (b'"4;""1";"a;b";7', b'*******;"a;b";7'),
        (b";a;", b";a;"),
        (b"411;a", None),
        (b"411;a;7;8", None),
        (b'4"1;1"2;a', None),  # quotes where none should be
        (b'"41"1;a;7', None),
    ],
)
def test_a_column_is_found_by_the_heading(line: bytes, hidden: bytes | None) -> None:
    assert columns().hide(line, b"CARD;A;N") == hidden


def test_what_is_hidden_is_where_the_decoder_reads_it() -> None:
    places = columns(header=False)
    line = b'x;"41;11";7'
    place = places.find(line, b"", "CARD")
    assert place is not None
    assert line[place] == b'"41;11"'
    assert re.fullmatch(rb"x;\*+;7", places.hide(line, b"") or b"")
