"""The positions of all records of a batch."""

from functools import lru_cache

import numpy as np

from .framing import Offsets


def all_positions(records: int) -> Offsets:
    """From 0 up to the last of so many records: a view of what is made once, and cannot be written to.

    To make it anew would let go of the GIL, and wait for it again, for each batch.
    """
    return _powers(max(0, records - 1).bit_length())[:records]


@lru_cache
def _powers(of_two: int) -> Offsets:
    positions = np.arange(1 << of_two, dtype=np.int64)
    positions.flags.writeable = False
    return positions
