"""Entries and their clauses."""

import pytest

from mfdecode import Copybook, CopybookError
from mfdecode.copybook.model import Condition, Item, Occurs, Reference, Renames, Sign, Usage


def only(entry: str) -> Item:
    [record] = Copybook.from_text(f"01 REC.\n05 {entry}\n").records
    return record.children[0]


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        ("", Usage.DISPLAY),
        ("DISPLAY", Usage.DISPLAY),
        ("USAGE IS COMP", Usage.BINARY),
        ("COMPUTATIONAL", Usage.BINARY),
        ("comp-4", Usage.BINARY),
        ("COMP-0", Usage.BINARY),
        ("USAGE BINARY", Usage.BINARY),
        ("COMP-3", Usage.PACKED),
        ("COMPUTATIONAL-3", Usage.PACKED),
        ("PACKED-DECIMAL", Usage.PACKED),
        ("COMP-5", Usage.NATIVE),
    ],
)
def test_every_way_to_say_a_usage(words, usage):
    assert only(f"A PIC S9(4) {words}.").usage is usage
    assert only(f"A {words} PIC S9(4).").usage is usage


@pytest.mark.parametrize(("words", "usage"), [("COMP-1", Usage.FLOAT), ("USAGE COMPUTATIONAL-2", Usage.DOUBLE)])
def test_floats_have_no_picture(words, usage):
    assert only(f"A {words}.").usage is usage


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("SIGN IS LEADING SEPARATE CHARACTER", Sign(leading=True, separate=True)),
        ("SIGN TRAILING", Sign()),
        ("LEADING", Sign(leading=True)),
        ("TRAILING SEPARATE", Sign(separate=True)),
    ],
)
def test_signs(words, sign):
    assert only(f"A PIC S9(4) {words}.").sign == sign


def test_a_sign_clause_makes_a_number_signed():
    assert only("A PIC 9(4) SIGN LEADING SEPARATE.").picture.signed


def test_usage_and_sign_of_a_group_hold_below():
    [record] = Copybook.from_text(
        "01 REC COMP-3.\n05 G SIGN LEADING.\n10 A PIC S9.\n10 B PIC S9 PACKED-DECIMAL TRAILING.\n"
    ).records
    group = record.children[0]
    assert [(item.usage, item.sign) for item in group.children] == [
        (Usage.PACKED, Sign(leading=True)),
        (Usage.PACKED, Sign()),
    ]


def test_synchronized_of_a_group_holds_below():
    [record] = Copybook.from_text("01 REC.\n05 G SYNC.\n10 H.\n15 A PIC 9 COMP.\n05 B PIC 9 COMP.\n").records
    group, after = record.children
    assert (group.children[0].children[0].synchronized, after.synchronized) == (True, False)


def test_occurs_with_all_its_phrases():
    item = only("A OCCURS 0 TO 5 TIMES DEPENDING ON N ASCENDING KEY IS B C INDEXED BY I J PIC X.")
    assert item.occurs == Occurs(0, 5, Reference("N"), ("I", "J"))
    assert only("A PIC X OCCURS 3.").occurs == Occurs(3, 3)
    assert only("A PIC X OCCURS 5 DEPENDING N.").occurs == Occurs(1, 5, Reference("N"))


def test_the_other_clauses_in_any_order():
    item = only("A VALUE IS 'it''s. 5' JUST RIGHT BLANK WHEN ZEROES PIC X(8) GLOBAL SYNC LEFT.")
    assert (item.value, item.justified, item.blank_when_zero, item.synchronized) == ("'it''s. 5'", True, True, True)


@pytest.mark.parametrize("literal", ["ZERO", "-12.50", ".5", "-12,50", "ALL '*'", "X'0F'", "LOW-VALUES", '"a""b"'])
def test_values(literal):
    assert only(f"A PIC X(4) VALUE {literal}.").value == literal.removeprefix("ALL ")


