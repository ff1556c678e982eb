"""Decoding with validation and status, into the structured array: blocks of 64 KB that are in cache, on one core."""

import numpy as np
import pytest
from workloads import BLOCK, DECODED
from yardstick import memcpy

from mfdecode import Decoder, _decode
from mfdecode.status import FIRST_ERROR

BLOCKS = 4
"""Different ones, in turns, so that no branch is foreseen because it came a moment ago."""
ROUNDS = 200


@pytest.mark.parametrize("workload", DECODED, ids=lambda workload: workload.name)
def test_decode(compare, workload):
    decoder = Decoder(workload.layout)
    blocks = workload.blocks(BLOCKS)
    records, length = blocks[0].records, workload.layout.length
    rows = np.empty((records, decoder.dtype.itemsize), np.uint8)
    status = np.empty((len(workload.layout.cells), records), np.uint8)

    def work() -> None:
        for raw in blocks:
            _decode.decode_fixed(decoder._plan, raw.data, length, records, BLOCK, rows, status)

    for raw in blocks:
        assert (decoder.decode_frames(raw).status < FIRST_ERROR).all()
    size = sum(len(raw.data) for raw in blocks)
    compare(workload.name, work, memcpy([raw.data for raw in blocks]), size, ROUNDS)
