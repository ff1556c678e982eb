"""Timestamps out of texts and digits, a column at a time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mfdecode.columns import Column, ColumnKind

from .dates import WIDTHS, calendar, check_day
from .errors import PlanError
from .fixed_format import FixedFormat, Mask

_TIMES = {"H": (2, 23, 3_600_000_000), "M": (2, 59, 60_000_000), "S": (2, 59, 1_000_000), "f": (6, 999_999, 1)}
"""Digits of a directive, the most that it may be, and the microseconds of one."""


@dataclass(frozen=True, slots=True)
class Timestamps:
    """A column read as timestamps.

    Attributes:
        moments: datetime64[us]; 1970-01-01 where there is none.
        present: there is a timestamp.
        wrong: there is something, and it is none; blanks and zeros are nothing.
    """

    moments: npt.NDArray[np.datetime64]
    present: Mask
    wrong: Mask


class TimestampFormat:
    """A strptime format of fixed width: a date as ``DateFormat`` has it, %H %M %S %f and literal characters.

    %f is six digits. What the format has not is zero.

    Args:
        text: the format, as Db2 unloads them: ``%Y-%m-%d-%H.%M.%S.%f``.
        kind: of the column that it is for: a number has digits alone, the format then has no literals.
        width: characters of the column, or digits.

    Raises:
        PlanError: the format is none, or does not fit the column.
    """

    def __init__(self, text: str, kind: ColumnKind, width: int) -> None:
        self._format = FixedFormat(text, WIDTHS | {name: digits for name, (digits, *_) in _TIMES.items()}, kind, width)
        check_day(text, self._format.directives)
        if "H" not in self._format.directives:
            raise PlanError(f"timestamp format {text!r} has no hour (%H); for a date without a time there is date")

    def read(self, column: Column) -> Timestamps:
        """The column's timestamps."""
        ok = column.status == 0
        found = self._format.read(column)
        good, days = calendar(found.digits)
        moments = days.astype("datetime64[us]").astype(np.int64)
        for name, (_, most, microseconds) in _TIMES.items():
            if name in found.digits:
                good &= found.digits[name] <= most
                moments += found.digits[name].astype(np.int64) * microseconds
        present = ok & ~found.empty & found.fits & good
        return Timestamps(np.where(present, moments, 0).astype("datetime64[us]"), present, ok & ~found.empty & ~present)
