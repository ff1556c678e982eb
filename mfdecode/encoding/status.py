"""What the encoder says of a cell: one byte, ok, or why its value cannot be written."""

from enum import IntEnum


class EncodeStatus(IntEnum):
    """The status of one cell that is to be written."""

    OK = 0
    TOO_LONG = 1
    NOT_IN_CODEPAGE = 2
    TOO_LARGE = 3
    TOO_PRECISE = 4
    NEGATIVE = 5
    NOT_A_NUMBER = 6
    NULL = 7
    BAD_COUNT = 8
    PAST_COUNT = 9
    DISAGREES = 10
    NOT_FRAMED = 11

    @property
    def message(self) -> str:
        """What is wrong, in words that hold no data."""
        return _MESSAGES[self]


_MESSAGES = {
    EncodeStatus.OK: "",
    EncodeStatus.TOO_LONG: "the text is longer than the field",
    EncodeStatus.NOT_IN_CODEPAGE: "the text has a character that the code page does not have",
    EncodeStatus.TOO_LARGE: "the number has more digits before the point than the field",
    EncodeStatus.TOO_PRECISE: "the number has digits that the field has no place for behind the point",
    EncodeStatus.NEGATIVE: "the number is negative and the field has no sign",
    EncodeStatus.NOT_A_NUMBER: "the value is no number",
    EncodeStatus.NULL: "there is no value, and the field cannot be without one",
    EncodeStatus.BAD_COUNT: "the counter is outside the table's range",
    EncodeStatus.PAST_COUNT: "there is a value in an occurrence that the counter does not count",
    EncodeStatus.DISAGREES: "the alternatives of a REDEFINES have values that are not readings of the same bytes",
    EncodeStatus.NOT_FRAMED: "the record has bytes that would end its line",
}
