"""The positions of all records of a batch."""

import numpy as np
import pytest

from mfdecode.positions import all_positions


@pytest.mark.parametrize("records", [0, 1, 2, 3, 4, 5, 8, 9, 5_000])
def test_they_are_counted_from_nought(records):
    assert np.array_equal(all_positions(records), np.arange(records, dtype=np.int64))


def test_nobody_changes_what_others_have_too():
    with pytest.raises(ValueError, match="read-only"):
        all_positions(3)[0] = 1
