"""Conditions evaluated over the columns of a batch."""

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import reduce
from typing import assert_never, cast

import numpy as np
import numpy.typing as npt

from .columns import Column, ColumnKind, equals_text
from .conditions import AllOf, AnyOf, Condition, InRange, Not, OneOf, Present
from .errors import LayoutError
from .int128 import compare
from .layout import Field, Layout
from .status import Status

_EXACT = Context(prec=100)

Mask = npt.NDArray[np.bool_]
Matcher = Callable[[Sequence[Column]], Mask]
"""Takes the columns of a batch, in the order of the layout's cells; tells for each record whether a condition holds."""


def matcher(layout: Layout, condition: Condition) -> Matcher:
    """A condition, ready for batches.

    Args:
        layout: of the records.
        condition: over its fields.

    Raises:
        LayoutError: it names a field that is not there or occurs in a table, or compares what cannot be compared.
    """
    match condition:
        case AllOf(conditions):
            return _joined(layout, conditions, np.logical_and)
        case AnyOf(conditions):
            return _joined(layout, conditions, np.logical_or)
        case Not(inner):
            inner_holds = matcher(layout, inner)
            return lambda columns: ~inner_holds(columns)
        case OneOf() | InRange() | Present():
            return _of_field(layout, condition)
        case _:
            assert_never(condition)


def _joined(layout: Layout, conditions: Sequence[Condition], join: np.ufunc) -> Matcher:
    if not conditions:
        raise LayoutError("a condition that is made of others needs at least one")
    parts = [matcher(layout, condition) for condition in conditions]
    return lambda columns: reduce(join, (holds(columns) for holds in parts))


def _of_field(layout: Layout, condition: OneOf | InRange | Present) -> Matcher:
    field = layout.field(condition.field)
    if field.dimensions:
        raise LayoutError(f"{field.name} cannot be part of a condition: it occurs in a table")
    position = next(j for j, cell in enumerate(layout.cells) if cell.field is field)
    test = _test(field, condition)

    def holds(columns: Sequence[Column]) -> Mask:
        column = columns[position]
        there: Mask = column.status == Status.OK
        return test(column) & there

    return holds


def _test(field: Field, condition: OneOf | InRange | Present) -> Callable[[Column], Mask]:
    """What is true of the values, whatever the statuses say."""
    if isinstance(condition, Present):
        return _has_value
    if field.picture is None:
        raise LayoutError(f"{field.name} cannot be compared in a condition: it is a float")
    if isinstance(condition, InRange):
        if not field.digits:
            raise LayoutError(f"range is for numbers, and {field.name} is a text: name its values")
        low, high = condition.low, condition.high
        return _in_range(
            None if low is None else int(_units(low, field).to_integral_value(ROUND_CEILING)),
            None if high is None else int(_units(high, field).to_integral_value(ROUND_FLOOR)),
        )
    if not field.digits:
        return _one_of_texts([value.rstrip(" ") for value in sorted(condition.values)])
    units = [_units(value, field) for value in sorted(condition.values)]
    # A number with more decimals than the field is in none of its records.
    return _one_of_numbers([int(number) for number in units if number == number.to_integral_value()])


def _units(value: str | Decimal, field: Field) -> Decimal:
    """A number in units of the field's last digit."""
    try:
        number = Decimal(value).scaleb(field.scale, _EXACT)
    except ArithmeticError:
        number = Decimal("NaN")
    if not number.is_finite():
        raise LayoutError(f"{field.name} is a number, and {str(value)!r} is none")
    return number


def _has_value(column: Column) -> Mask:
    if column.type.kind is not ColumnKind.TEXT:
        return np.ones(len(column.values), np.bool_)
    unit = np.dtype(np.uint8 if column.values.dtype.kind == "S" else np.uint32)
    width = column.values.dtype.itemsize // unit.itemsize
    characters = np.ascontiguousarray(column.values).view(unit).reshape(len(column.values), width)
    return cast(Mask, ((characters != 0) & (characters != ord(" "))).any(axis=1))


def _one_of_texts(texts: Sequence[str]) -> Callable[[Column], Mask]:
    def test(column: Column) -> Mask:
        values = _without_blanks(column.values)
        found = np.zeros(len(values), np.bool_)
        for text in texts:
            found |= equals_text(values, text)
        return found

    return test


def _one_of_numbers(numbers: Sequence[int]) -> Callable[[Column], Mask]:
    def test(column: Column) -> Mask:
        found = np.zeros(len(column.values), np.bool_)
        for number in numbers:
            found |= compare(column.values, number) == 0
        return found

    return test


def _in_range(low: int | None, high: int | None) -> Callable[[Column], Mask]:
    def test(column: Column) -> Mask:
        inside = np.ones(len(column.values), np.bool_)
        if low is not None:
            inside &= compare(column.values, low) >= 0
        if high is not None:
            inside &= compare(column.values, high) <= 0
        return inside

    return test


def _without_blanks(texts: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    if texts.dtype.kind == "U":
        return np.strings.rstrip(cast(npt.NDArray[np.str_], texts), " ")
    return np.strings.rstrip(cast(npt.NDArray[np.bytes_], texts), b" ")
