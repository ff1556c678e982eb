"""Texts in any code page."""

from functools import lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mfdecode.codepages import CORRECTIONS, Codepage, codepage
from mfdecode.double_byte import UNDEFINED
from mfdecode.framing import Bytes
from mfdecode.layout import Field

from .scatter import content_of, rows_of, strings_of, without
from .status import EncodeStatus

_NONE = 0xFFFF


def encode_texts(field: Field, column: "pa.Array[Any]", page: Codepage) -> tuple[Bytes, Bytes]:
    """Texts as bytes, (n, length), filled up with blanks, and a status each.

    Args:
        field: JUSTIFIED, its texts stand right.
        column: utf8 or what has a text; nulls are empty. Blanks past the field's length are left out.
        page: the code page.
    """
    texts = strings_of(column, "")
    lengths = _lengths(texts, page)
    if (lengths > field.length).any():
        trimmed = pc.utf8_rtrim(texts, " ")
        texts = cast(pa.StringArray, pc.if_else(pa.array(lengths > field.length), trimmed, texts))
        lengths = _lengths(texts, page)
    long = lengths > field.length
    status = np.where(long, EncodeStatus.TOO_LONG, EncodeStatus.OK).astype(np.uint8)
    texts, lengths = without(texts, long, ""), np.where(long, 0, lengths)
    content = np.frombuffer(content_of(texts), np.uint8)
    if not page.multibyte:
        points = np.frombuffer(content.tobytes().decode().encode("utf-32-le"), np.uint32)
        table = _bytes_of_points(page.name)
        found = table[np.minimum(points, len(table) - 1)]
        if (found == _NONE).any():
            status[np.repeat(np.arange(len(texts)), lengths)[found == _NONE]] = EncodeStatus.NOT_IN_CODEPAGE
        content = found.astype(np.uint8)
    return rows_of(content, lengths, field.length, page.blank, right=field.justified), status


def _lengths(texts: pa.StringArray, page: Codepage) -> npt.NDArray[np.int64]:
    """Bytes that each takes in the code page."""
    measured = pc.binary_length(texts) if page.multibyte else pc.utf8_length(texts)
    return measured.to_numpy().astype(np.int64)


@lru_cache(maxsize=64)
def _bytes_of_points(name: str) -> npt.NDArray[np.uint16]:
    """The byte of each code point; the last entry stands for all that follow, which have none."""
    points = np.frombuffer(codepage(name).wide_table, np.uint32)
    defined = points[points != UNDEFINED]
    table = np.full(int(defined.max()) + 2, _NONE, np.uint16)
    for byte, point in reversed(list(enumerate(points.tolist()))):  # of two bytes for a character the lower one
        if point != UNDEFINED:
            table[point] = byte
    for point in defined.tolist():  # unless the codec takes the other
        if point not in {ord(c) for c in CORRECTIONS.get(name, {}).values()}:
            table[point] = chr(point).encode(name)[0]
    return table
