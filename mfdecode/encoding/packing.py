"""OCCURS DEPENDING ON: the occurrences that are not there, taken out of records at their longest."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mfdecode.columns import Column
from mfdecode.framing import Bytes
from mfdecode.int128 import compare
from mfdecode.odo import Step
from mfdecode.tables import VariableTable


def packed(
    rows: Bytes, steps: Sequence[Step], tables: Sequence[VariableTable], columns: Sequence[Column]
) -> tuple[Bytes, npt.NDArray[np.int64]]:
    """Records as compilers write them: what follows a table begins behind its last occurrence.

    Args:
        rows: (records, longest).
        steps: of the layout.
        tables: of it.
        columns: decoded of the rows.

    Returns:
        The rows, and how many bytes of each are its record.
    """
    there = np.ones(rows.shape, np.bool_)
    counts = {table.counter: table.counts(columns) for table in tables}
    for step in steps:
        if step.counter < 0:
            continue
        for i in range(step.maximum) if step.occurrence < 0 else (step.occurrence,):
            begin = step.offset + i * step.length
            there[compare(counts[step.counter], i) <= 0, begin : begin + step.length] = False
    order = np.argsort(~there, axis=1, kind="stable")
    return np.take_along_axis(rows, order, axis=1), there.sum(axis=1).astype(np.int64)
