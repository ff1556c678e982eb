"""The bytes of one field's values, whatever its encoding."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mfdecode.codepages import Codepage, codepage
from mfdecode.dtypes import column_type
from mfdecode.framing import Bytes
from mfdecode.layout import Encoding, Field
from mfdecode.options import DecodeOptions

from .decimals import decimals_of, from_integers
from .double_byte import encode_double_byte_texts
from .floats import encode_floats, floats_of
from .numbers import encode_decimals
from .status import EncodeStatus
from .texts import encode_texts


def encode_cells(field: Field, column: "pa.Array[Any]", options: DecodeOptions) -> tuple[Bytes, Bytes]:
    """A column of values as the field's bytes.

    Args:
        field: any.
        column: nulls become what the decoder reads as null: blanks or low-values; of text, blanks.
        options: as they were decoded by.

    Returns:
        The bytes, (n, length), and (n,) of ``EncodeStatus``.
    """
    options = options.of(field)
    page = codepage(options.codepage)
    if field.encoding.unit:
        return _texts(field, column, page)
    if field.encoding is Encoding.FLOAT:
        values, wrong = floats_of(column, column_type(field, options).bits)
        content, status = encode_floats(field, values, options)
        status = np.where(wrong, wrong, status)
    else:
        content, status = encode_decimals(field, decimals_of(column), options)
    if column.null_count:
        missing = column.is_null().to_numpy(zero_copy_only=False)
        null = null_byte(field, page)
        content[missing] = page.blank if null is None else null
        status[missing] = EncodeStatus.NULL if null is None else EncodeStatus.OK
    return content, status


def encode_number(field: Field, values: npt.NDArray[np.generic], options: DecodeOptions) -> Bytes:
    """Unscaled integers, of an integer type or INT128, as the field's bytes.

    Raises:
        ValueError: the field is no decimal number, or one of them does not fit it.
    """
    content, status = encode_decimals(field, from_integers(values, field.scale), options.of(field))
    return _whole(field, content, status)


def encode_text(field: Field, texts: Sequence[str], options: DecodeOptions) -> Bytes:
    """Texts as the field's bytes, filled up with blanks.

    Raises:
        ValueError: one of them does not fit.
    """
    return _whole(field, *_texts(field, pa.array(texts, pa.utf8()), codepage(options.of(field).codepage)))


def encode_float(field: Field, values: npt.NDArray[np.float64], options: DecodeOptions) -> Bytes:
    """Floats as COMP-1 or COMP-2.

    Raises:
        ValueError: one of them does not fit.
    """
    return _whole(field, *encode_floats(field, values, options.of(field)))


def _texts(field: Field, column: "pa.Array[Any]", page: Codepage) -> tuple[Bytes, Bytes]:
    is_double = field.encoding is not Encoding.TEXT or page.double_table
    return encode_double_byte_texts(field, column, page) if is_double else encode_texts(field, column, page)


def _whole(field: Field, content: Bytes, status: Bytes) -> Bytes:
    if status.any():
        raise ValueError(f"{field.name}: {EncodeStatus(status.max()).message}")
    return content


def null_byte(field: Field, page: Codepage) -> int | None:
    """What a number without a value is full of; None where every bit pattern is a value.

    Zoned and edited numbers are blank, unless that is zero; packed ones are low-values. A binary number is null only
    where blanks would be more than its digits.
    """
    match field.encoding:
        case Encoding.PACKED:
            return 0
        case Encoding.ZONED | Encoding.EDITED:
            return 0 if field.blank_is_zero else page.blank
        case Encoding.BINARY:
            every_pattern = field.full_range and field.length <= 8
            blanks = int.from_bytes(bytes([page.blank]) * field.length, "big")
            return page.blank if not every_pattern and not field.blank_is_zero and blanks >= 10**field.digits else None
    return None
