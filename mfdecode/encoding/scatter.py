"""Strings of every length as the rows of a matrix."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mfdecode.framing import Bytes


def strings_of(column: "pa.Array[Any]", missing: str) -> pa.StringArray:
    """Any column by its text.

    Args:
        column: any.
        missing: in place of a null.
    """
    return cast(pa.StringArray, column.cast(pa.utf8()).fill_null(missing))


def without(texts: pa.StringArray, wrong: npt.NDArray[np.bool_], instead: str) -> pa.StringArray:
    """The texts, but for some of them."""
    if not wrong.any():
        return texts
    return cast(pa.StringArray, pc.if_else(pa.array(wrong), pa.scalar(instead), texts))


def content_of(column: pa.StringArray) -> bytes:
    """The bytes of all strings of a utf8 column, one behind the other.

    Args:
        column: without nulls.
    """
    _, offsets, data = column.buffers()
    if not len(column) or offsets is None or data is None:
        return b""
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return bytes(memoryview(data)[ends[0] : ends[-1]])


def scattered(column: pa.StringArray, fill: int, *, right: bool = False) -> Bytes:
    """(n, longest): a row a string, filled up.

    Args:
        column: utf8, without nulls.
        fill: the byte at the side that is left.
        right: strings stand right.
    """
    lengths = pc.binary_length(column).to_numpy()
    width = int(lengths.max(initial=0))
    return rows_of(np.frombuffer(content_of(column), np.uint8), lengths, width, fill, right=right)


def rows_of(content: Bytes, lengths: npt.NDArray[np.integer], width: int, fill: int, *, right: bool = False) -> Bytes:
    """(n, width) of strings that lie one behind the other; none is longer than the width."""
    rows = np.full((len(lengths), width), fill, np.uint8)
    places = np.arange(width)
    rows[places >= width - lengths[:, None] if right else places < lengths[:, None]] = content
    return rows
