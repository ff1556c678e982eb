"""Formats of fixed width, as strptime has them: which characters or digits of a column stand for what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from mfdecode.columns import INT128, Column, ColumnKind

from .errors import PlanError

_DIRECTIVE = re.compile(r"%(.)|([^%])")
_MOST_DIGITS = 18

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint32]
"""What the directives stand for: numbers of at most six digits."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A column taken apart.

    Attributes:
        digits: what each directive stands for, by its letter.
        empty: there are blanks and zeros alone.
        fits: literals and digits are where they should be.
    """

    digits: dict[str, Numbers]
    empty: Mask
    fits: Mask


class FixedFormat:
    """Directives of fixed width, and literal characters.

    Args:
        text: the format.
        widths: of the directives that there are, by their letters.
        kind: of the column that it is for: a number has digits alone, the format then has no literals.
        width: characters of the column, or digits.

    Attributes:
        directives: that it has.

    Raises:
        PlanError: the format is none, or does not fit the column.
    """

    def __init__(self, text: str, widths: Mapping[str, int], kind: ColumnKind, width: int) -> None:
        self._parts: dict[str, tuple[int, int]] = {}
        self._literals: list[tuple[int, str]] = []
        at = 0
        for directive, literal in _DIRECTIVE.findall(text):
            if literal:
                self._literals.append((at, literal))
                at += 1
            elif directive in widths and directive not in self._parts:
                self._parts[directive] = (at, widths[directive])
                at += widths[directive]
            else:
                known = " ".join(f"%{name}" for name in widths)
                raise PlanError(f"format {text!r}: %{directive} cannot be read; there are {known}, each once")
        self._width = at
        self.directives = frozenset(self._parts)
        if kind not in {ColumnKind.TEXT, ColumnKind.NUMBER} or (kind is ColumnKind.NUMBER and self._literals):
            raise PlanError(f"format {text!r} does not go with a {kind} field")
        if at > width:
            raise PlanError(f"format {text!r} takes {at} characters, and the field has {width}")
        if kind is ColumnKind.NUMBER and at > _MOST_DIGITS:
            raise PlanError(f"format {text!r} takes {at} digits, and no more than {_MOST_DIGITS} of a number are read")

    def read(self, column: Column) -> Reading:
        """The column taken apart, whatever its statuses say."""
        if column.type.kind is ColumnKind.NUMBER:
            return self._of_number(column.values)
        return self._of_text(column.values)

    def _of_number(self, values: npt.NDArray[np.generic]) -> Reading:
        if values.dtype == INT128:
            pairs = cast(npt.NDArray[np.void], values)
            fits = (pairs["hi"] == 0) & (pairs["lo"] < 10**self._width)
            values = pairs["lo"]
        else:
            integers = cast(npt.NDArray[np.integer], values)
            most = min(10**self._width - 1, np.iinfo(integers.dtype).max)
            fits = (integers >= 0) & (integers <= most)
        dtype = np.dtype(np.uint32 if self._width <= 9 else np.uint64)
        numbers = cast(npt.NDArray[np.unsignedinteger], np.where(fits, values, 0).astype(dtype))
        digits = {}
        for name, (at, width) in self._parts.items():
            # The remainder by hand, since numpy has a fast division alone.
            upper, base = numbers // dtype.type(10 ** (self._width - at - width)), dtype.type(10**width)
            digits[name] = (upper - upper // base * base).astype(np.uint32)
        return Reading(digits, fits & (numbers == 0), fits)

    def _of_text(self, values: npt.NDArray[np.generic]) -> Reading:
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
        return Reading(digits, zeros.all(axis=1), fits)


def character_matrix(values: npt.NDArray[np.generic]) -> npt.NDArray[np.unsignedinteger]:
    """A text column as (records, length) code points; 0 past each text's end."""
    unit = np.dtype(np.uint8 if values.dtype.kind == "S" else np.uint32)
    return np.ascontiguousarray(values).view(unit).reshape(len(values), values.dtype.itemsize // unit.itemsize)
