"""Validation rules, each over a whole column of a batch. A cell without a value breaks none but ``Required``."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from importlib import import_module
from typing import Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mfdecode.arrow import arrow_array
from mfdecode.columns import Column, ColumnKind, ColumnType, equals_text
from mfdecode.int128 import compare

from .dates import DateFormat
from .errors import PlanError, PluginError
from .fixed_format import Mask

_EXACT = Context(prec=100)

Plugin = Callable[[npt.NDArray[np.generic], npt.NDArray[np.uint8]], npt.NDArray[np.bool_]]
"""Takes a column's values and statuses (0: there is a value), returns True for each good record.

Both are read-only, and the batch's own memory, which later batches overwrite: what is to be kept is to be copied.
"""
_Scalar = TypeVar("_Scalar", bound=np.generic)


class Rule(Protocol):
    """A test of one column.

    Attributes:
        code: of the rejects that it makes.
        message: for people; it says the rule, never the value.
    """

    @property
    def code(self) -> str:
        """Of the rejects."""

    @property
    def message(self) -> str:
        """Of the rejects."""

    def broken(self, column: Column) -> Mask:
        """Where a value breaks the rule."""


@dataclass(frozen=True, slots=True)
class Required:
    """There is a value; a text is not blank."""

    code: str = "REQUIRED"
    message: str = "a value is required"

    def broken(self, column: Column) -> Mask:
        """Where there is no value."""
        missing: Mask = column.status != 0
        if column.type.kind is ColumnKind.TEXT:
            missing |= column.values == np.zeros((), column.values.dtype)
        return missing


class Range:
    """A number between two bounds, each of which may be open.

    Args:
        low, high: in units of the number itself, compared exactly.
        type_: of the column.

    Raises:
        PlanError: the column is no number.
    """

    code = "RANGE"

    def __init__(self, low: Decimal | None, high: Decimal | None, type_: ColumnType) -> None:
        if type_.kind not in {ColumnKind.NUMBER, ColumnKind.FLOAT}:
            raise PlanError(f"range is for numbers, and the field is {type_.kind}")
        self.message = (
            f"the number is not in the range {'…' if low is None else low} to {'…' if high is None else high}"
        )
        self._low, self._high = low, high

    def broken(self, column: Column) -> Mask:
        """Where a number is out of range."""
        wrong: Mask = np.zeros(len(column.values), np.bool_)
        if column.type.kind is ColumnKind.FLOAT:
            values = cast(npt.NDArray[np.floating], column.values)
            if self._low is not None:
                wrong |= values < float(self._low)
            if self._high is not None:
                wrong |= values > float(self._high)
        else:
            if self._low is not None:
                wrong |= compare(column.values, scaled(self._low, column.type.scale, ROUND_CEILING)) < 0
            if self._high is not None:
                wrong |= compare(column.values, scaled(self._high, column.type.scale, ROUND_FLOOR)) > 0
        wrong &= column.status == 0
        return wrong


class Allowed:
    """One of a few values.

    Args:
        values: texts, or numbers compared exactly.
        type_: of the column.

    Raises:
        PlanError: the column is a float, or a value is no number where the column is one.
    """

    code = "ALLOWED"
    message = "the value is not one of those allowed"

    def __init__(self, values: Sequence[str | Decimal], type_: ColumnType) -> None:
        self._texts = [str(value) for value in values]
        self._numbers: list[int] = []
        if type_.kind is ColumnKind.NUMBER:
            for value in values:
                try:
                    number = Decimal(value).scaleb(type_.scale, _EXACT)
                except ArithmeticError:
                    raise PlanError(f"the field is a number, and the allowed value {value!r} is none") from None
                if number == number.to_integral_value():  # one with more decimals than the field has never occurs
                    self._numbers.append(int(number))
        elif type_.kind is not ColumnKind.TEXT:
            raise PlanError(f"allowed is for texts and whole or decimal numbers, and the field is {type_.kind}")

    def broken(self, column: Column) -> Mask:
        """Where a value is none of those."""
        good: Mask = np.zeros(len(column.values), np.bool_)
        if column.type.kind is ColumnKind.NUMBER:
            for number in self._numbers:
                good |= compare(column.values, number) == 0
        else:
            for text in self._texts:
                good |= equals_text(column.values, text)
        refused: Mask = ~good & (column.status == 0)
        return refused


class Pattern:
    """A regular expression (RE2 syntax) that the whole text matches.

    Args:
        pattern: the expression.
        type_: of the column.

    Raises:
        PlanError: it is none, or the column is no text.
    """

    code = "PATTERN"

    def __init__(self, pattern: str, type_: ColumnType) -> None:
        if type_.kind is not ColumnKind.TEXT:
            raise PlanError(f"pattern is for texts, and the field is {type_.kind}")
        self.message = f"the text does not match {pattern}"
        self._pattern = rf"\A(?:{pattern})\z"
        # First as it was given: A)|(?:B is none, though it is one between our anchors, which it would get rid of.
        for tried in (pattern, self._pattern):
            try:
                pc.match_substring_regex(pa.array([""]), tried)
            except pa.ArrowInvalid as error:
                raise PlanError(f"the pattern {pattern!r} is no regular expression: {error}") from None

    def broken(self, column: Column) -> Mask:
        """Where a text does not match."""
        texts = arrow_array(column)
        matches = pc.match_substring_regex(texts, self._pattern).fill_null(True)
        good: Mask = matches.to_numpy(zero_copy_only=False)
        return ~good


class Date:
    """A date in a format; blanks and zeros are no value.

    Args:
        text: the format, as ``DateFormat`` takes it.
        type_: of the column.

    Raises:
        PlanError: the format does not fit the column.
    """

    code = "DATE"

    def __init__(self, text: str, type_: ColumnType) -> None:
        self.message = f"not a date of the format {text}"
        self._format = DateFormat(text, type_.kind, type_.length or type_.digits)

    def broken(self, column: Column) -> Mask:
        """Where there is something that is no date."""
        return self._format.read(column).wrong


class PluginRule:
    """A function of the user's.

    Args:
        name: ``module:function``; see ``Plugin``.
        personal: the values are personal data, which what the function says may quote.

    Raises:
        PlanError: it is not there.
    """

    code = "PLUGIN"

    def __init__(self, name: str, *, personal: bool = False) -> None:
        self.message = f"refused by {name}"
        self._name = name
        self._personal = personal
        if not re.fullmatch(r"[\w.]+:\w+", name):
            raise PlanError(f"plug-in {name!r}: write module:function")
        module, function = name.split(":")
        try:
            self._plugin = cast(Plugin, getattr(import_module(module), function))
        except (ImportError, AttributeError) as error:
            raise PlanError(f"plug-in {name}: {error}") from error

    def broken(self, column: Column) -> Mask:
        """Where the function refuses a record.

        Raises:
            PluginError: it failed, or returned no mask of the column's length.
        """
        try:
            good = self._plugin(_read_only(column.values), _read_only(column.status))
        except Exception as error:
            told = "its message is not shown, since the field is personal" if self._personal else str(error)
            raise PluginError(
                f"plug-in {self._name} failed on {column.name}: {type(error).__name__}: {told}"
            ) from error
        if not isinstance(good, np.ndarray) or good.dtype != np.bool_ or good.shape != column.status.shape:
            raise PluginError(f"plug-in {self._name} must return a bool for each of {len(column.status)} records")
        refused: Mask = ~good & (column.status == 0)
        return refused


def _read_only(values: npt.NDArray[_Scalar]) -> npt.NDArray[_Scalar]:
    """The same values: a rule judges them and changes none."""
    view = values.view()
    view.flags.writeable = False
    return view


def scaled(number: Decimal, scale: int, rounding: str) -> int:
    """A number in units of 10**-scale."""
    return int(number.scaleb(scale, _EXACT).to_integral_value(rounding))
