"""What becomes of a column on its way to the table."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

import numpy as np

from mfdecode.columns import Column, ColumnKind, ColumnType
from mfdecode.int128 import to_ints
from mfdecode.status import Status

from .dates import DateFormat
from .errors import PlanError
from .fixed_format import Mask
from .masking import Masking
from .timestamps import TimestampFormat


@dataclass(frozen=True, slots=True)
class Transformed:
    """A column made of another; ``wrong`` are the records that could not be, for the reason ``code``."""

    column: Column
    wrong: Mask | None = None


class Transformation(Protocol):
    """Makes one column of another.

    Attributes:
        type: of what it makes.
        code: of the rejects of what it cannot.
        message: of these.
        distinct: different values stay different, as those of a key must.
    """

    @property
    def type(self) -> ColumnType:
        """Of the new column."""

    @property
    def code(self) -> str:
        """Of the rejects."""

    @property
    def message(self) -> str:
        """Of the rejects."""

    @property
    def distinct(self) -> bool:
        """Whether different values stay different."""

    def apply(self, column: Column) -> Transformed:
        """The new column; a cell without a value has none there either."""


class ToDate:
    """Digits to a date; blanks and zeros are null.

    Args:
        text: the format, as ``DateFormat`` takes it.
        type_: of the column.

    Raises:
        PlanError: the format does not fit the column.
    """

    code = "DATE"
    type = ColumnType(ColumnKind.DATE)
    distinct = True

    def __init__(self, text: str, type_: ColumnType) -> None:
        self.message = f"not a date of the format {text}"
        self._format = DateFormat(text, type_.kind, type_.length or type_.digits)

    def apply(self, column: Column) -> Transformed:
        """Days."""
        dates = self._format.read(column)
        status = np.where(dates.present, Status.OK, np.maximum(column.status, Status.NULL)).astype(np.uint8)
        return Transformed(Column(column.name, self.type, dates.days, status), dates.wrong)


class ToTimestamp:
    """Digits to a timestamp; blanks and zeros are null.

    Args:
        text: the format, as ``TimestampFormat`` takes it.
        type_: of the column.

    Raises:
        PlanError: the format does not fit the column.
    """

    code = "TIMESTAMP"
    type = ColumnType(ColumnKind.TIMESTAMP)
    distinct = True

    def __init__(self, text: str, type_: ColumnType) -> None:
        self.message = f"not a timestamp of the format {text}"
        self._format = TimestampFormat(text, type_.kind, type_.length or type_.digits)

    def apply(self, column: Column) -> Transformed:
        """Microseconds."""
        found = self._format.read(column)
        status = np.where(found.present, Status.OK, np.maximum(column.status, Status.NULL)).astype(np.uint8)
        return Transformed(Column(column.name, self.type, found.moments, status), found.wrong)


class MapCodes:
    """A code to what the table says instead.

    Args:
        codes: by the code as text; of a number its digits and decimal point, without leading zeros.
        type_: of the column.

    Raises:
        PlanError: the column is no text or number, or a code of a number is none.
    """

    code = "MAP"
    message = "the code is not in the map"

    def __init__(self, codes: Mapping[str, str], type_: ColumnType) -> None:
        if type_.kind not in {ColumnKind.TEXT, ColumnKind.NUMBER}:
            raise PlanError(f"map is for texts and numbers, and the field is {type_.kind}")
        self._codes: dict[str | int, str] = {}
        for code, text in codes.items():
            if type_.kind is ColumnKind.TEXT:
                self._codes[code] = text
                continue
            try:
                number = Decimal(code).scaleb(type_.scale)
            except ArithmeticError:
                raise PlanError(f"the field is a number, and the code {code!r} of its map is none") from None
            self._codes[int(number)] = text
        self.type = ColumnType.of_texts(codes.values())
        # Db2 takes texts for the same that differ in blanks at the end.
        self.distinct = len({text.rstrip() for text in self._codes.values()}) == len(self._codes)

    def apply(self, column: Column) -> Transformed:
        """The texts; a code that is not in the map is wrong."""
        ok = column.status == 0
        distinct, places = np.unique(column.values, return_inverse=True)
        keys: list[str | int]
        if column.type.kind is ColumnKind.TEXT:
            keys = [v.decode("latin-1") if isinstance(v, bytes) else v for v in distinct.tolist()]
        else:
            keys = [*to_ints(distinct)]
        texts = [self._codes.get(key) for key in keys]
        known = np.array([text is not None for text in texts], np.bool_)[places]
        values = np.array([text or "" for text in texts], f"U{self.type.length}")[places]
        values[~ok] = ""
        return Transformed(Column(column.name, self.type, values, column.status), ok & ~known)


class HidePii:
    """A personal datum, masked.

    Args:
        mask: how.
        type_: of the column.

    Raises:
        PlanError: the column is neither text nor number.
    """

    code = ""
    message = ""

    def __init__(self, mask: Masking, type_: ColumnType) -> None:
        if type_.kind not in {ColumnKind.TEXT, ColumnKind.NUMBER}:
            raise PlanError(f"pii is for texts and numbers, and the field is {type_.kind}")
        self._mask = mask
        self.distinct = mask.distinct
        empty = Column(
            "", type_, np.zeros(0, "S1" if type_.kind is ColumnKind.TEXT else np.int64), np.zeros(0, np.uint8)
        )
        self.type = mask.mask(empty).type

    def apply(self, column: Column) -> Transformed:
        """The column, masked."""
        return Transformed(self._mask.mask(column))


@dataclass(frozen=True, slots=True)
class Constant:
    """A column with one value throughout.

    Attributes:
        name: of the column.
        value: a text or a whole number of at most 18 digits.
    """

    name: str
    value: str | int

    @property
    def type(self) -> ColumnType:
        """Of the column."""
        if isinstance(self.value, int):
            return ColumnType(ColumnKind.NUMBER, digits=max(1, len(str(abs(self.value)))))
        return ColumnType.of_texts([self.value])

    def column(self, records: int) -> Column:
        """For so many records."""
        dtype = np.dtype(np.int64) if isinstance(self.value, int) else np.dtype(f"U{max(1, len(self.value))}")
        return Column(self.name, self.type, np.full(records, self.value, dtype), np.zeros(records, np.uint8))