def test_conditions_and_renames_stay_with_their_items():
    text = (
        "01 REC.\n05 A PIC X.\n88 YES VALUE 'Y'.\n88 SOME VALUES ARE 'A' 'C' THRU 'E', 'G'.\n"
        "05 B PIC 9.\n66 R RENAMES A THRU B.\n66 S RENAMES A.\n"
    )
    [record] = Copybook.from_text(text).records
    assert record.children[0].conditions == [
        Condition("YES", ("'Y'",)),
        Condition("SOME", ("'A'", ("'C'", "'E'"), "'G'")),
    ]
    first, last = record.children
    assert record.renames == [Renames("R", first, last), Renames("S", first, first)]


def test_names_of_other_items_may_be_qualified():
    [record] = Copybook.from_text(
        "01 REC.\n05 G.\n10 A PIC X.\n05 H.\n10 A PIC X.\n10 B REDEFINES A OF H PIC X.\n"
        "66 Q RENAMES A IN G THRU A OF H OF REC.\n"
    ).records
    first, last = (group.children[0] for group in record.children)
    assert record.renames == [Renames("Q", first, last)]
    assert record.children[1].children[1].redefines == Reference("A", ("H",))


def test_names_may_be_missing_and_odd():
    [record] = Copybook.from_text(
        "01 REC.\n05 PIC X.\n05 FILLER PIC X.\n05 FILLER-1 PIC X.\n05 9TH_FIELD PIC X.\n"
    ).records
    assert [item.name for item in record.children] == ["FILLER", "FILLER", "FILLER-1", "9TH_FIELD"]


def test_several_records_and_level_77():
    book = Copybook.from_text("01 A.\n05 X1 PIC X.\n77 B PIC 9(4).\n01 C PIC X(3).\n")
    assert [(item.level, item.name) for item in book.records] == [(1, "A"), (77, "B"), (1, "C")]


