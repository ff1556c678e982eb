"""Columns of decimal numbers as matrices of their digits: exact at any size, and scaled by a shift."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mfdecode.columns import INT128
from mfdecode.framing import Bytes
from mfdecode.layout import Field

from .scatter import scattered, strings_of, without
from .status import EncodeStatus

Flags = npt.NDArray[np.bool_]

_LIMB = 10**9
_LIMB_DIGITS = 9
_MOST_DIGITS = 80
_PLAIN = r"^\s*(?P<sign>[+-]?)(?P<whole>[0-9]*)\.?(?P<decimals>[0-9]*)\s*$"
_MOST_EXPONENT = 100


@dataclass(frozen=True, slots=True)
class Decimals:
    """A column of numbers.

    Attributes:
        digits: (n, width), the most significant first.
        scale: how many of them are right of the decimal point; may be negative.
        minus: (n,).
        status: (n,) of ``EncodeStatus``; what is no number is all zeros.
    """

    digits: Bytes
    scale: int
    minus: Flags
    status: Bytes

    def fit(self, field: Field) -> "Decimals":
        """The digits that the field stores; the status tells which numbers do not fit."""
        n, width = self.digits.shape
        fitted = np.zeros((n, field.digits), np.uint8)
        # Position in `digits` of the field's first digit.
        first = width - self.scale - (field.digits - field.scale)
        begin, end = max(first, 0), min(first + field.digits, width)
        if begin < end:
            fitted[:, begin - first : end - first] = self.digits[:, begin:end]
        large = self.digits[:, : max(0, min(first, width))].any(axis=1)
        precise = self.digits[:, max(0, min(first + field.digits, width)) :].any(axis=1)
        minus = self.minus & fitted.any(axis=1)
        status = self.status.copy()
        for wrong, code in (
            (large, EncodeStatus.TOO_LARGE),
            (precise, EncodeStatus.TOO_PRECISE),
            (minus & (not field.signed), EncodeStatus.NEGATIVE),
        ):
            status[wrong & (status == EncodeStatus.OK)] = code
        return Decimals(fitted, field.scale, minus, status)


def decimals_of(column: "pa.Array[Any]") -> Decimals:
    """Any Arrow column as numbers: integers and decimal128 by their bits, all else by its text.

    Args:
        column: nulls are zeros.
    """
    type_ = column.type
    if pa.types.is_integer(type_):
        values = column.fill_null(0).to_numpy(zero_copy_only=False)
        return from_integers(values, 0)
    if pa.types.is_decimal128(type_):
        whole = column.fill_null(pa.scalar(0, type_)) if column.null_count else column
        bits = np.frombuffer(whole.buffers()[1] or b"", INT128)
        pairs = bits[whole.offset : whole.offset + len(whole)]
        return _from_int128(pairs, type_.scale)
    return from_texts(strings_of(column, "0"))


def from_integers(values: npt.NDArray[np.generic], scale: int) -> Decimals:
    """Integers, of an integer type or INT128, as unscaled numbers."""
    if values.dtype == INT128:
        return _from_int128(values, scale)
    integers = values.astype(values.dtype if values.dtype.kind == "u" else np.int64)
    minus = integers < 0
    magnitudes = np.where(minus, -integers.view(np.int64) if minus.any() else integers, integers).astype(np.uint64)
    limbs = [magnitudes % np.uint64(_LIMB)]
    while (magnitudes := magnitudes // np.uint64(_LIMB)).any():
        limbs.append(magnitudes % np.uint64(_LIMB))
    return Decimals(_digits(limbs), scale, np.asarray(minus), np.zeros(len(values), np.uint8))


def from_texts(texts: pa.StringArray) -> Decimals:
    """Numbers as people and files write them: a sign, digits, a point; an exponent too."""
    parts = pc.extract_regex(texts, pattern=_PLAIN)
    if parts.null_count:
        listed = zip(texts.to_pylist(), parts.is_valid().to_pylist(), strict=True)
        plain = [text if is_plain else _without_exponent(str(text)) for text, is_plain in listed]
        parts = pc.extract_regex(pa.array(plain, pa.utf8()), pattern=_PLAIN)
    wrong = parts.is_null().to_numpy(zero_copy_only=False).copy()
    sign, whole, behind = (strings_of(pc.struct_field(parts, [i]), "") for i in range(3))
    wrong |= _lengths(whole) + _lengths(behind) == 0
    whole = pc.ascii_ltrim(whole, characters="0")
    behind = pc.ascii_rtrim(behind, characters="0")
    large, precise = _lengths(whole) > _MOST_DIGITS, _lengths(behind) > _MOST_DIGITS
    left = scattered(without(whole, large, ""), ord("0"), right=True)
    right = scattered(without(behind, precise, ""), ord("0"))
    status = np.zeros(len(texts), np.uint8)
    status[precise] = EncodeStatus.TOO_PRECISE
    status[large] = EncodeStatus.TOO_LARGE
    status[wrong] = EncodeStatus.NOT_A_NUMBER
    minus = pc.equal(sign, pa.scalar("-")).to_numpy(zero_copy_only=False)
    return Decimals(np.hstack([left, right]) - np.uint8(ord("0")), right.shape[1], minus, status)


def _lengths(texts: pa.StringArray) -> npt.NDArray[np.int32]:
    return pc.binary_length(texts).to_numpy()


def _without_exponent(text: str) -> str:
    """A number with an exponent as plain digits; anything else as it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) <= _MOST_EXPONENT else text


def _from_int128(values: npt.NDArray[np.generic], scale: int) -> Decimals:
    low, high = values["lo"], values["hi"].astype(np.uint64)  # type: ignore[call-overload]
    if (values["hi"] == low.astype(np.int64) >> 63).all():  # type: ignore[call-overload]
        return from_integers(low.astype(np.int64), scale)
    minus = high >> np.uint64(63) != 0
    low_magnitude = np.where(minus, ~low + np.uint64(1), low)
    high_magnitude = np.where(minus, ~high + (low == 0), high)
    mask, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    words = [high_magnitude >> half, high_magnitude & mask, low_magnitude >> half, low_magnitude & mask]
    limbs = []
    for _ in range(5):  # long division by 10**9, a word of 32 bits at a time
        rest = np.zeros(len(low), np.uint64)
        for i, word in enumerate(words):
            dividend = rest << half | word
            words[i], rest = dividend // np.uint64(_LIMB), dividend % np.uint64(_LIMB)
        limbs.append(rest)
    return Decimals(_digits(limbs), scale, minus, np.zeros(len(low), np.uint8))


def _digits(limbs: list[npt.NDArray[np.uint64]]) -> Bytes:
    """(n, 9 · limbs) digits of limbs of nine digits, the least significant limb first."""
    digits = np.empty((len(limbs[0]), _LIMB_DIGITS * len(limbs)), np.uint8)
    column = digits.shape[1]
    for limb in limbs:
        rest = limb.astype(np.uint32)
        for _ in range(_LIMB_DIGITS):
            column -= 1
            digits[:, column] = rest % 10
            rest = rest // 10
    return digits
