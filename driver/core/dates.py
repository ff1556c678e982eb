"""Dates out of digits, a column at a time."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mfdecode.columns import Column, ColumnKind

from .errors import PlanError
from .fixed_format import FixedFormat, Mask, Numbers

WIDTHS = {"Y": 4, "y": 2, "m": 2, "d": 2, "j": 3}
"""Digits of a day's directives."""
_PIVOT = 70
_MONTHS = (
    np.arange(-1970 * 12, (10_000 - 1970) * 12 + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
)
"""The first day of each month of the Gregorian calendar from the year 0 to 10000-01, in days since 1970."""


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
        self._format = FixedFormat(text, WIDTHS, kind, width)
        check_day(text, self._format.directives)

    def read(self, column: Column) -> Dates:
        """The column's dates."""
        ok = column.status == 0
        found = self._format.read(column)
        good, days = calendar(found.digits)
        present = ok & ~found.empty & found.fits & good
        return Dates(np.where(present, days, np.datetime64(0, "D")), present, ok & ~found.empty & ~present)


def check_day(text: str, directives: Set[str]) -> None:
    """See that a format's directives make a day.

    Raises:
        PlanError: they do not.
    """
    days = directives & {"m", "d", "j"}
    if len(directives & {"Y", "y"}) != 1 or days not in ({"m", "d"}, {"j"}):
        raise PlanError(f"date format {text!r} needs a year (%Y or %y) and %m with %d, or %j")


def calendar(digits: Mapping[str, Numbers]) -> tuple[Mask, npt.NDArray[np.datetime64]]:
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
