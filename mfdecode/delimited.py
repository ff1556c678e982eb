"""Columns of delimited lines into the array of a batch: texts checked and cast, a column at a time."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .arrow import MOST_DIGITS
from .codepages import Family, codepage
from .columns import INT128, Column, ColumnKind
from .errors import LayoutError
from .framing import Framing, RawBatch
from .layout import Cell, Layout
from .options import DecodeOptions, Trim
from .status import Status

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"
_FLOAT = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A line that has not as many columns as there should be.

    Attributes:
        record: its position in the batch, from 0.
        message: what it has; no personal data.
    """

    record: int
    message: str


class DelimitedLines:
    """Decodes format CSV; safe to be used by many threads at once.

    A column is a cell of the layout: by its name in the heading (COBOL's or the table's), or in the layout's order. The
    cells of REDEFINES alternatives are not among them. Numbers are decimal, with a point; blank ones are null.

    Args:
        layout: of the records.
        options: code page and trimming.
        framing: delimiter, quote, and whether there is a heading.

    Raises:
        LayoutError: the code page is none of ASCII's family, or a number cannot be written in decimal.
    """

    def __init__(self, layout: Layout, options: DecodeOptions, framing: Framing) -> None:
        if codepage(options.codepage).family is not Family.ASCII:
            raise LayoutError(f"format CSV is for ascii, utf-8, latin-1 and the like, and not for {options.codepage}")
        self._layout, self._options, self._framing, self._delimited = layout, options, framing, framing.delimited
        self._positions = [j for j, cell in enumerate(layout.cells) if not cell.field.alternatives]
        self.order = lru_cache(maxsize=16)(self._order)
        if negative := next((f.name for f in layout.fields if f.scale < 0 or f.digits > MOST_DIGITS), None):
            raise LayoutError(f"{negative}: format CSV has no numbers whose PICTURE ends in P or has 39 digits")

    def decode(self, raw: RawBatch, columns: Sequence[Column], status: npt.NDArray[np.uint8]) -> tuple[Misfit, ...]:
        """Fill a batch.

        Args:
            raw: the lines.
            columns: of the batch, to be filled; of zeros.
            status: of the batch, (records, cells); the same.

        Raises:
            LayoutError: the heading names other columns than the layout has.
        """
        status[:] = Status.ABSENT
        if not raw.records:
            return ()
        order = self.order(raw.heading)
        rows, misfits = self._rows(raw, len(order))
        bad = {misfit.record for misfit in misfits}
        kept = np.array([record for record in range(raw.records) if record not in bad], np.int64)
        for position, texts in zip(order, zip(*(rows[record] for record in kept.tolist()), strict=True), strict=False):
            values, found = self._convert(self._layout.cells[position], columns[position], texts)
            status[kept, position] = found
            columns[position].values[kept] = values
        return tuple(misfits)

    def _order(self, heading: bytes) -> tuple[int, ...]:
        """The position of each column's cell."""
        if not self._delimited.header:
            return tuple(self._positions)
        cells = {self._layout.cells[j].column: j for j in self._positions}
        names = [name.strip().upper().replace("-", "_") for name in self._split(self._text(heading).lstrip("\ufeff"))]
        if sorted(names) != sorted(cells):
            wrong = sorted(set(names) ^ set(cells)) or [name for name in names if names.count(name) > 1]
            if not self._framing.shown:  # a first line that is none has data
                wrong = sorted(cells)
            raise LayoutError(
                f"the first line should name each column of {self._layout.name} once: see {', '.join(wrong[:5])}; "
                "if it names none, say --no-header"
            )
        return tuple(cells[name] for name in names)

    def _rows(self, raw: RawBatch, width: int) -> tuple[list[list[str]], list[Misfit]]:
        rows, misfits = [], []
        for record in range(raw.records):
            text = self._text(raw.record(record))
            row = self._split(text)
            if text.count(self._delimited.quote) % 2:
                misfits.append(Misfit(record, "the line ends within quotes"))
            elif len(row) != width:
                misfits.append(Misfit(record, f"the line has {len(row)} columns, its layout {width}"))
            rows.append(row)
        return rows, misfits

    def _split(self, text: str) -> list[str]:
        reader = csv.reader((text,), delimiter=self._delimited.delimiter, quotechar=self._delimited.quote)
        try:
            return next(reader, [])
        except csv.Error:  # a line end outside of quotes, or a column of more than 128 KiB
            return []

    def _text(self, line: bytes) -> str:
        # What the code page does not have becomes a surrogate, which is found where the cell is converted.
        return line.decode(self._options.codepage, "surrogateescape")

    def _convert(self, cell: Cell, column: Column, texts: Sequence[str]) -> tuple[npt.NDArray[Any], Any]:
        status = np.full(len(texts), Status.OK, np.uint8)
        if column.type.kind is ColumnKind.TEXT:
            return self._texts(column, texts, status), status
        clean = pa.array([text.strip() if text.isascii() else "?" for text in texts], pa.utf8())
        blank = ~_mask(pc.match_substring_regex(clean, "."))
        if column.type.kind is ColumnKind.FLOAT:
            wrong = ~_mask(pc.match_substring_regex(clean, _FLOAT))
            status[wrong] = Status.BAD_FLOAT
            floats = pc.cast(_only(clean, ~wrong), pa.float64()).to_numpy(zero_copy_only=False).copy()
            status[np.isinf(floats)] = Status.BAD_FLOAT
            numbers: npt.NDArray[Any] = floats
        else:
            numbers = _numbers(cell, column.values.dtype, clean, status)
        status[blank] = Status.NULL
        numbers[status != Status.OK] = np.zeros((), numbers.dtype)
        return numbers, status

    def _texts(self, column: Column, texts: Sequence[str], status: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
        trimmed = [_trimmed(text, self._options.trim) for text in texts]
        status[[len(text) > column.type.length for text in trimmed]] = Status.TOO_LONG
        status[[not _is_whole(text) for text in trimmed]] = Status.BAD_TEXT
        kept = [text if code == Status.OK else "" for text, code in zip(trimmed, status.tolist(), strict=True)]
        if column.values.dtype.kind == "S":
            return np.array([text.encode("latin-1") for text in kept], column.values.dtype)
        return np.array(kept, column.values.dtype)


def _numbers(
    cell: Cell, dtype: np.dtype[Any], texts: "pa.Array[Any]", status: npt.NDArray[np.uint8]
) -> npt.NDArray[Any]:
    """Exact unscaled integers."""
    field = cell.field
    fits = rf"^[+-]?0*[0-9]{{0,{max(0, field.digits - field.scale)}}}(\.[0-9]{{0,{field.scale}}}0*)?$"
    number = _mask(pc.match_substring_regex(texts, _NUMBER))
    status[number & ~_mask(pc.match_substring_regex(texts, fits))] = Status.OVERFLOW
    if not field.signed:
        status[number & _mask(pc.match_substring_regex(texts, "^-.*[1-9]"))] = Status.BAD_SIGN
    status[~number] = Status.BAD_DIGIT
    exact = pc.cast(_only(texts, status == Status.OK), pa.decimal128(MOST_DIGITS, field.scale))
    words = exact.buffers()[1]
    assert words is not None  # noqa: S101 - a decimal has its words
    wide = np.frombuffer(words, INT128)[exact.offset : exact.offset + len(exact)]
    if dtype == INT128:
        return wide.copy()
    narrow = wide["lo"].astype(dtype)
    lost = (narrow.astype(np.int64).view(np.uint64) != wide["lo"]) | ((wide["hi"] != 0) & (wide["hi"] != -1))
    status[(status == Status.OK) & lost] = Status.OVERFLOW
    return narrow


def _only(texts: "pa.Array[Any]", good: Mask) -> "pa.Array[Any]":
    """The texts, zero for the others."""
    only: pa.Array[Any] = pc.if_else(pa.array(good), texts, "0")
    return only


def _mask(found: Any) -> Mask:
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


def _trimmed(text: str, trim: Trim) -> str:
    match trim:
        case Trim.RIGHT:
            return text.rstrip(" \0")
        case Trim.LEFT:
            return text.lstrip(" \0")
        case Trim.BOTH:
            return text.strip(" \0")
        case Trim.NONE:
            return text


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