def test_a_copybook_may_begin_below_level_01():
    [record] = Copybook.from_text("05 A PIC X.\n05 B.\n10 C PIC X.\n").records
    assert (record.name, [item.name for item in record.children]) == ("RECORD", ["A", "B"])


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("01 REC.\n05 A PIC X\n05 B PIC X.\n", 3, 1, "'05' is not expected here"),
        ("01 REC.\n05 A PIX X.\n", 2, 6, "'PIX' is not expected here"),
        ("01 REC.\n05 A PIC 9V9V9.\n", 2, 13, "more than one decimal point"),
        ("01 REC.\n05 A PIC X PIC X.\n", 2, 16, "A has the clause twice"),
        ("01 REC.\n05 A PIC X COMP-3.\n", 2, 1, "takes a PICTURE of 9, S, V and P alone"),
        ("01 REC.\n05 A PIC X SIGN LEADING.\n", 2, 1, "which has no SIGN"),
        ("01 REC.\n05 A COMP-1 PIC 9.\n", 2, 1, "which has no PICTURE"),
        ("01 REC.\n05 A POINTER.\n", 2, 6, "USAGE POINTER is not decoded"),
        ("01 REC.\n05 A.\n05 B PIC X.\n", 2, 1, "A has no PICTURE and no items below it"),
        ("01 REC.\n05 A PIC X.\n10 B PIC X.\n", 3, 1, "A has a PICTURE, so that nothing can be below it"),
        ("01 REC.\n05 A PIC X.\n05 A PIC X.\n", 3, 1, "A stands twice in REC"),
        ("01 REC.\n05 A.\n10 B PIC X.\n07 C PIC X.\n", 4, 1, "level 07 is no sibling in A"),
        ("01 REC OCCURS 3.\n05 A PIC X.\n", 1, 15, "level 01 cannot have OCCURS"),
        ("01 REC.\n05 A PIC X OCCURS 1 TO 4.\n", 2, 19, "occurs a variable number of times"),
        ("01 REC.\n05 A PIC X OCCURS 0.\n", 2, 19, "occurs 0 times"),
        ("88 YES VALUE 'Y'.\n", 1, 1, "a level 88 names values of the item before it"),
        ("66 R RENAMES A.\n", 1, 1, "a level 66 renames items of the record before it"),
        ("77 A PIC X.\n05 B PIC X.\n", 2, 1, "level 05 does not follow level 77"),
        ("01 REC.\n05 A PIC X", 2, 10, "the copybook ends inside an entry"),
        ("01 REC.\n05 A PIC X.\n05 B REDEFINES C PIC X.\n", 3, 1, "B redefines C, which is no item before it here"),
        ("01 REC.\n05 A PIC X OCCURS 1 TO 2 DEPENDING ON N.\n", 2, 1, "depending on N, which is no item before it"),
        ("01 REC.\n05 N COMP-1.\n05 A PIC X OCCURS 1 TO 2 DEPENDING ON N.\n", 3, 1, "which is no whole number"),
        ("01 REC.\n05 G COMP-3.\n10 A PIC 9 COMP.\n", 3, 12, "A is COMP, and its group G COMP-3"),
        ("01 REC.\n05 G COMP-3.\n10 H.\n15 A PIC 9 DISPLAY.\n", 4, 12, "A is DISPLAY, and its group H COMP-3"),
        ("01 REC.\n05 G DISPLAY.\n10 A PIC 9 COMP.\n", 3, 12, "A is COMP, and its group G DISPLAY"),
        ("01 REC.\n05 A PIC X.\n05 B PIC X.\n05 C REDEFINES A PIC X.\n", 4, 1, "other items lie between them"),
        (
            "01 REC.\n05 A PIC X.\n05 B REDEFINES A PIC X.\n05 FILLER PIC X.\n05 C REDEFINES B PIC X.\n",
            5,
            1,
            "C redefines B, and other items lie between them",
        ),
        ("01 REC.\n05 G.\n10 A PIC X.\n05 C REDEFINES A PIC X.\n", 4, 1, "A, which is no item before it here"),
        ("01 REC.\n05 A PIC X.\n66 Q RENAMES NOPE THRU A.\n", 3, 14, "NOPE is no item of the record"),
        ("01 REC.\n05 A PIC X.\n66 Q RENAMES A THRU NOPE.\n", 3, 21, "NOPE is no item of the record"),
        ("01 REC.\n05 A PIC X.\n66 Q RENAMES REC.\n", 3, 14, "REC is no item of the record"),
        ("01 R.\n05 A PIC X.\n01 S.\n05 B PIC X.\n66 Q RENAMES A.\n", 5, 14, "A is no item of the record"),
        ("01 REC.\n05 A PIC X.\n05 B PIC X.\n66 Q RENAMES B THRU A.\n", 4, 21, "which does not follow it"),
        ("01 REC.\n05 A PIC X.\n66 Q RENAMES A THRU A.\n", 3, 21, "which does not follow it"),
        ("01 REC.\n05 G.\n10 A PIC X.\n66 Q RENAMES G THRU A.\n", 4, 21, "which does not follow it"),
        (
            "01 REC.\n05 G.\n10 A PIC X.\n05 H.\n10 A PIC X.\n66 Q RENAMES A.\n",
            6,
            14,
            "A stands several times in the record",
        ),
        ("01 R.\n05 G.\n10 A PIC X.\n66 Q RENAMES A OF H.\n", 4, 14, "A OF H is no item of the record"),
        ("01 R.\n05 G.\n10 A PIC X.\n66 Q RENAMES A IN R OF G.\n", 4, 14, "A OF R OF G is no item of the record"),
        (
            "01 R.\n05 A PIC X.\n05 B REDEFINES A OF S PIC X.\n",
            3,
            1,
            "B redefines A OF S, and is not in the same group",
        ),
        ("01 R.\n05 G.\n10 N PIC 9.\n05 T PIC X OCCURS 1 TO 2 DEPENDING ON N OF H.\n", 4, 1, "on N OF H, which is no"),
        ("01 REC.\n05 A PIC X(99999999999).\n", 2, 10, "cannot be repeated more than 134,217,727 times"),
        (f"01 REC.\n05 A PIC X({'9' * 5000}).\n", 2, 10, "cannot be repeated more than 134,217,727 times"),
        ("01 REC.\n05 A PIC X OCCURS 2000000000 TIMES.\n", 2, 19, "occurs more often than any record is long"),
        (f"01 REC.\n05 A PIC X OCCURS {'9' * 5000}.\n", 2, 19, "occurs more often than any record is long"),
        ("01 REC.\n05 A PIC X(9999) OCCURS 99999.\n", 2, 1, "A ends at byte 999,890,001, and a record has at most"),
        ("01 REC.\n05 A PIC X(134217727).\n05 B PIC X.\n", 3, 1, "B ends at byte 134,217,728"),
        ("01 REC.\n05 G OCCURS 1000.\n10 A PIC X OCCURS 101.\n", 1, 1, "REC has 101,000 values"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, line, column, words):
    with pytest.raises(CopybookError) as error:
        Copybook.from_text(text, "test.cpy").layout()
    assert words in error.value.message
    assert (error.value.line, error.value.column) == (line, column)
    shown = text.splitlines()[line - 1]
    assert str(error.value).splitlines()[:3] == [
        f"test.cpy:{line}:{column}: {error.value.message}",
        f"    {shown}",
        "    " + " " * (column - 1) + "^",
    ]


