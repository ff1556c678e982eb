"""Zoned, packed and binary numbers, from their digits."""

import numpy as np
import numpy.typing as npt

from mfdecode.codepages import Codepage, codepage
from mfdecode.copybook.model import Usage
from mfdecode.framing import Bytes, Endian
from mfdecode.layout import Encoding, Field
from mfdecode.options import DecodeOptions

from .decimals import Decimals
from .edited import encode_edited
from .signs import overpunched
from .status import EncodeStatus


def encode_decimals(field: Field, numbers: Decimals, options: DecodeOptions) -> tuple[Bytes, Bytes]:
    """Numbers as the field's bytes, (n, length), and a status each.

    Signs are the preferred ones: C, D, and F of a field without a sign.

    Args:
        field: zoned, packed, binary or edited.
        numbers: any; what does not fit has a status.
        options: the code page tells the family of digits and signs; the order of the bytes of COMP-5.

    Raises:
        ValueError: the field is text or a float.
    """
    fitted, page = numbers.fit(field), codepage(options.codepage)
    match field.encoding:
        case Encoding.PACKED:
            return _packed(field, fitted), fitted.status
        case Encoding.UNSIGNED_PACKED:
            return _unsigned_packed(field, fitted), fitted.status
        case Encoding.ZONED:
            return _zoned(field, fitted, page), fitted.status
        case Encoding.EDITED:
            return encode_edited(field, fitted, page), fitted.status
        case Encoding.BINARY:
            content, status = _binary(field, fitted)
            is_little = field.usage is Usage.NATIVE and options.comp5_endian is Endian.LITTLE
            return content[:, ::-1].copy() if is_little else content, status
    raise ValueError(f"{field.name} is {field.encoding}, and no decimal number")


def _packed(field: Field, numbers: Decimals) -> Bytes:
    nibbles = np.zeros((len(numbers.digits), 2 * field.length), np.uint8)
    nibbles[:, 2 * field.length - 1 - field.digits : -1] = numbers.digits
    nibbles[:, -1] = np.where(numbers.minus, 0xD, 0xC) if field.signed else 0xF
    return (nibbles[:, ::2] << 4 | nibbles[:, 1::2]).astype(np.uint8)


def _unsigned_packed(field: Field, numbers: Decimals) -> Bytes:
    nibbles = np.zeros((len(numbers.digits), 2 * field.length), np.uint8)
    nibbles[:, 2 * field.length - field.digits :] = numbers.digits
    return (nibbles[:, ::2] << 4 | nibbles[:, 1::2]).astype(np.uint8)


def _zoned(field: Field, numbers: Decimals, page: Codepage) -> Bytes:
    content = np.empty((len(numbers.digits), field.length), np.uint8)
    sign = 0 if field.sign_leading else field.length - 1
    if field.sign_separate:
        start = 1 if field.sign_leading else 0
        content[:, start : start + field.digits] = page.zone | numbers.digits
        content[:, sign] = np.where(numbers.minus, page.minus, page.plus)
    else:
        content[:] = page.zone | numbers.digits
        if field.signed:
            content[:, sign] = overpunched(numbers.digits[:, sign], numbers.minus, page)
    if field.blank_is_zero:
        content[~numbers.digits.any(axis=1)] = page.blank
    return content


def _binary(field: Field, numbers: Decimals) -> tuple[Bytes, Bytes]:
    mask, half, ten = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(10)
    # Words of 32 bits, the least significant first: 38 digits and one more fit into 160 bits.
    words = [np.zeros(len(numbers.digits), np.uint64) for _ in range(5)]
    used = max(1, min(5, field.digits * 4 // 32 + 1))
    for position in range(field.digits):
        carry = numbers.digits[:, position].astype(np.uint64)
        for i in range(used):
            product = words[i] * ten + carry
            words[i], carry = product & mask, product >> half
    status = numbers.status.copy()
    exceeds = _exceeds(words, numbers.minus, 8 * field.length, signed=field.signed)
    status[exceeds & (status == EncodeStatus.OK)] = EncodeStatus.TOO_LARGE
    carry = numbers.minus.astype(np.uint64)
    for i in range(5):
        word = np.where(numbers.minus, ~words[i] & mask, words[i]) + carry
        words[i], carry = word & mask, word >> half
    content = np.stack(words[::-1], axis=1).astype(">u4").view(np.uint8).reshape(-1, 20)
    return content[:, 20 - field.length :].copy(), status


def _exceeds(
    words: list[npt.NDArray[np.uint64]], minus: npt.NDArray[np.bool_], bits: int, *, signed: bool
) -> npt.NDArray[np.bool_]:
    """Where a magnitude needs more bits than there are; the least number has the sign bit alone."""
    most = (1 << (bits - signed)) - 1
    borrow = np.zeros(len(minus), np.int64)
    for i, word in enumerate(words):  # most (+ 1 if minus) - magnitude: less than zero if it exceeds
        limit = (most >> 32 * i) & 0xFFFFFFFF
        difference = limit + (minus.astype(np.int64) if i == 0 else 0) - word.astype(np.int64) + borrow
        borrow = difference >> 32
    return np.asarray(borrow < 0)
