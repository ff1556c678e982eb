"""Personal data made unreadable character by character, a column at a time; keyed_masking.py has what needs a key."""

from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from mfdecode.columns import INT128, Column, ColumnKind, ColumnType
from mfdecode.int128 import to_ints

from .fixed_format import character_matrix

_ASTERISK = ord("*")
_SHOWN = 4


class Masking(Protocol):
    """Makes personal data unreadable."""

    @property
    def distinct(self) -> bool:
        """Whether different values stay different."""

    def mask(self, column: Column) -> Column:
        """The column, unreadable."""


def as_text(column: Column) -> Column:
    """A number's digits as text, as many as its PICTURE has, without sign and decimal point; a text as it is."""
    if column.type.kind is ColumnKind.TEXT:
        return column
    length = column.type.digits
    if column.values.dtype == INT128:
        texts = np.array([f"{abs(number):0{length}}".encode() for number in to_ints(column.values)], f"S{length}")
    else:
        texts = _digits(cast(npt.NDArray[np.integer], column.values), length)
    texts[column.status != 0] = b""
    return Column(column.name, ColumnType(ColumnKind.TEXT, length=length), texts, column.status)


class Full:
    """Every character becomes an asterisk."""

    distinct = False

    def mask(self, column: Column) -> Column:
        """The column, unreadable, of the same length."""
        return _with_shown(as_text(column), 0)


class LastFour:
    """Every character but the last four becomes an asterisk; of a text of four or fewer, all."""

    distinct = False

    def mask(self, column: Column) -> Column:
        """The column with its last characters left."""
        return _with_shown(as_text(column), _SHOWN)


def _digits(numbers: npt.NDArray[np.integer], length: int) -> npt.NDArray[np.bytes_]:
    # Unsigned, so that the magnitude of the least int64 is one.
    magnitudes = np.where(numbers < 0, -numbers.astype(np.int64), numbers).astype(np.uint64)
    characters = np.empty((len(numbers), length), np.uint8)
    for position in range(length - 1, -1, -1):
        characters[:, position] = magnitudes % 10 + ord("0")
        magnitudes //= 10
    return characters.view(f"S{length}").reshape(-1)


def _with_shown(column: Column, shown: int) -> Column:
    characters = character_matrix(column.values)
    positions = np.arange(characters.shape[1])
    present = characters != 0
    # A NUL inside a text is part of it: its length is that of what numpy leaves of it.
    lengths = np.where(present.any(axis=1), characters.shape[1] - present[:, ::-1].argmax(axis=1), 0)[:, None]
    visible = (positions >= lengths - shown) & (lengths > shown)
    masked = np.where(visible, characters, _ASTERISK)
    masked = np.where(positions < lengths, masked, 0).astype(characters.dtype)
    values: npt.NDArray[np.generic] = np.ascontiguousarray(masked).view(column.values.dtype).reshape(-1)
    return Column(column.name, column.type, values, column.status)
