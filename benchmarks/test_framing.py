"""Where the records of a V file begin: buffers of 64 KB that are in cache, on one core."""

import numpy as np
from workloads import BLOCK, framed_blocks
from yardstick import memcpy

from mfdecode import _frame

BLOCKS = 4
ROUNDS = 200


def test_framing(compare):
    blocks = framed_blocks(BLOCKS)
    starts, lengths = np.empty(BLOCK // 48, np.int64), np.empty(BLOCK // 48, np.int64)

    framer = _frame.Framer()

    def frame(block) -> tuple[int, int, int]:
        return framer.rdw(block, len(block), 0, 0, starts, lengths)

    def work() -> None:
        for block in blocks:
            frame(block)

    framed = sum(frame(block)[1] for block in blocks)
    assert framed > BLOCKS * (BLOCK - 80)
    compare("framing", work, memcpy(blocks), framed, ROUNDS)
