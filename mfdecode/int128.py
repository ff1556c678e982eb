"""Arithmetic on columns of 128-bit integers, which numpy does not have."""

from typing import cast

import numpy as np
import numpy.typing as npt

from .columns import INT128

_LOW = (1 << 64) - 1

Integers = npt.NDArray[np.integer]


def to_ints(values: npt.NDArray[np.generic]) -> list[int]:
    """Any integer column as Python's integers.

    Args:
        values: of an integer type or INT128, one dimension.
    """
    if values.dtype != INT128:
        return cast(list[int], values.tolist())
    low, high = _halves(values)
    return [hi << 64 | lo for lo, hi in zip(low.tolist(), high.tolist(), strict=True)]


def from_ints(numbers: list[int]) -> npt.NDArray[np.generic]:
    """Python's integers as an INT128 column.

    Raises:
        OverflowError: a number does not fit 128 bits.
    """
    array = np.empty(len(numbers), INT128)
    array["lo"] = [n & _LOW for n in numbers]
    array["hi"] = [n >> 64 for n in numbers]
    return array


def total(values: npt.NDArray[np.generic]) -> int:
    """The exact sum of an integer column, whatever its size."""
    if values.dtype == INT128:
        low, high = _halves(values)
        return (total(high) << 64) + total(low)
    integers = cast(Integers, values)
    if integers.dtype.itemsize < 8:
        return int(integers.sum(dtype=np.int64))
    # Halves of 32 bits: their sums cannot overflow 64 in a column of less than 2**31 values.
    upper = int((integers >> integers.dtype.type(32)).astype(np.int64).sum())
    lower = int((integers & integers.dtype.type(0xFFFFFFFF)).astype(np.int64).sum())
    return (upper << 32) + lower


def compare(values: npt.NDArray[np.generic], bound: int) -> npt.NDArray[np.int8]:
    """-1, 0 or 1 for each value less than, equal to or more than the bound."""
    if values.dtype != INT128:
        integers = cast(Integers, values)
        info = np.iinfo(integers.dtype)
        if not info.min <= bound <= info.max:
            return np.full(len(integers), -1 if bound > info.max else 1, np.int8)
        number = integers.dtype.type(bound)
        return (integers > number).astype(np.int8) - (integers < number).astype(np.int8)
    if not -(1 << 127) <= bound < 1 << 127:
        return np.full(len(values), -1 if bound > 0 else 1, np.int8)
    low, high = _halves(values)
    by_high = compare(high, bound >> 64)
    return np.where(by_high != 0, by_high, compare(low, bound & _LOW))


def _halves(values: npt.NDArray[np.generic]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    pairs = cast(npt.NDArray[np.void], values)
    return pairs["lo"], pairs["hi"]
