"""The cells of a batch and what the slow reference decoder says of them, in one form."""

from mfdecode.columns import ColumnKind
from mfdecode.int128 import to_ints
from mfdecode.reference import decode_record
from mfdecode.status import Status


def cells_of(batch):
    """(value, status) of each cell, by record; without a value None, and the cell holds zeros."""
    by_column = []
    for column in batch.columns:
        if column.type.kind is ColumnKind.TEXT:
            values = [v.decode("latin-1") if isinstance(v, bytes) else v for v in column.values.tolist()]
        elif column.type.kind is ColumnKind.NUMBER:
            values = to_ints(column.values)
        else:
            values = column.values.tolist()
        for value, status in zip(values, column.status, strict=True):
            assert status == Status.OK or not value
        by_column.append(
            [(v if s == Status.OK else None, Status(s)) for v, s in zip(values, column.status, strict=True)]
        )
    return list(zip(*by_column, strict=True))


def expected(layout, record, options, selections=(), **odo):
    return tuple((o.value, o.status) for o in decode_record(layout, record, options, selections, **odo))
