"""128-bit columns calculate as Python's integers do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfdecode.int128 import compare, from_ints, to_ints, total

wide = st.integers(-(1 << 127), (1 << 127) - 1)
TYPES = ["i2", "i4", "i8", "u2", "u4", "u8"]


@given(st.lists(wide))
def test_integers_come_back_as_they_went_in(numbers):
    assert to_ints(from_ints(numbers)) == numbers


@given(st.lists(wide, max_size=50))
def test_a_wide_total_is_exact(numbers):
    assert total(from_ints(numbers)) == sum(numbers)


@pytest.mark.parametrize("dtype", TYPES)
def test_a_total_does_not_overflow_its_type(dtype):
    info = np.iinfo(dtype)
    for extreme in (info.min, info.max):
        assert total(np.full(1000, extreme, dtype)) == 1000 * int(extreme)


@given(st.lists(wide), wide | st.integers(-(1 << 140), 1 << 140))
def test_wide_numbers_compare_exactly(numbers, bound):
    assert compare(from_ints(numbers), bound).tolist() == [(n > bound) - (n < bound) for n in numbers]


@pytest.mark.parametrize("dtype", TYPES)
@given(data=st.data())
def test_numbers_compare_exactly_with_any_bound(dtype, data):
    info = np.iinfo(dtype)
    numbers = data.draw(st.lists(st.integers(int(info.min), int(info.max))))
    bound = data.draw(st.integers(-(1 << 70), 1 << 70) | st.sampled_from([*numbers, 0]))
    assert compare(np.array(numbers, dtype), bound).tolist() == [(n > bound) - (n < bound) for n in numbers]
