"""Slack bytes, as the Enterprise COBOL Language Reference has them ("Slack bytes within records")."""

import pytest

from mfdecode import Copybook, Layout
from mfdecode.layout import BinarySize, Dimension


def layout(*lines: str, **options) -> Layout:
    return Copybook.from_text("\n".join(["01 REC.", *lines])).layout(**options)


def offsets(described: Layout) -> dict[str, int]:
    return {cell.column: cell.offset for cell in described.cells}


@pytest.mark.parametrize(
    ("item", "offset"),
    [
        ("PIC S9(4) COMP SYNC", 2),
        ("PIC S9(5) COMP SYNC", 4),
        ("PIC S9(9) BINARY SYNCHRONIZED RIGHT", 4),
        ("PIC S9(10) COMP SYNC LEFT", 4),
        ("PIC S9(18) COMP-5 SYNC", 4),
        ("PIC 9(3) COMP-5 SYNC", 2),
        ("COMP-1 SYNC", 4),
        ("COMP-2 SYNC", 8),
        ("PIC S9(9) COMP-3 SYNC", 1),
        ("PIC X(8) SYNC", 1),
        ("PIC S9(9) SYNC", 1),
        ("PIC S9(9) COMP", 1),
    ],
)
def test_boundaries(item, offset):
    assert offsets(layout("05 A PIC X.", f"05 B {item}.")) == {"A": 0, "B": offset}


def test_slack_bytes_within_a_group():
    described = layout("05 B PIC X(5).", "05 C.", "10 D PIC XX.", "10 E PIC S9(6) COMP SYNC.")
    assert offsets(described) == {"B": 0, "D": 5, "E": 8}
    assert [member.length for member in described.members] == [5, 7]


def test_slack_bytes_of_the_first_item_stand_before_its_groups():
    described = layout("05 M PIC X(5).", "05 N PIC XX.", "05 O.", "10 P.", "15 Q PIC S9(6) COMP SYNC.")
    assert offsets(described) == {"M": 0, "N": 5, "Q": 8}
    group = described.members[-1]
    assert (group.offset, group.length) == (8, 4)


def test_every_occurrence_of_a_table_is_aligned_as_its_first():
    described = layout(
        "05 WORK-CODE PIC X.",
        "05 COMP-TABLE OCCURS 10 TIMES.",
        "10 COMP-TYPE PIC X.",
        "10 COMP-PAY PIC S9(4)V99 COMP SYNC.",
        "10 COMP-HOURS PIC S9(3) COMP SYNC.",
        "10 COMP-NAME PIC X(5).",
    )
    table = described.members[1]
    assert (table.offset, table.length, table.own) == (1, 16, Dimension(10, 16, 10))
    found = offsets(described)
    assert [found[f"{name}_2"] for name in ("COMP_TYPE", "COMP_PAY", "COMP_HOURS", "COMP_NAME")] == [17, 20, 24, 26]
    assert described.length == 161


def test_tables_in_tables():
    described = layout(
        "05 T OCCURS 2.",
        "10 A PIC X.",
        "10 U OCCURS 2.",
        "15 B PIC 9(4) COMP SYNC.",
        "15 C PIC X.",
        "10 D COMP-2 SYNC.",
    )
    assert described.field("D").dimensions == (Dimension(2, 24, 2),)
    assert described.field("B").dimensions == (Dimension(2, 24, 2), Dimension(2, 4, 2))
    assert {cell.offset % 8 for cell in described.cells if cell.field.name == "D"} == {0}


def test_a_redefinition_begins_where_what_it_redefines_does():
    described = layout(
        "05 A PIC X.", "05 B PIC X(4).", "05 C REDEFINES B PIC 9(9) COMP SYNC.", "05 D REDEFINES B.",
        "10 E PIC 9(4) COMP SYNC.", "10 F PIC X.", "10 G PIC 9(9) COMP SYNC.", "05 Z PIC X.",
    )  # fmt: skip
    assert offsets(described) == {"A": 0, "B": 1, "C": 1, "E": 1, "F": 3, "G": 4, "Z": 8}


def test_what_follows_a_redefined_synchronized_item():
    described = layout("05 A PIC X.", "05 B PIC 9(9) COMP SYNC.", "05 C REDEFINES B PIC X(4).", "05 D PIC X.")
    assert offsets(described) == {"A": 0, "B": 4, "C": 4, "D": 8}


def test_synchronized_at_level_01_is_of_all_items():
    book = Copybook.from_text("01 REC SYNC.\n05 A PIC X.\n05 G.\n10 B PIC 9(9) COMP.\n")
    assert offsets(book.layout()) == {"A": 0, "B": 4}


def test_numbers_of_the_sizes_of_other_compilers():
    lines = ["05 A PIC X.", "05 B PIC 9 COMP SYNC.", "05 C PIC 9(6) COMP SYNC OCCURS 2."]
    described = layout(*lines, binary_size=BinarySize.MINIMAL)
    assert offsets(described) == {"A": 0, "B": 1, "C_1": 4, "C_2": 8}
