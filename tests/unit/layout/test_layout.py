"""Where fields lie, what they are called, and how they are found."""

import pytest

from mfdecode import Copybook, CopybookError, Decoder, Layout, LayoutError
from mfdecode.layout import BinarySize, Dimension, Encoding, Group, Range, Truncation, walk


def layout(*lines: str, **options) -> Layout:
    return Copybook.from_text("\n".join(["01 REC.", *lines])).layout(**options)


def places(described: Layout) -> dict[str, tuple[int, int]]:
    return {field.member: (field.offset, field.length) for field in described.fields}


def test_items_follow_one_another():
    described = layout(
        "05 A PIC X(3).", "05 G.", "10 B PIC S9(5) COMP-3.", "10 FILLER PIC X.", "10 C COMP-2.", "05 D PIC 9."
    )
    assert places(described) == {"A": (0, 3), "B": (3, 3), "C": (7, 8), "D": (15, 1)}
    assert described.length == 16


@pytest.mark.parametrize(
    ("picture", "length", "encoding"),
    [
        ("X(7)", 7, Encoding.TEXT),
        ("S9(5)", 5, Encoding.ZONED),
        ("S9(5) SIGN LEADING SEPARATE", 6, Encoding.ZONED),
        ("9(4) COMP-3", 3, Encoding.PACKED),
        ("9(5) COMP-3", 3, Encoding.PACKED),
        ("S9(4) COMP", 2, Encoding.BINARY),
        ("9(5) COMP", 4, Encoding.BINARY),
        ("9(9) COMP", 4, Encoding.BINARY),
        ("9(10) COMP-5", 8, Encoding.BINARY),
        ("9(18) COMP", 8, Encoding.BINARY),
        ("9(19) COMP", 9, Encoding.BINARY),
        ("9(38) COMP", 16, Encoding.BINARY),
        ("Z(3)9.99CR", 9, Encoding.EDITED),
    ],
)
def test_lengths(picture, length, encoding):
    [field] = layout(f"05 A PIC {picture}.").fields
    assert (field.length, field.encoding) == (length, encoding)


@pytest.mark.parametrize(
    ("digits", "sizes"),
    [(1, (2, 1, 1)), (2, (2, 1, 1)), (3, (2, 2, 2)), (5, (4, 4, 3)), (7, (4, 4, 4)), (12, (8, 8, 6)), (18, (8, 8, 8))],
)
def test_bytes_of_binary_by_compiler(digits, sizes):
    found = tuple(layout(f"05 A PIC S9({digits}) COMP.", binary_size=size).length for size in BinarySize)
    assert found == sizes


def test_minimal_unsigned_binary_has_no_place_for_a_sign():
    assert layout("05 A PIC 9(7) COMP.", binary_size=BinarySize.MINIMAL).length == 3


def test_full_range_has_the_digits_of_its_largest_value():
    described = layout(
        "05 A PIC S9(4) COMP-5.", "05 B PIC 9(4) COMP-5.", "05 C PIC 9(18) COMP-5.", "05 D PIC 9(4) COMP."
    )
    assert [(f.digits, f.full_range) for f in described.fields] == [(5, True), (5, True), (20, True), (4, False)]
    assert layout("05 A PIC 9(4) COMP.", trunc=Truncation.BIN).fields[0].full_range


def test_an_alternative_lies_over_what_it_redefines():
    described = layout(
        "05 A PIC X(4).",
        "05 B REDEFINES A.",
        "10 B1 PIC 9(2).",
        "10 B2 PIC 9(6).",
        "05 C REDEFINES A PIC X.",
        "05 D PIC X.",
    )
    assert places(described) == {"A": (0, 4), "B1": (0, 2), "B2": (2, 6), "C": (0, 1), "D": (8, 1)}
    alternatives = {field.member: field.alternatives for field in described.fields}
    assert alternatives == {"A": (("A",),), "B1": (("B",),), "B2": (("B",),), "C": (("C",),), "D": ()}


def test_alternatives_within_alternatives():
    described = layout("05 A.", "10 P PIC X.", "10 Q REDEFINES P PIC 9.", "05 B REDEFINES A PIC X.")
    assert described.field("Q").alternatives == (("A",), ("A", "Q"))
    assert described.length == 1


