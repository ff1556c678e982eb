"""Where each field of a record lies: the copybook's items with offsets, lengths and repetitions."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from .copybook.model import Picture, Usage


class Encoding(StrEnum):
    """How a field's bytes are read; one family of kernels each."""

    TEXT = "text"
    ZONED = "zoned"
    PACKED = "packed"
    BINARY = "binary"
    FLOAT = "float"
    EDITED = "edited"


class Truncation(StrEnum):
    """IBM's compiler option TRUNC: whether COMP holds only the PICTURE's digits, or all that its bytes can."""

    STD = "std"
    BIN = "bin"


class BinarySize(StrEnum):
    """Bytes of a COMP item by its digits: IBM's, or the others that GnuCOBOL's ``binary-size`` names."""

    IBM = "2-4-8"
    ONE_TWO_FOUR_EIGHT = "1-2-4-8"
    MINIMAL = "1--8"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One OCCURS that encloses a member, or is its own.

    Attributes:
        count: most occurrences.
        stride: bytes from one occurrence to the next.
        minimum: fewest occurrences; equal to ``count`` in a table of fixed size.
        depending_on: the member path of the counter, in a table of variable size.
    """

    count: int
    stride: int
    minimum: int
    depending_on: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """An elementary item.

    Attributes:
        name: the COBOL name; FILLER for one without.
        member: its name in the dtype, in JSON and in tables: upper case, ``_`` for ``-``, unique among its
            siblings; empty for an elementary FILLER, which is not decoded.
        level: the level number.
        path: the members from the outermost group (the 01 level left out) down to this one.
        offset: of the first occurrence, in bytes from the record's start.
        length: bytes of one occurrence.
        encoding: how its bytes are read.
        usage: the USAGE.
        picture: None for COMP-1 and COMP-2.
        digits: decimal digits; of full-range binary, those of the largest value.
        scale: digits right of the decimal point; may exceed ``digits`` or be negative (P in the PICTURE).
        signed: whether a value may be negative.
        sign_leading, sign_separate: where a zoned number's sign is.
        full_range: binary that may use all its bits (COMP-5, or TRUNC(BIN)).
        blank_is_zero: BLANK WHEN ZERO, or a PICTURE whose digits are all suppressed: blanks are the number 0.
        justified: JUSTIFIED RIGHT.
        own: its own OCCURS, if it has one.
        dimensions: every OCCURS around it, outermost first, its own last.
        alternatives: the paths of the REDEFINES alternatives that it is part of, outermost first.
        template: an edited PICTURE, one symbol a byte.
    """

    name: str
    member: str
    level: int
    path: tuple[str, ...]
    offset: int
    length: int
    encoding: Encoding
    usage: Usage
    picture: Picture | None = None
    digits: int = 0
    scale: int = 0
    signed: bool = False
    sign_leading: bool = False
    sign_separate: bool = False
    full_range: bool = False
    blank_is_zero: bool = False
    justified: bool = False
    own: Dimension | None = None
    dimensions: tuple[Dimension, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    template: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """An item made up of others; ``member`` is empty for a FILLER group, whose members stand in its parent."""

    name: str
    member: str
    level: int
    path: tuple[str, ...]
    offset: int
    length: int
    children: tuple["Field | Group", ...]
    own: Dimension | None = None
    dimensions: tuple[Dimension, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()


Member = Field | Group


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a record: a field, or one occurrence of it.

    Attributes:
        field: whose value it is.
        index: of the occurrence, from 0, one number a dimension.
        offset: in bytes from the record's start.
        column: its name in a flat table: the field's name, made unique by its groups' where it must be, and
            ``_1``, ``_2``, … for its occurrences.
    """

    field: Field
    index: tuple[int, ...]
    offset: int
    column: str


@dataclass(frozen=True)
class Layout:
    """A record.

    Attributes:
        name: of the 01 level.
        length: bytes of the longest record.
        members: below the 01 level, in order; those of a REDEFINES follow the item they redefine.
    """

    name: str
    length: int
    members: tuple[Member, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The elementary items that are decoded, in order."""
        return tuple(f for f in walk(self.members) if isinstance(f, Field) and f.member)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every value of a record: fields in order, the occurrences of each one after the other."""
        raise NotImplementedError

    def field(self, name: str) -> Field:
        """The field of that name: COBOL's or the table's, qualified by its groups (``GROUP.FIELD``) or not.

        Raises:
            LayoutError: there is none, or several; the text names the nearest, or all.
        """
        raise NotImplementedError


def walk(members: tuple[Member, ...]) -> Iterator[Member]:
    """Every member below, each before its own."""
    for member in members:
        yield member
        if isinstance(member, Group):
            yield from walk(member.children)
