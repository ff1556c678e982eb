"""Row tuples from the decoded array, as `executemany` takes them: 500 records at a time, on one core."""

import numpy as np
from workloads import ROWS, batch
from yardstick import look_up

from driver._rows import Rows
from driver.repository.db2.parameters import Parameter, ParameterKind, integer
from mfdecode import Decoder
from mfdecode.columns import Column, ColumnKind

RECORDS = 500
ROUNDS = 200


def parameter(column: Column) -> Parameter:
    """What a column of the table takes that was made for the field."""
    values, type_ = column.values, column.type
    match type_.kind:
        case ColumnKind.TEXT:
            return Parameter(ParameterKind.LATIN1, width=values.dtype.itemsize)
        case ColumnKind.NUMBER if type_.scale:
            return Parameter(ParameterKind.DECIMAL, width=16, precision=18, scale=type_.scale, source_scale=type_.scale)
        case _:
            return integer(values.dtype.itemsize)


def test_tuples(compare):
    records = ROWS.records(RECORDS)
    columns = Decoder(ROWS.layout).decode_frames(batch(records)).columns
    rows = Rows([parameter(c) for c in columns], [c.values.dtype for c in columns], RECORDS)
    pairs, positions = [(c.values, c.status) for c in columns], np.arange(RECORDS)

    def work() -> list[tuple[object, ...]]:
        rows.fill(pairs, positions)
        return rows.tuples(0, RECORDS)

    refusals, _ = rows.fill(pairs, positions)
    assert not refusals.any()
    assert len(set(work())) > RECORDS // 2
    compare("rows", work, look_up(records.reshape(-1)), RECORDS * len(columns), ROUNDS)