def test_occurrences_lie_at_their_strides():
    described = layout("05 T OCCURS 2.", "10 A PIC X.", "10 U OCCURS 3.", "15 B PIC 99.", "05 Z PIC X.")
    assert described.field("B").dimensions == (Dimension(2, 7, 2), Dimension(3, 2, 3))
    assert [(c.column, c.offset) for c in described.cells] == [
        ("A_1", 0), ("A_2", 7),
        ("B_1_1", 1), ("B_1_2", 3), ("B_1_3", 5), ("B_2_1", 8), ("B_2_2", 10), ("B_2_3", 12),
        ("Z", 14),
    ]  # fmt: skip


def test_a_variable_table_takes_its_greatest_length():
    described = layout("05 N PIC 9.", "05 T OCCURS 0 TO 4 DEPENDING ON N PIC XX.", "05 Z PIC X.")
    assert described.field("T").own == Dimension(4, 2, 0, ("N",))
    assert described.field("Z").offset == 9


def test_a_counter_may_be_in_the_same_occurrence_of_an_outer_table():
    described = layout("05 T OCCURS 2.", "10 N PIC 9.", "10 U OCCURS 1 TO 3 DEPENDING ON N PIC X.")
    assert described.field("U").dimensions[1].depending_on == ("T", "N")
    with pytest.raises(Exception, match="which is in another table"):
        layout("05 T OCCURS 2.", "10 N PIC 9.", "05 U OCCURS 1 TO 3 DEPENDING ON N PIC X.")


def test_a_nameless_group_is_transparent_unless_it_repeats():
    described = layout("05 FILLER.", "10 A PIC X.", "05 FILLER OCCURS 2.", "10 B PIC X.", "05 FILLER PIC X.")
    assert [field.path for field in described.fields] == [("A",), ("FILLER", "B")]


def test_names_that_clash_get_a_number_and_columns_their_groups():
    described = layout(
        "05 A PIC X.", "05 FILLER.", "10 A PIC X.", "05 G.", "10 A PIC X.", "10 C PIC X.", "05 H.", "10 C PIC X."
    )
    assert [field.path for field in described.fields] == [("A",), ("A_2",), ("G", "A"), ("G", "C"), ("H", "C")]
    assert [cell.column for cell in described.cells] == ["A", "A_2", "G_A", "G_C", "H_C"]


def test_every_column_of_a_record_has_a_name_of_its_own():
    described = layout("05 A OCCURS 2 PIC X.", "05 A-1 PIC X.", "05 G.", "10 A-1 PIC X.")
    columns = [cell.column for cell in described.cells]
    assert len(set(columns)) == len(columns)


def test_fields_are_found_by_either_spelling_and_by_their_groups():
    described = layout("05 G-1.", "10 A-B PIC X.", "05 G-2.", "10 A-B PIC 9.", "05 C-D PIC X.")
    assert described.field("c_d").name == "C-D"
    assert described.field("G-2.A-B").path == ("G_2", "A_B")
    assert described.field("G_1_A_B").path == ("G_1", "A_B")
    with pytest.raises(LayoutError, match=r"REC has several A-B: G_1\.A_B, G_2\.A_B; say which"):
        described.field("A-B")
    with pytest.raises(LayoutError, match=r"REC has no field C-E; did you mean C-D\?"):
        described.field("C-E")


def test_a_record_is_chosen_by_name_where_there_are_several():
    book = Copybook.from_text("01 R-1.\n05 A PIC X.\n01 R-2.\n05 B PIC XX.\n77 C PIC 9(3).\n", "x.cpy")
    assert [book.layout(name).length for name in ("R-1", "r_2", "C")] == [1, 2, 3]
    with pytest.raises(LayoutError, match=r"x\.cpy: there are several records, R-1, R-2, C: say which"):
        book.layout()
    with pytest.raises(LayoutError, match=r"there is no record R-3; there is R-1, R-2, C"):
        book.layout("R-3")


