"""The rows of a batch that the database takes, and the reasons for the others."""

import numpy as np

from driver.core.records import LoadBatch, Rejects, TableColumn, TableRows
from driver.repository.db2.accepted import AcceptedRows
from driver.repository.db2.parameters import integer
from mfdecode.columns import Column, ColumnKind, ColumnType

NUMBER = ColumnType(ColumnKind.NUMBER, digits=9)
FIRST = 100


def accepted(values, valid) -> AcceptedRows:
    column = Column("N", NUMBER, np.array(values, np.int32), np.zeros(len(values), np.uint8))
    total = int(sum(values[position] for position in valid))
    table = TableRows((column,), np.arange(len(values)), np.array(valid), {"N": total})
    batch = LoadBatch(2, 7, 3, FIRST, 0, 10, len(values), (table,), Rejects.of(()))
    return AcceptedRows(batch, table, [TableColumn("N", NUMBER)])


def again(part, start, end):
    assert (part, start, end) == (2, 0, 10)
    return [(10 * n, b"record %d" % n) for n in range(6)]


def loaded(rows) -> list[tuple[object, ...]]:
    return [tuple(map(int, row)) for row in rows.tuples(0, rows.count)]


def test_valid_records_are_loaded_with_worker_part_batch_and_record():
    batch = accepted([1, 2, 3], [0, 2])
    rows = batch.room(None, [integer(4)])
    batch.fill(rows)
    assert loaded(rows) == [(3, 2, 7, FIRST, 1), (3, 2, 7, FIRST + 2, 3)]
    assert (batch.controls(), batch.rejects(again)) == ({"N": 4}, [])


def test_what_a_column_cannot_take_is_left_out_of_rows_and_controls_and_rejected():
    batch = accepted([1, 40_000, 3, 50_000], [0, 1, 2])
    rows = batch.room(None, [integer(2)])
    batch.fill(rows)
    assert [row[-1] for row in loaded(rows)] == [1, 3]
    assert (batch.positions.tolist(), batch.controls()) == ([0, 2], {"N": 4})
    (reject,) = batch.rejects(again)
    assert (reject.record, reject.offset, reject.field, reject.code) == (FIRST + 1, 10, "N", "OUT_OF_RANGE")
    assert reject.raw == b"record 1"


def test_what_the_database_refuses_joins_what_was_refused_before_in_record_order():
    batch = accepted([1, 2, 40_000, 4, 5, 6], [0, 2, 3, 4, 5])
    rows = batch.room(None, [integer(2)])
    batch.fill(rows)
    batch.refuse([(1, "no"), (3, "neither")], "REFUSED")
    batch.fill(rows)
    assert [row[-1] for row in loaded(rows)] == [1, 5]
    assert batch.controls() == {"N": 6}
    assert [(reject.record - FIRST, reject.code, reject.raw) for reject in batch.rejects(again)] == [
        (2, "OUT_OF_RANGE", b"record 2"),
        (3, "REFUSED", b"record 3"),
        (5, "REFUSED", b"record 5"),
    ]


def test_rows_are_used_again_while_they_have_room():
    rows = accepted([1, 2], [0, 1]).room(None, [integer(4)])
    assert accepted([1], [0]).room(rows, [integer(4)]) is rows
    assert accepted([1, 2, 3], [0, 1, 2]).room(rows, [integer(4)]).capacity == 3
