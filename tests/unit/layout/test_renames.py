"""Level 66 as fields, and names that are qualified by groups."""

import pytest

from mfdecode import Copybook, CopybookError, Decoder, Layout, Selection, Status
from mfdecode.conditions import OneOf
from mfdecode.layout import Encoding, Range

LINES = (
    "05 A PIC X(2).", "05 G.", "10 N PIC S9(3)V99 COMP-3.", "10 T PIC X OCCURS 3.", "05 H.", "10 N PIC 9(2).",
    "66 P RENAMES A THRU T.", "66 Q RENAMES G.", "66 R RENAMES N OF G.", "66 S RENAMES N OF G THRU N OF H.",
)  # fmt: skip


def layout(*lines: str, renames: bool = True) -> Layout:
    return Copybook.from_text("\n".join(["01 REC.", *lines])).layout(renames=renames)


def test_without_the_request_they_are_places_alone():
    described = layout(*LINES, renames=False)
    assert [field.member for field in described.fields] == ["A", "N", "T", "N"]
    assert described.ranges == (
        Range("P", "A", "T", 0, 8), Range("Q", "G", "G", 2, 6), Range("R", "N", "N", 2, 3), Range("S", "N", "N", 2, 8),
    )  # fmt: skip


def test_a_range_is_a_text_and_one_elementary_item_what_it_is():
    described = layout(*LINES)
    assert described.length == 10
    found = [(f.member, f.offset, f.length, f.encoding, f.level) for f in described.fields[4:]]
    assert found == [
        ("P", 0, 8, Encoding.TEXT, 66),
        ("Q", 2, 6, Encoding.TEXT, 66),
        ("R", 2, 3, Encoding.PACKED, 66),
        ("S", 2, 8, Encoding.TEXT, 66),
    ]
    original, renamed = described.field("G.N"), described.field("R")
    assert (renamed.digits, renamed.scale, renamed.signed) == (original.digits, original.scale, original.signed)


def test_a_table_that_is_renamed_is_a_text():
    [_, renamed] = layout("05 T PIC 9 OCCURS 3.", "66 P RENAMES T.").fields
    assert (renamed.encoding, renamed.length, renamed.dimensions) == (Encoding.TEXT, 3, ())


def test_they_are_decoded():
    batch = Decoder(layout(*LINES)).decode("AB".encode("cp037") + b"\x12\x34\x5d" + "XYZ12".encode("cp037"))
    assert batch.array["R"].tolist() == [-12345]
    assert batch.array["P"].tolist() == [("AB\x12\x34\x5d".encode("latin-1")[:2] + b"\x12\x94\x29XYZ")]


def test_bytes_that_are_no_text_are_no_error_of_a_range():
    described = layout("05 A PIC 9(9) COMP.", "05 B PIC X.", "66 P RENAMES A THRU B.")
    batch = Decoder(described, codepage="ascii").decode(b"\x80\x00\x00\x00B")
    assert [Status(status) for status in batch.status[0]] == [Status.OVERFLOW, Status.OK, Status.UNFIT]


def test_a_range_in_an_alternative_is_there_where_the_alternative_is():
    described = layout(
        "05 K PIC X.", "05 A.", "10 A1 PIC X.", "10 A2 PIC X.", "05 B REDEFINES A PIC XX.", "66 P RENAMES A1 THRU A2."
    )
    decoder = Decoder(described, selections=[Selection(("A",), OneOf("K", frozenset("A")))])
    batch = decoder.decode("AXYBXY".encode("cp037"))
    assert batch.array["P"].tolist() == [b"XY", b""]


def test_a_range_has_a_name_of_its_own():
    assert [field.member for field in layout("05 P PIC X.", "66 P RENAMES P.").fields] == ["P", "P_2"]


@pytest.mark.parametrize("renamed", ["T", "G", "N THRU Z", "X"])
def test_what_is_of_variable_size_cannot_be_a_field(renamed):
    lines = ("05 N PIC 9.", "05 G.", "10 T OCCURS 1 TO 3 DEPENDING ON N.", "15 X PIC X.", "05 Z PIC X.")
    with pytest.raises(CopybookError, match="P renames what a table of variable size is part of"):
        layout(*lines, f"66 P RENAMES {renamed}.")
    assert layout(*lines, "66 P RENAMES N.", "66 Q RENAMES Z.").length == 5


def test_a_counter_is_the_one_of_the_group_that_is_named():
    lines = ("05 G.", "10 N PIC 9.", "05 H.", "10 N PIC 9.")
    for name, path in (("N OF G", ("G", "N")), ("N IN H OF REC", ("H", "N")), ("N", ("H", "N"))):
        described = layout(*lines, f"05 T PIC X OCCURS 1 TO 3 DEPENDING ON {name}.")
        assert described.field("T").dimensions[0].depending_on == path
