"""What the decoder says of a cell: one byte, ok, null, or the code of an error."""

from enum import IntEnum


class Status(IntEnum):
    """The status of one cell; from ``FIRST_ERROR`` on, the bytes are wrong. A cell that is not OK holds zeros."""

    OK = 0
    NULL = 1
    """No number, and the numbers policy makes that null: by default blanks and low-values."""
    ABSENT = 2
    """Not in this record: it ends before, the OCCURS count leaves it out, or a rule chose another REDEFINES."""
    UNFIT = 3
    """The bytes do not fit this REDEFINES alternative, and no rule says that they should."""

    RAW = 4
    """No number, and the policy keeps the bytes: they are reported, and the record stays."""

    BAD_DIGIT = 16
    BAD_SIGN = 17
    OVERFLOW = 18
    """More digits than the PICTURE has."""
    BAD_TEXT = 19
    """A byte that the code page does not have."""
    BAD_FLOAT = 20
    """IEEE infinity or not-a-number."""
    TRUNCATED = 21
    """The record ends inside the number, or inside a character of two bytes."""
    BAD_COUNT = 22
    """The counter of an OCCURS DEPENDING ON is outside the table's range."""
    BLANKS = 23
    LOW_VALUES = 24
    HIGH_VALUES = 25
    NO_SIGN = 26
    """These four: the bytes are such, and the numbers policy refuses that."""

    TOO_LONG = 40
    """A text of format CSV that is longer than its PICTURE."""


FIRST_ERROR = 16
