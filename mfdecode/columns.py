"""A decoded batch as a table: flat columns over the structured array, each with its type and its statuses."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
import numpy.typing as npt

INT128 = np.dtype([("lo", "<u8"), ("hi", "<i8")])
"""128-bit two's complement, the layout of Arrow's decimal128."""


class ColumnKind(StrEnum):
    """What a column's values are."""

    TEXT = "text"
    NUMBER = "number"
    FLOAT = "float"
    DATE = "date"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A column's type, independent of any database.

    Attributes:
        kind: what its values are.
        length: TEXT: most characters.
        width: TEXT: most bytes that one of them takes in UTF-8.
        digits: NUMBER: digits of the stored integers.
        scale: NUMBER: digits right of the decimal point; may exceed ``digits`` or be negative.
        bits: FLOAT: 32 or 64.
    """

    kind: ColumnKind
    length: int = 0
    width: int = 1
    digits: int = 0
    scale: int = 0
    bits: int = 0

    @classmethod
    def of_texts(cls, texts: Collection[str]) -> Self:
        """The type of a column that holds these texts and no others."""
        width = max((len(character.encode()) for text in texts for character in text), default=1)
        return cls(ColumnKind.TEXT, length=max((len(text) for text in texts), default=1) or 1, width=width)

    @property
    def precision(self) -> int:
        """NUMBER: the digits of DECIMAL(precision, decimals)."""
        return max(self.digits - min(self.scale, 0), self.scale)

    @property
    def decimals(self) -> int:
        """NUMBER: the scale of DECIMAL(precision, decimals), never negative."""
        return max(self.scale, 0)


@dataclass(frozen=True, slots=True)
class Column:
    """One value a record.

    Attributes:
        name: in the table.
        type: what the values are.
        values: one a record, often a strided view of the batch's array: ``S`` or ``U`` text; a NUMBER's
            exact integers (int16 to int64, uint16 to uint64 or INT128), not yet divided by 10**scale;
            float32/64; datetime64[D]; of a TIMESTAMP datetime64[us].
        status: uint8, one a record: 0 is a value, all else is none (see ``Status``).
    """

    name: str
    type: ColumnType
    values: npt.NDArray[np.generic]
    status: npt.NDArray[np.uint8]


def equals_text(values: npt.NDArray[np.generic], text: str) -> npt.NDArray[np.bool_]:
    """Where a text column has this text.

    Args:
        values: of type ``S`` (Latin-1) or ``U``.
        text: without trailing NULs.
    """
    if values.dtype.kind == "U":
        return np.asarray(values == text)
    if any(ord(character) > 0xFF for character in text):
        return np.zeros(len(values), np.bool_)
    return np.asarray(values == text.encode("latin-1"))
