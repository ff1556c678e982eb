"""Field bytes out of columns of values: the decoder's way back, for files that are made here.

Each function takes a column of n values and gives (n, length) bytes. Values have to fit; digits past the field's are
cut, as a COBOL MOVE does.
"""

import numpy as np
import numpy.typing as npt

from .codepages import Family, codepage
from .copybook.model import Usage
from .double_byte import PAGES
from .framing import Endian
from .layout import Encoding, Field
from .options import DecodeOptions, FloatFormat

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

_BLANKS = {Encoding.GRAPHIC: b"\x40\x40", Encoding.NATIONAL: b"\x00\x20"}
_FULLWIDTH = {0x20: 0x3000, **{code: code + 0xFEE0 for code in range(0x21, 0x7F)}}
"""The characters of ASCII as DBCS has them."""
_ASCII_PLUS = np.frombuffer(b"{ABCDEFGHI", np.uint8)
_ASCII_MINUS = np.frombuffer(b"}JKLMNOPQR", np.uint8)


def encode_number(field: Field, values: Integers, options: DecodeOptions) -> Bytes:
    """Unscaled integers of at most 18 digits as the field's bytes.

    Args:
        field: packed (COMP-6 too), zoned or binary.
        values: (n,).
        options: the code page tells the family of digits and signs; the order of the bytes of COMP-5.

    Raises:
        ValueError: the field is of another encoding.
    """
    options = options.of(field)
    match field.encoding:
        case Encoding.PACKED:
            return _packed(field, values)
        case Encoding.UNSIGNED_PACKED:
            digits = _digits(values, 2 * field.length)
            return (digits[:, ::2] << 4 | digits[:, 1::2]).astype(np.uint8)
        case Encoding.ZONED:
            return _zoned(field, values, codepage(options.codepage).family)
        case Encoding.BINARY:
            content = _binary(field, values)
            is_little = field.usage is Usage.NATIVE and options.comp5_endian is Endian.LITTLE
            return content[:, ::-1].copy() if is_little else content
    raise ValueError(f"{field.name} is {field.encoding}, and no packed, zoned or binary number")


def encode_text(field: Field, texts: list[str], options: DecodeOptions) -> Bytes:
    """Texts, filled up with blanks and cut to the field's length; what the code page lacks becomes a question mark."""
    options = options.of(field)
    blank = _BLANKS.get(field.encoding) or bytes([codepage(options.codepage).blank])
    rows = [_encoded(text, field, options) for text in texts]
    filled = b"".join(
        padding + row if field.justified else row + padding
        for row in rows
        for padding in [blank * ((field.length - len(row)) // len(blank))]
    )
    return np.frombuffer(filled, np.uint8).reshape(len(texts), field.length).copy()


def _encoded(text: str, field: Field, options: DecodeOptions) -> bytes:
    match field.encoding:
        case Encoding.NATIONAL:
            return text.encode("utf-16-be", errors="replace")[: field.length]
        case Encoding.GRAPHIC:
            return text.translate(_FULLWIDTH).encode(options.codepage, errors="replace")[1:-1][: field.length]
    content = text.encode(options.codepage, errors="replace")
    while len(content) > field.length and options.codepage in PAGES:  # shifts stay in pairs
        text = text[:-1]
        content = text.encode(options.codepage, errors="replace")
    return content[: field.length]


def encode_float(field: Field, values: npt.NDArray[np.float64], options: DecodeOptions) -> Bytes:
    """Floats as COMP-1 or COMP-2; hexadecimal ones are cut to the digits that they have, as the machine does."""
    options = options.of(field)
    order = slice(None, None, -1 if options.float_endian is Endian.LITTLE else 1)
    n = len(values)
    if options.float_format is FloatFormat.IEEE:
        dtype = ">f4" if field.length == 4 else ">f8"
        return values.astype(dtype).view(np.uint8).reshape(n, field.length)[:, order].copy()
    fractions, exponents = np.frexp(np.abs(values))
    # 2**e as 16**h: the fraction keeps 0 to 3 leading zero bits.
    hexadecimal = -(-exponents // 4)
    bits = 8 * field.length - 8
    mantissas = np.ldexp(fractions, exponents - 4 * hexadecimal + bits).astype(np.uint64)
    characteristic = np.where(values == 0, 0, hexadecimal + 64).astype(np.uint64)
    words = mantissas | characteristic << np.uint64(bits) | (values < 0).astype(np.uint64) << np.uint64(bits + 7)
    content: Bytes = words.astype(">u8").view(np.uint8).reshape(n, 8)
    return content[:, 8 - field.length :][:, order].copy()


def _digits(values: Integers, count: int) -> Bytes:
    """(n, count) decimal digits, the most significant first."""
    magnitudes = np.abs(values)
    digits: Bytes = np.empty((len(values), count), np.uint8)
    for position in range(count - 1, -1, -1):
        digits[:, position] = magnitudes % 10
        magnitudes = magnitudes // 10
    return digits


def _packed(field: Field, values: Integers) -> Bytes:
    nibbles = np.zeros((len(values), 2 * field.length), np.uint8)
    nibbles[:, 2 * field.length - 1 - field.digits : -1] = _digits(values, field.digits)
    nibbles[:, -1] = np.where(values < 0, 0xD, 0xC) if field.signed else 0xF
    return (nibbles[:, ::2] << 4 | nibbles[:, 1::2]).astype(np.uint8)


def _zoned(field: Field, values: Integers, family: Family) -> Bytes:
    _, zone, plus, minus = family.value
    content = np.empty((len(values), field.length), np.uint8)
    sign = 0 if field.sign_leading else field.length - 1
    digits = _digits(values, field.digits)
    if field.sign_separate:
        start = 1 if field.sign_leading else 0
        content[:, start : start + field.digits] = zone | digits
        content[:, sign] = np.where(values < 0, minus, plus)
        return content
    content[:] = zone | digits
    if field.signed and family is Family.EBCDIC:
        content[:, sign] = np.where(values < 0, 0xD0, 0xC0) | digits[:, sign]
    elif field.signed:
        content[:, sign] = np.where(values < 0, _ASCII_MINUS[digits[:, sign]], _ASCII_PLUS[digits[:, sign]])
    return content


def _binary(field: Field, values: Integers) -> Bytes:
    words = values.astype(">i8").view(np.uint8).reshape(len(values), 8)
    if field.length <= 8:
        return words[:, 8 - field.length :].copy()
    extended = np.where(values < 0, 0xFF, 0x00).astype(np.uint8)[:, None].repeat(field.length - 8, axis=1)
    return np.hstack([extended, words])
