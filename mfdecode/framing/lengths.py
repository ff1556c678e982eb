"""The length of a record by what is in it: a field, an expression over fields, or a map by record type."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from lark import Lark, Transformer
from lark.exceptions import UnexpectedInput, VisitError

from mfdecode.errors import LayoutError
from mfdecode.layout import Encoding, Field, Layout

_LONGEST_TEXT = 200
_GRAMMAR = r"""
    ?sum: product | sum "+" product -> add | sum "-" product -> subtract
    ?product: atom | product "*" atom -> multiply | product "/" atom -> divide
    ?atom: INTEGER -> number | NAME -> field | "-" atom -> negative | "(" sum ")"
    NAME.2: /(?=[0-9_-]*[A-Za-z])[A-Za-z0-9]+([_.-]+[A-Za-z0-9]+)*/
    INTEGER: /[0-9]+/
    %ignore " "
"""


class LengthRule(Protocol):
    """Tells the length of a record from its first bytes."""

    @property
    def extent(self) -> int:
        """How many of its first bytes are looked at."""

    def length(self, head: bytes, codepage: str) -> int | None:
        """Of the record, in bytes.

        Args:
            head: its first bytes, ``extent`` of them.
            codepage: of texts.

        Returns:
            None where what is there tells none.
        """


class Term(Protocol):
    """A part of an expression."""

    @property
    def extent(self) -> int:
        """How many of a record's first bytes are looked at."""

    def value(self, head: bytes, codepage: str) -> Fraction | None:
        """None where a field has no value, or a divisor is zero."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    number: int
    extent: int = 0

    def value(self, head: bytes, codepage: str) -> Fraction | None:
        """The number."""
        return Fraction(self.number)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What a field holds, as a whole number.

    Attributes:
        name: COBOL's.
        offset, size: of its bytes.
        encoding: how they are read.
        signed: of binary.
        separate: at which end of a zoned number its sign has a byte: -1 leading, 1 trailing, 0 none.
    """

    name: str
    offset: int
    size: int
    encoding: Encoding
    signed: bool
    separate: int

    @property
    def extent(self) -> int:
        """Up to its last byte."""
        return self.offset + self.size

    def value(self, head: bytes, codepage: str) -> Fraction | None:
        """The number; None where the bytes are none."""
        text = self.text(head, codepage)
        return Fraction(int(text)) if text.removeprefix("-").isdecimal() and text.isascii() else None

    def text(self, head: bytes, codepage: str) -> str:
        """Its text without blanks around it, or its digits; empty where the bytes are no number."""
        raw = head[self.offset : self.extent]
        match self.encoding:
            case Encoding.BINARY:
                return str(int.from_bytes(raw, "big", signed=self.signed))
            case Encoding.PACKED:
                nibbles = raw.hex()
                valid = nibbles[:-1].isdecimal() and nibbles[-1] in "abcdef"
                return _plain(nibbles[:-1], minus=nibbles[-1] in "bd") if valid else ""
            case Encoding.UNSIGNED_PACKED:
                return _plain(raw.hex(), minus=False) if raw.hex().isdecimal() else ""
            case Encoding.ZONED:
                digits = raw[1:] if self.separate < 0 else raw[: len(raw) - self.separate]
                nibbles = digits.hex()[1::2]
                return _plain(nibbles, minus=False) if nibbles.isdecimal() else ""
            case _:
                return raw.decode(codepage, "replace").strip(" \0")


@dataclass(frozen=True, slots=True)
class Operation:
    """Two terms, and what is done with them."""

    sign: str
    left: Term
    right: Term

    @property
    def extent(self) -> int:
        """Of both."""
        return max(self.left.extent, self.right.extent)

    def value(self, head: bytes, codepage: str) -> Fraction | None:
        """Exact; None where a term has none, or it would be divided by zero."""
        left, right = self.left.value(head, codepage), self.right.value(head, codepage)
        if left is None or right is None:
            return None
        match self.sign:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case _:
                return left / right if right else None


