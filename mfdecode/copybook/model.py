"""The copybook as its text says it: items in a tree, before any offset is known.

The rules are those of the Enterprise COBOL for z/OS Language Reference (SC27-8713), data division.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

LONGEST = 134_217_727
"""Bytes of a record or an item of it: the compiler limit of Enterprise COBOL before version 5 (128 MB less one,
"Compiler limit comparison"). Later ones allow more, and no access method of z/OS has records of that length."""


class Usage(StrEnum):
    """The USAGE clause; synonyms (COMP, COMP-4, BINARY, …) are one member."""

    DISPLAY = "DISPLAY"
    BINARY = "COMP"
    NATIVE = "COMP-5"
    PACKED = "COMP-3"
    UNSIGNED_PACKED = "COMP-6"
    COMP_X = "COMP-X"
    FLOAT = "COMP-1"
    DOUBLE = "COMP-2"
    GRAPHIC = "DISPLAY-1"
    NATIONAL = "NATIONAL"


class Category(StrEnum):
    """What a PICTURE describes."""

    TEXT = "text"
    GRAPHIC = "graphic"
    NATIONAL = "national"
    NUMBER = "number"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Picture:
    """A PICTURE character-string.

    Attributes:
        text: as written, upper case, for people.
        category: what it describes.
        size: character positions, without a separate sign; S, V and P take none.
        digits: digit positions that are stored; 0 for text.
        scale: digits right of the decimal point; P makes it exceed ``digits`` or go below zero.
        signed: S, or an editing sign.
        template: one symbol a character position, repetition written out (edited pictures; else empty); the decimal
            point is ``.`` and the currency symbol ``$``, whatever the PICTURE writes.
        currency: the currency symbol that it writes.
        decimal_comma: the decimal point that is written is a comma.
    """

    text: str
    category: Category
    size: int
    digits: int = 0
    scale: int = 0
    signed: bool = False
    template: str = ""
    currency: str = "$"
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """The SIGN clause."""

    leading: bool = False
    separate: bool = False


def has_in_order(names: Sequence[str], among: Sequence[str]) -> bool:
    """Whether these names are among others, in their order."""
    rest = iter(among)
    return all(name in rest for name in names)


@dataclass(frozen=True, slots=True)
class Reference:
    """A name by which an entry means another item, with those of groups around that item: ``A OF G``.

    Attributes:
        name: upper case.
        groups: as written, the innermost first; not all that are around it need be said.
    """

    name: str
    groups: tuple[str, ...] = ()

    def means(self, name: str, groups: tuple[str, ...]) -> bool:
        """Whether it means an item of that name, in these groups, the outermost first."""
        return name == self.name and name != FILLER and has_in_order(self.groups, groups[::-1])

    def __str__(self) -> str:
        return " OF ".join((self.name, *self.groups))


@dataclass(frozen=True, slots=True)
class Occurs:
    """The OCCURS clause; ``depending_on`` names the counter of a table of variable size, qualified or not."""

    minimum: int
    maximum: int
    depending_on: Reference | None = None
    indexed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A level 88: a name for values of the item above; each value is a literal or a (from, through) pair."""

    name: str
    values: tuple[str | tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Renames:
    """A level 66: another name for the items from ``first`` through ``last``; of one item they are the same."""

    name: str
    first: "Item"
    last: "Item"


FILLER = "FILLER"


@dataclass(slots=True, eq=False)
class Item:
    """A data description entry: a group (with children) or an elementary item (with a picture or a float usage).

    Attributes:
        name: upper case; ``FILLER`` where there is none.
        usage: its own or the nearest enclosing group's USAGE.
        usage_given: whether it or a group around it says so.
        sign: its own or the nearest enclosing group's SIGN; None where neither says.
        synchronized: whether it or a group around it says so.
        line: of the level number in the copybook, counted from 1.
        column: of the level number, counted from 1.
        file: the copied one that it stands in; empty where that is the copybook itself.
    """

    level: int
    name: str
    line: int
    column: int
    picture: Picture | None = None
    usage: Usage = Usage.DISPLAY
    usage_given: bool = False
    sign: Sign | None = None
    occurs: Occurs | None = None
    redefines: Reference | None = None
    value: str | None = None
    justified: bool = False
    blank_when_zero: bool = False
    synchronized: bool = False
    conditions: list[Condition] = field(default_factory=list)
    renames: list[Renames] = field(default_factory=list)
    file: str = ""
    children: list["Item"] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        """Whether other items make it up."""
        return bool(self.children)

    @property
    def is_filler(self) -> bool:
        """Whether it has no name to be asked for by."""
        return self.name == FILLER