def test_groups_know_their_place():
    described = layout("05 A PIC X.", "05 G OCCURS 2.", "10 B PIC XX.")
    [group] = [member for member in walk(described.members) if isinstance(member, Group)]
    assert (group.offset, group.length, group.own) == (1, 2, Dimension(2, 2, 2))


def test_level_66_is_a_range_of_bytes():
    described = layout(
        "05 A PIC X.", "05 G.", "10 B PIC XX.", "10 C PIC X OCCURS 3.", "05 D PIC X.",
        "66 P RENAMES B THRU C.", "66 Q RENAMES G.", "66 S RENAMES A THRU D.",
    )  # fmt: skip
    assert described.ranges == (
        Range("P", "B", "C", 1, 5),
        Range("Q", "G", "G", 1, 5),
        Range("S", "A", "D", 0, 7),
    )
    below = Copybook.from_text("05 A PIC X.\n66 P RENAMES A.\n05 B PIC X.\n66 Q RENAMES A THRU B.\n").layout()
    assert below.ranges == (Range("P", "A", "A", 0, 1), Range("Q", "A", "B", 0, 2))


def test_suppressed_digits_make_blanks_a_zero():
    described = layout("05 A PIC ZZZ.", "05 B PIC ZZ9.", "05 C PIC 9(3) BLANK WHEN ZERO.")
    assert [field.blank_is_zero for field in described.fields] == [True, False, True]


def test_a_deep_and_a_long_copybook_are_laid_out_in_time():
    deep = [f"{level:02} G-{level}." for level in range(2, 49)]
    assert layout(*deep, "49 A PIC X.").length == 1
    long = layout(*(f"05 FIELD-{i} PIC S9(7)V99 COMP-3." for i in range(3_000)))
    assert long.length == 15_000
    assert len(long.cells) == 3_000


RENAMED = """
       01  REC.
           05  NAME-PARTS.
               10  FIRST-NAME  PIC X(3).
               10  LAST-NAME   PIC X(4).
           05  OTHER.
               10  FIRST-NAME  PIC X(2).
           05  AMOUNT          PIC S9(3) COMP-3.
       66  WHOLE-NAME  RENAMES NAME-PARTS.
       66  ALIAS       RENAMES FIRST-NAME IN OTHER OF REC.
       66  SUM-OF-ALL  RENAMES AMOUNT.
       66  MIDDLE      RENAMES LAST-NAME THRU FIRST-NAME OF OTHER.
"""


def test_level_66_are_fields_on_request():
    book = Copybook.from_text(RENAMED)
    assert [f.name for f in book.layout().fields] == ["FIRST-NAME", "LAST-NAME", "FIRST-NAME", "AMOUNT"]
    described = book.layout(renames=True)
    assert described.length == book.layout().length
    assert [(f.name, f.offset, f.length, f.encoding, f.level) for f in described.fields[4:]] == [
        ("WHOLE-NAME", 0, 7, Encoding.TEXT, 66),
        ("ALIAS", 7, 2, Encoding.TEXT, 66),
        ("SUM-OF-ALL", 9, 2, Encoding.PACKED, 66),
        ("MIDDLE", 3, 6, Encoding.TEXT, 66),
    ]
    batch = Decoder(described).decode("ANNALEYYX".encode("cp037") + b"\x12\x3d")
    assert batch.array[["WHOLE_NAME", "ALIAS", "SUM_OF_ALL", "MIDDLE"]][0].item() == (
        b"ANNALEY",
        b"YX",
        -123,
        b"ALEYYX",
    )


def test_a_counter_may_be_qualified():
    text = "01 R.\n05 G.\n10 N PIC 9.\n05 H.\n10 N PIC 9.\n05 T PIC X OCCURS 1 TO 3 DEPENDING ON N {}.\n"
    for words, path in (("", ("H", "N")), ("OF G", ("G", "N")), ("IN H OF R", ("H", "N"))):
        (table,) = (f for f in Copybook.from_text(text.format(words)).layout().fields if f.own)
        assert table.own.depending_on == path
    with pytest.raises(CopybookError, match="N OF K, which is no item before it"):
        Copybook.from_text(text.format("OF K")).layout()
