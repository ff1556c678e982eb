"""Where each field of a record lies: the copybook's items with offsets, lengths and repetitions."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from itertools import count, product

from .copybook.model import Condition, Picture, Usage, has_in_order
from .errors import LayoutError

MOST_CELLS = 100_000
"""Values of a record. Each is a column of its own, and no database has a hundredth of that."""


class Encoding(StrEnum):
    """How a field's bytes are read; one family of kernels each."""

    TEXT = "text"
    GRAPHIC = "graphic"
    """DBCS: the pairs of a mixed code page, without shifts."""
    NATIONAL = "national"
    """UTF-16, big-endian."""
    ZONED = "zoned"
    PACKED = "packed"
    UNSIGNED_PACKED = "unsigned_packed"
    BINARY = "binary"
    FLOAT = "float"
    EDITED = "edited"

    @property
    def unit(self) -> int:
        """Bytes of a text's character, or of its least part; 0 of what is no text."""
        return {Encoding.TEXT: 1, Encoding.GRAPHIC: 2, Encoding.NATIONAL: 2}.get(self, 0)


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
        stride: bytes from one occurrence to the next, slack bytes included.
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
        full_range: binary that may use all its bits (COMP-5, COMP-X, or TRUNC(BIN)).
        blank_is_zero: BLANK WHEN ZERO, or a PICTURE whose digits are all suppressed: blanks are the number 0.
        justified: JUSTIFIED RIGHT.
        own: its own OCCURS, if it has one.
        dimensions: every OCCURS around it, outermost first, its own last.
        alternatives: the paths of the REDEFINES alternatives that it is part of, outermost first.
        template: an edited PICTURE, one symbol a byte.
        conditions: the level 88 below it.
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
    conditions: tuple[Condition, ...] = ()


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
    conditions: tuple[Condition, ...] = ()


Member = Field | Group


def end_of(member: Member) -> int:
    """Where what follows a member, and all its occurrences, begins; in bytes from the record's start."""
    return member.offset + (member.own.count * member.own.stride if member.own else member.length)


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

    @property
    def label(self) -> str:
        """The COBOL name, for messages; with its subscripts where it occurs."""
        return self.field.name + (f"({','.join(str(i + 1) for i in self.index)})" if self.index else "")


@dataclass(frozen=True, slots=True)
class Range:
    """A level 66: the bytes from one item through another, under a name of its own.

    Attributes:
        name: of it.
        first, last: names of the items; of one item they are the same.
        offset: in bytes from the record's start.
        length: in bytes.
    """

    name: str
    first: str
    last: str
    offset: int
    length: int


@dataclass(frozen=True)
class Layout:
    """A record.

    Attributes:
        name: of the 01 level.
        length: bytes of the longest record.
        members: below the 01 level, in order; those of a REDEFINES follow the item they redefine.
        conditions: the level 88 of the record as a whole.
        ranges: the level 66; on request they are members too, after all others.
    """

    name: str
    length: int
    members: tuple[Member, ...]
    conditions: tuple[Condition, ...] = ()
    ranges: tuple[Range, ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The elementary items that are decoded, in order."""
        return tuple(f for f in walk(self.members) if isinstance(f, Field) and f.member)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every value of a record: fields in order, the occurrences of each one after the other."""
        taken: set[str] = set()
        return tuple(
            Cell(
                field,
                index,
                field.offset + sum(i * d.stride for i, d in zip(index, field.dimensions, strict=True)),
                unique_name("_".join([name, *(str(i + 1) for i in index)]), taken),
            )
            for field, name in zip(self.fields, _column_names(self.fields), strict=True)
            for index in product(*(range(d.count) for d in field.dimensions))
        )

    def field(self, name: str) -> Field:
        """The field of that name: COBOL's or the table's, qualified by its groups (``GROUP.FIELD``) or not.

        Raises:
            LayoutError: there is none, or several; the text names the nearest, or all.
        """
        wanted = name.upper().replace("-", "_").split(".")
        found = [field for field in self.fields if _is_named(field.path, wanted)]
        if not found:  # the name that it has in a flat table
            found = [cell.field for cell in self.cells if cell.column == wanted[-1] and len(wanted) == 1]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(".".join(field.path) for field in found)
            raise LayoutError(f"{self.name} has several {name}: {several}; say which")
        names = {field.member: field.name for field in self.fields}
        nearest = get_close_matches(wanted[-1], names, n=1)
        hint = f"; did you mean {names[nearest[0]]}?" if nearest else ""
        raise LayoutError(f"{self.name} has no field {name}{hint}")


def walk(members: tuple[Member, ...]) -> Iterator[Member]:
    """Every member below, each before its own."""
    for member in members:
        yield member
        if isinstance(member, Group):
            yield from walk(member.children)


def unique_name(name: str, taken: set[str]) -> str:
    """The name, numbered if it is taken, which it then is: A-1 beside the first occurrence of A."""
    unique = next(n for i in count(1) if (n := name if i == 1 else f"{name}_{i}") not in taken)
    taken.add(unique)
    return unique


def _is_named(path: tuple[str, ...], wanted: list[str]) -> bool:
    """Whether the path ends in the last name and has the others, in order, among the groups before it."""
    return path[-1] == wanted[-1] and has_in_order(wanted[:-1], path[:-1])


def _column_names(fields: tuple[Field, ...]) -> tuple[str, ...]:
    """A name in a flat table for each field: its own, with as many of its groups' before it as make it unique."""
    depth = dict.fromkeys(range(len(fields)), 1)
    while True:
        names = {i: "_".join(fields[i].path[-d:]) for i, d in depth.items()}
        by_name: dict[str, list[int]] = {}
        for i, name in names.items():
            by_name.setdefault(name, []).append(i)
        clashing = [i for same in by_name.values() if len(same) > 1 for i in same if depth[i] < len(fields[i].path)]
        if not clashing:
            return tuple(names.values())
        for i in clashing:
            depth[i] += 1


def visible_members(members: tuple[Member, ...]) -> Iterator[Member]:
    """The members that are decoded; those of a nameless group stand in its parent."""
    for member in members:
        if isinstance(member, Group):
            if not member.member:
                yield from visible_members(member.children)
            elif next(visible_members(member.children), None) is not None:
                yield member
        elif member.member:
            yield member
