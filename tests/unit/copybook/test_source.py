"""Reference format and free format."""

from mfdecode import Copybook


def names(text: str) -> list[str]:
    [record] = Copybook.from_text(text).records
    return [item.name for item in record.children]


def line(text: str, sequence: str = "", indicator: str = " ") -> str:
    return f"{sequence:6}{indicator}{text}"


def test_sequence_numbers_and_what_follows_column_72_are_no_text():
    text = [
        line("01  REC.", "000100") + " " * 57 + "IDENT001",
        line("    05  A PIC X.", "000200").ljust(72) + "05 B PIC Y",
    ]
    assert names("\n".join(text)) == ["A"]


def test_comment_debug_and_directive_lines_are_left_out():
    text = [
        line("01  REC."),
        line("05  OUT PIC X.", indicator="*"),
        line("05  OUT PIC X.", indicator="/"),
        line("05  OUT PIC X.", indicator="D"),
        "******* STARS FROM COLUMN ONE",
        "       EJECT",
        "       SKIP2",
        line("    05  A PIC X.   *> 05 B PIC X."),
        "",
        "\x1a",
    ]
    assert names("\n".join(text)) == ["A"]


def test_a_word_goes_on_in_a_continuation_line():
    text = [line("01  REC."), line("    05  LONG-NA"), line("    ME PIC X.", indicator="-")]
    assert names("\n".join(text)) == ["LONG-NAME"]


def test_a_literal_goes_on_up_to_column_72():
    open_literal = line("    05  A PIC X(99) VALUE 'AB")
    text = [line("01  REC."), open_literal, line("    'CD'.", indicator="-")]
    [record] = Copybook.from_text("\n".join(text)).records
    assert record.children[0].value == "'AB" + " " * (72 - len(open_literal)) + "CD'"


def test_free_format_is_told_by_its_text_in_the_sequence_area():
    assert names("01 REC.\n05 A PIC X. *> comment\n  05 B PIC 9.\n") == ["A", "B"]


def test_free_format_may_be_said():
    assert names("       >>SOURCE FORMAT IS FREE\n      01 REC.\n      05 A PIC X.") == ["A"]


def test_tabs_are_stops_every_eight_columns():
    assert names("\t01  REC.\n\t    05  A\n\t\t\tPIC X.\n") == ["A"]


def test_separators_are_blanks():
    assert names("       01 REC.\n       05 A, PIC X; VALUE 'x'.\n") == ["A"]
