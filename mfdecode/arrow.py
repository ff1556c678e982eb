"""Columns to Arrow, gathered in compiled code."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from . import _gather
from ._gather import Chosen
from .columns import INT128, Column, ColumnKind, ColumnType
from .errors import LayoutError
from .positions import all_positions

_INTEGERS = (*(np.dtype(t) for t in ("i2", "i4", "i8", "u2", "u4", "u8")), INT128)
MOST_DIGITS = 38
"""Of a decimal128."""


def arrow_type(type_: ColumnType) -> pa.DataType:
    """The Arrow type of a column: whole numbers of up to 18 digits are integers, other numbers decimal128.

    Raises:
        LayoutError: the number has more than 38 digits.
    """
    match type_.kind:
        case ColumnKind.TEXT:
            return pa.utf8()
        case ColumnKind.FLOAT:
            return pa.float32() if type_.bits == 32 else pa.float64()
        case ColumnKind.DATE:
            return pa.date32()
        case ColumnKind.TIMESTAMP:
            return pa.timestamp("us")
        case ColumnKind.NUMBER:
            if type_.precision > MOST_DIGITS:
                raise LayoutError(f"a number of {type_.precision} digits: no more than {MOST_DIGITS} can be held")
            if type_.decimals == 0:
                for digits, integer in ((4, pa.int16()), (9, pa.int32()), (18, pa.int64())):
                    if type_.precision <= digits:
                        return integer
            return pa.decimal128(type_.precision, type_.decimals)


def schema(columns: Iterable[tuple[str, ColumnType]]) -> pa.Schema:
    """The schema of a table of these columns.

    Raises:
        LayoutError: a number has more than 38 digits.
    """
    return pa.schema([pa.field(name, arrow_type(type_)) for name, type_ in columns])


def record_batch(columns: Sequence[Column], rows: npt.NDArray[np.int64] | None = None) -> pa.RecordBatch:
    """The columns as a record batch.

    Args:
        columns: of one length.
        rows: positions of the rows to take; all of them if None.
    """
    length = len(columns[0].values) if columns else 0
    chosen = Chosen(all_positions(length) if rows is None else rows, length)
    arrays = [_array(column, chosen, rows) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, names=[column.name for column in columns])


def arrow_array(column: Column) -> "pa.Array[Any]":
    """A column as an array; null wherever the status is not OK."""
    length = len(column.values)
    return _array(column, Chosen(all_positions(length), length), None)


def _array(column: Column, chosen: Chosen, rows: npt.NDArray[np.int64] | None) -> "pa.Array[Any]":
    """The chosen rows of a column; ``rows`` are the same, None for all."""
    type_, values, status = arrow_type(column.type), column.values, np.ascontiguousarray(column.status)
    bits = np.empty((len(chosen) + 7) // 8, np.uint8)
    match column.type.kind:
        case ColumnKind.TEXT:
            # A Latin-1 character takes at most two bytes of UTF-8; a UCS-4 one at most four, as many as it has.
            most = values.dtype.itemsize * (2 if values.dtype.kind == "S" else 1)
            offsets, data = np.empty(len(chosen) + 1, np.int32), np.empty(most * len(chosen), np.uint8)
            nulls, written = _gather.utf8(values, status, chosen, bits, offsets, data)
            data.resize(written, refcheck=False)
            buffers = [pa.py_buffer(offsets), pa.py_buffer(data)]
        case ColumnKind.NUMBER:
            out = np.empty((len(chosen), type_.bit_width // 8), np.uint8)
            kind = _INTEGERS.index(values.dtype)
            nulls = _gather.integers(values, status, chosen, bits, kind, max(0, -column.type.scale), out)
            buffers = [pa.py_buffer(out)]
        case _:
            nulls = _gather.validity(values, status, chosen, bits)
            if rows is not None:
                values = values[rows]
            if column.type.kind is ColumnKind.DATE:
                values = values.astype("datetime64[D]").astype(np.int64).astype(np.int32)
            buffers = [pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(type_, len(chosen), [pa.py_buffer(bits) if nulls else None, *buffers], nulls)