@dataclass(frozen=True, slots=True)
class ComputedLength:
    """The value of an expression."""

    term: Term

    @property
    def extent(self) -> int:
        """As far as its fields go."""
        return self.term.extent

    def length(self, head: bytes, codepage: str) -> int | None:
        """None unless the value is a whole number."""
        value = self.term.value(head, codepage)
        return int(value) if value is not None and value.denominator == 1 else None


@dataclass(frozen=True, slots=True)
class MappedLength:
    """A length for each record type.

    Attributes:
        field: that tells the type.
        lengths: type and length.
        default: of the other types; None where there are none.
    """

    field: FieldValue
    lengths: tuple[tuple[str, int], ...]
    default: int | None = None

    @property
    def extent(self) -> int:
        """Up to the end of the field."""
        return self.field.extent

    def length(self, head: bytes, codepage: str) -> int | None:
        """The one for what the field holds."""
        return dict(self.lengths).get(self.field.text(head, codepage), self.default)


def length_by_field(layout: Layout, name: str) -> LengthRule:
    """The length is what a field holds.

    Raises:
        LayoutError: there is no such field, or it cannot hold a length.
    """
    return ComputedLength(_field_value(layout, name))


def length_by_expression(layout: Layout, text: str) -> LengthRule:
    """The length is the value of whole numbers and fields, ``+ - * /`` and parentheses.

    Args:
        layout: of the records.
        text: the expression; a minus beside a name stands between blanks, since names have hyphens.

    Raises:
        LayoutError: it is none, or names what is not there.
    """
    if len(text) > _LONGEST_TEXT:
        raise LayoutError(f"a length expression has {_LONGEST_TEXT} characters at most, and this one {len(text)}")
    try:
        tree = Lark(_GRAMMAR, start="sum", parser="lalr").parse(text)
        return ComputedLength(_Terms(layout).transform(tree))
    except UnexpectedInput as error:
        raise LayoutError(
            f"{text!r} is no length expression, as character {(error.pos_in_stream or 0) + 1} shows: "
            "write whole numbers and fields, + - * / and parentheses"
        ) from None
    except VisitError as error:
        raise error.orig_exc from None


def length_by_type(layout: Layout, name: str, lengths: Mapping[str, int], default: int | None) -> LengthRule:
    """The length goes by what a field holds.

    Raises:
        LayoutError: there is no such field, or it cannot tell a type.
    """
    return MappedLength(_field_value(layout, name), tuple(sorted(lengths.items())), default)


class _Terms(Transformer):  # type: ignore[type-arg]  # lark's is generic in its stubs alone
    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self._layout = layout

    def number(self, children: list[str]) -> Term:
        return Constant(int(children[0]))

    def field(self, children: list[str]) -> Term:
        return _field_value(self._layout, str(children[0]))

    def negative(self, children: list[Term]) -> Term:
        return Operation("-", Constant(0), children[0])

    def add(self, children: list[Term]) -> Term:
        return Operation("+", *children)

    def subtract(self, children: list[Term]) -> Term:
        return Operation("-", *children)

    def multiply(self, children: list[Term]) -> Term:
        return Operation("*", *children)

    def divide(self, children: list[Term]) -> Term:
        return Operation("/", *children)


def _field_value(layout: Layout, name: str) -> FieldValue:
    field: Field = layout.field(name)
    if field.dimensions:
        raise LayoutError(f"{field.name} cannot tell the length of a record: it occurs in a table")
    if field.encoding.unit > 1 or field.encoding in {Encoding.FLOAT, Encoding.EDITED} or field.scale:
        raise LayoutError(f"{field.name} cannot tell the length of a record: it is no whole number, and no text")
    separate = 0 if not field.sign_separate else -1 if field.sign_leading else 1
    return FieldValue(field.name, field.offset, field.length, field.encoding, field.signed, separate)


def _plain(digits: str, *, minus: bool) -> str:
    return str(-int(digits) if minus else int(digits))
