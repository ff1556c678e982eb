"""Columns to Arrow, gathered in compiled code."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from . import _gather
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
    if rows is None:
        rows = all_positions(len(columns[0].values) if columns else 0)
    arrays = [arrow_array(column, rows) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, names=[column.name for column in columns])


def arrow_array(column: Column, rows: npt.NDArray[np.int64]) -> "pa.Array[Any]":
    """One column's chosen rows; null wherever the status is not OK."""
    type_ = arrow_type(column.type)
    status = np.ascontiguousarray(column.status)
    bits = np.empty((len(rows) + 7) // 8, np.uint8)
    nulls = _gather.validity(column.values, status, rows, bits)
    validity = pa.py_buffer(bits) if nulls else None
    if column.type.kind is ColumnKind.TEXT:
        buffers = [validity, *_text_buffers(column.values, status, rows)]
    elif column.type.kind is ColumnKind.NUMBER:
        out = np.empty((len(rows), type_.bit_width // 8), np.uint8)
        kind = _INTEGERS.index(column.values.dtype)
        _gather.integers(column.values, status, rows, kind, max(0, -column.type.scale), out)
        buffers = [validity, pa.py_buffer(out)]
    else:
        values = column.values[rows]
        if column.type.kind is ColumnKind.DATE:
            values = values.astype("datetime64[D]").astype(np.int64).astype(np.int32)
        buffers = [validity, pa.py_buffer(values)]
    return pa.Array.from_buffers(type_, len(rows), buffers, nulls)


def _text_buffers(
    values: npt.NDArray[np.generic], status: npt.NDArray[np.uint8], rows: npt.NDArray[np.int64]
) -> tuple[pa.Buffer, pa.Buffer]:
    # A Latin-1 character takes at most two bytes of UTF-8; a UCS-4 one at most four, as many as it has.
    most = values.dtype.itemsize * (2 if values.dtype.kind == "S" else 1)
    offsets = np.empty(len(rows) + 1, np.int32)
    data = np.empty(most * len(rows), np.uint8)
    written = _gather.utf8(values, status, rows, offsets, data)
    data.resize(written, refcheck=False)
    return pa.py_buffer(offsets), pa.py_buffer(data)