def test_a_byte_order_mark_is_no_part_of_the_copybook(tmp_path):
    path = tmp_path / "bom.cpy"
    path.write_bytes(b"\xef\xbb\xbf       01  REC.\r\n           05  A PIC X.\r\n")
    assert [field.name for field in Copybook.from_file(path).layout().fields] == ["A"]
    with pytest.raises(CopybookError) as error:
        Copybook.from_text("\ufeff01 REC PIX.\n")
    assert error.value.column == 8


def test_several_alternatives_follow_the_item_that_they_redefine():
    text = "01 REC.\n05 A PIC X(4).\n05 B REDEFINES A PIC X.\n05 C REDEFINES A PIC X.\n05 D REDEFINES C PIC X.\n"
    assert [field.offset for field in Copybook.from_text(text).layout().fields] == [0, 0, 0, 0]


def test_nameless_fields_may_be_as_many_as_there_are_bytes():
    text = "01 REC.\n05 A PIC X.\n05 FILLER PIC X OCCURS 9000000.\n"
    assert Copybook.from_text(text).layout().length == 9_000_001


def test_the_caret_stands_under_its_column_behind_tabs_and_sequence_numbers():
    text = "000100 01  REC.\n000200\t05  A\tPICC X.\n"
    with pytest.raises(CopybookError) as error:
        Copybook.from_text(text)
    assert (error.value.line, error.value.column) == (2, 14)
    assert str(error.value).splitlines()[2] == "          \t     \t^"


def test_what_was_expected_is_said_in_words():
    with pytest.raises(CopybookError) as error:
        Copybook.from_text("01 REC.\n05 A OCCURS.\n")
    assert error.value.expected == ("a number",)
    with pytest.raises(CopybookError) as error:
        Copybook.from_text("01 REC.\n05 A PIC X 7.\n")
    assert error.value.expected == ("a clause (PICTURE, USAGE, OCCURS, …)", "a period")
    assert str(error.value).endswith("expected a clause (PICTURE, USAGE, OCCURS, …) or a period")


@pytest.mark.parametrize("text", ["", "\n\n", "      * only a comment\n"])
def test_a_copybook_without_a_record_says_so(text):
    with pytest.raises(Exception, match="describes no record"):
        Copybook.from_text(text).layout()
