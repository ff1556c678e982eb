"""COMP-1 and COMP-2: IBM hexadecimal (z/Architecture Principles of Operation, SA22-7832), and IEEE 754."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mfdecode.framing import Bytes, Endian
from mfdecode.layout import Field
from mfdecode.options import DecodeOptions, FloatFormat

from .scatter import strings_of, without
from .status import EncodeStatus

_FLOAT = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
_LARGEST = 127
"""The characteristic of the largest hexadecimal floats."""


def floats_of(column: "pa.Array[Any]", bits: int) -> tuple[npt.NDArray[np.floating], Bytes]:
    """An Arrow column as floats of so many bits, and a status each; nulls are zeros."""
    target = pa.float32() if bits == 32 else pa.float64()
    status = np.zeros(len(column), np.uint8)
    if not pa.types.is_floating(column.type):
        texts = strings_of(column, "0")
        wrong = ~pc.match_substring_regex(texts, pattern=_FLOAT).to_numpy(zero_copy_only=False)
        status[wrong] = EncodeStatus.NOT_A_NUMBER
        column = pc.utf8_trim(without(texts, wrong, "0"), " +").cast(target)
    with np.errstate(over="ignore"):
        given = column.fill_null(0).to_numpy(zero_copy_only=False)
        values = given.astype(target.to_pandas_dtype())
    status[np.isinf(values)] = EncodeStatus.TOO_LARGE
    status[~np.isfinite(given)] = EncodeStatus.NOT_A_NUMBER
    return values, status


def encode_floats(field: Field, values: npt.NDArray[np.floating], options: DecodeOptions) -> tuple[Bytes, Bytes]:
    """Floats as bytes, (n, length), and a status each.

    Hexadecimal ones are cut to the digits that they have, as the machine does; what is too small is zero.
    """
    content, status = _big_endian(field, values, options.float_format)
    return content[:, ::-1].copy() if options.float_endian is Endian.LITTLE else content, status


def _big_endian(field: Field, values: npt.NDArray[np.floating], float_format: FloatFormat) -> tuple[Bytes, Bytes]:
    n = len(values)
    status = np.zeros(n, np.uint8)
    if float_format is FloatFormat.IEEE:
        dtype = ">f4" if field.length == 4 else ">f8"
        return values.astype(dtype).view(np.uint8).reshape(n, field.length), status
    fractions, exponents = np.frexp(np.abs(np.where(np.isfinite(values), values, 0)))
    # 2**e as 16**h: the fraction keeps 0 to 3 leading zero bits, and more where h would be less than there is.
    hexadecimal = np.maximum(-(-exponents // 4), -64)
    status[hexadecimal + 64 > _LARGEST] = EncodeStatus.TOO_LARGE
    bits = 8 * field.length - 8
    mantissas = np.ldexp(fractions, exponents - 4 * hexadecimal + bits).astype(np.uint64)
    characteristic = np.minimum(hexadecimal + 64, _LARGEST).astype(np.uint64)
    words = mantissas | characteristic << np.uint64(bits) | (values < 0).astype(np.uint64) << np.uint64(bits + 7)
    words[mantissas == 0] = 0
    content: Bytes = words.astype(">u8").view(np.uint8).reshape(n, 8)
    return content[:, 8 - field.length :], status
