"""Dates out of digits, a column at a time."""

import re
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from mfdecode.columns import INT128, Column, ColumnKind

from .errors import PlanError

_WIDTHS = {"Y": 4, "y": 2, "m": 2, "d": 2, "j": 3}
_DIRECTIVE = re.compile(r"%(.)|([^%])")
_PIVOT = 70
_MONTHS = (
    np.arange(-1970 * 12, (10_000 - 1970) * 12 + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
)
"""The first day of each month of the Gregorian calendar from the year 0 to 10000-01, in days since 1970."""

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint32]
"""What the directives stand for: numbers of at most four digits."""


@dataclass(frozen=True, slots=True)
class Dates:
    """A column read as dates.

    Attributes:
        days: datetime64[D]; 1970-01-01 where there is none.
        present: there is a date.
        wrong: there is something, and it is no date; blanks and zeros are nothing.
    """

    days: npt.NDArray[np.datetime64]
    present: Mask
    wrong: Mask


class DateFormat:
    """A strptime format of fixed width: %Y %y %m %d %j and literal characters.

    %y is 1970 to 2069. A year and a month and day of it, or the day of the year, make a date.

    Args:
        text: the format.
        kind: of the column that it is for: a number has digits alone, the format then has no literals.
        width: characters of the column, or digits.

    Raises:
        PlanError: the format is none, or does not fit the column.
    """

    def __init__(self, text: str, kind: ColumnKind, width: int) -> None:
        self._parts: dict[str, tuple[int, int]] = {}
        self._literals: list[tuple[int, str]] = []
        at = 0
        for directive, literal in _DIRECTIVE.findall(text):
            if literal:
                self._literals.append((at, literal))
                at += 1
            elif directive in _WIDTHS and directive not in self._parts:
                self._parts[directive] = (at, _WIDTHS[directive])
                at += _WIDTHS[directive]
            else:
                raise PlanError(
                    f"date format {text!r}: %{directive} cannot be read; there are %Y %y %m %d %j, each once"
                )
        self._width = at
        days = self._parts.keys() & {"m", "d", "j"}
        if len(self._parts.keys() & {"Y", "y"}) != 1 or days not in ({"m", "d"}, {"j"}):
            raise PlanError(f"date format {text!r} needs a year (%Y or %y) and %m with %d, or %j")
        if kind not in {ColumnKind.TEXT, ColumnKind.NUMBER} or (kind is ColumnKind.NUMBER and self._literals):
            raise PlanError(f"date format {text!r} does not go with a {kind} field")
        if at > width:
            raise PlanError(f"date format {text!r} takes {at} characters, and the field has {width}")

    def read(self, column: Column) -> Dates:
        """The column's dates."""
        ok = column.status == 0
        if column.type.kind is ColumnKind.NUMBER:
            digits, empty, fits = self._of_number(column.values)
        else:
            digits, empty, fits = self._of_text(column.values)
        good, days = _calendar(digits)
        present = ok & ~empty & fits & good
        return Dates(np.where(present, days, np.datetime64(0, "D")), present, ok & ~empty & ~present)

    def _of_number(self, values: npt.NDArray[np.generic]) -> tuple[dict[str, Numbers], Mask, Mask]:
        if values.dtype == INT128:
            pairs = cast(npt.NDArray[np.void], values)
            fits = (pairs["hi"] == 0) & (pairs["lo"] < 10**self._width)
            values = pairs["lo"]
        else:
            integers = cast(npt.NDArray[np.integer], values)
            most = min(10**self._width - 1, np.iinfo(integers.dtype).max)
            fits = (integers >= 0) & (integers <= most)
        # At most eight digits; the remainder by hand, since numpy has a fast division alone.
        numbers = np.where(fits, values, 0).astype(np.uint32)
        digits = {}
        for name, (at, width) in self._parts.items():
            upper = numbers // np.uint32(10 ** (self._width - at - width))
            digits[name] = upper - upper // np.uint32(10**width) * np.uint32(10**width)
        return digits, fits & (numbers == 0), fits

    def _of_text(self, values: npt.NDArray[np.generic]) -> tuple[dict[str, Numbers], Mask, Mask]:
        characters = character_matrix(values)
        fits = (characters[:, self._width :] == 0).all(axis=1)
        for at, literal in self._literals:
            fits &= characters[:, at] == ord(literal)
        zeros = (characters == 0) | (characters == ord(" ")) | (characters == ord("0"))
        for at, _ in self._literals:
            zeros[:, at] = True
        digits = {}
        for name, (at, width) in self._parts.items():
            number = np.zeros(len(characters), np.uint32)
            for position in range(at, at + width):
                digit = characters[:, position].astype(np.uint32) - np.uint32(ord("0"))  # wraps to a large number below
                fits &= digit <= 9
                number = number * np.uint32(10) + digit
            digits[name] = np.where(fits, number, 0)
        return digits, zeros.all(axis=1), fits


def character_matrix(values: npt.NDArray[np.generic]) -> npt.NDArray[np.unsignedinteger]:
    """A text column as (records, length) code points; 0 past each text's end."""
    unit = np.dtype(np.uint8 if values.dtype.kind == "S" else np.uint32)
    return np.ascontiguousarray(values).view(unit).reshape(len(values), values.dtype.itemsize // unit.itemsize)


def _calendar(digits: dict[str, Numbers]) -> tuple[Mask, npt.NDArray[np.datetime64]]:
    """Whether the parts are a day of the Gregorian calendar, and which."""
    year = digits["Y"] if "Y" in digits else digits["y"] + np.where(digits["y"] < _PIVOT, np.uint32(2000), 1900)
    month = year * np.uint32(12)
    good = year >= 1
    if "j" in digits:
        day, after = digits["j"], month + np.uint32(12)
    else:
        known = (digits["m"] >= 1) & (digits["m"] <= 12)
        month += np.where(known, digits["m"] - np.uint32(1), 0)
        good &= known
        day, after = digits["d"], month + np.uint32(1)
    start = _MONTHS[month]
    good &= (day >= 1) & (day <= _MONTHS[after] - start)
    return good, (start + day - 1).astype("datetime64[D]")
