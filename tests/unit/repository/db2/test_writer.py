"""A writer over a connection of the test's own."""

from contextlib import closing

import numpy as np
import pytest

from driver.core.records import LoadBatch, LoadTable, Rejects, TableColumn, TableRows
from driver.repository.db2.parameters import integer
from driver.repository.db2.retry import Retry, RetryPolicy
from driver.repository.db2.sqlcodes import SqlError
from driver.repository.db2.tables import JobTables
from driver.repository.db2.writer import Db2Writer, LoadJob, TableLoad
from driver.repository.errors import TargetUnavailable
from mfdecode.columns import Column, ColumnKind, ColumnType

NUMBER = ColumnType(ColumnKind.NUMBER, digits=9)
RECORDS = 64
AT_ONCE = RetryPolicy(8, 0, 0)


class Server:
    """Takes rows, some of which it refuses; a session for any number of writers.

    Args:
        refused: values.
        names_rows: whether it says which row of an array it refuses.
        full: how many inserts find its log full.
    """

    def __init__(self, refused=(), *, names_rows=False, full=0):
        self.refused, self.names_rows, self.full = set(refused), names_rows, full
        self.rows, self.rejects, self.inserts = [], [], 0
        self.pending, self.pending_rejects = [], []
        self.in_order = True  # so far: of two rows with one key it is the first that stays

    def execute(self, sql, parameters=()):
        if "MF_REJECT" in sql:
            self.pending_rejects.append(parameters)
        return 1

    def insert(self, sql, rows, begin, end):
        self.inserts += 1
        values = [row[-1] for row in rows.tuples(begin, end)]
        for i, value in enumerate(values):
            if value in self.refused:
                raise SqlError("23513", -545, "refused", i if self.names_rows else -1)
        if self.inserts <= self.full:
            raise SqlError("57011", -964, "the log is full")
        self.pending += values

    insert_all_or_none = insert

    def commit(self):
        self.rows += self.pending
        self.rejects += self.pending_rejects
        self.rollback()

    def rollback(self):
        self.in_order &= self.pending == sorted(self.pending)
        self.pending, self.pending_rejects = [], []

    def close(self):
        self.rollback()


def batch(records: int = RECORDS) -> LoadBatch:
    values = np.arange(records, dtype=np.int32)
    column = Column("N", NUMBER, values, np.zeros(records, np.uint8))
    table = TableRows((column,), np.arange(records), np.arange(records), {})
    return LoadBatch(0, 0, 0, 0, 0, records, records, (table,), Rejects.of(()))


class Source:
    """The input of the run."""

    def again(self, part: int, start: int, end: int) -> list[tuple[int, bytes]]:
        return [(n, b"%d" % n) for n in range(start, end)]

    def file_of(self, part: int) -> str:
        return "file"


def writer(server: Server, policy: RetryPolicy = AT_ONCE) -> Db2Writer:
    return Db2Writer(
        LoadJob(
            "RUN",
            (TableLoad(JobTables(LoadTable("N", (TableColumn("N", NUMBER),), ("N",), "S", "F")), (integer(4),)),),
            connect=lambda: server,
            in_ledger=lambda part, batch: False,
            source=Source(),
            retry=Retry(policy),
        )
    )


@pytest.mark.parametrize("names_rows", [True, False])
@pytest.mark.parametrize("refused", [{0}, {63}, {5, 6, 40}, set(range(RECORDS))])
def test_exactly_the_refused_rows_are_left_out(names_rows, refused):
    server = Server(refused, names_rows=names_rows)
    with closing(writer(server)) as loads:
        assert loads.load(batch()) == len(refused)
    assert server.rows == sorted(set(range(RECORDS)) - refused)
    assert server.in_order
    assert [(reject[2], reject[-1]) for reject in server.rejects] == [(n, b"%d" % n) for n in sorted(refused)]


def test_a_row_that_the_driver_names_is_found_in_fewer_inserts():
    inserts = []
    for names_rows in (True, False):
        server = Server({37}, names_rows=names_rows)
        writer(server).load(batch())
        inserts.append(server.inserts)
    assert inserts == [6, 15]


def test_a_batch_that_finds_the_log_full_is_loaded_when_there_is_room_again():
    server = Server(full=3)
    loads = writer(server)
    assert loads.load(batch()) == 0
    assert server.rows == list(range(RECORDS))
    assert server.inserts == 4


def test_a_log_that_stays_full_ends_the_run_and_leaves_nothing_half_loaded():
    server = Server(full=100)
    with pytest.raises(TargetUnavailable, match="the log is full"):
        writer(server).load(batch())
    assert (server.inserts, server.rows) == (8, [])


def test_a_batch_of_more_rows_than_one_insert_takes_is_sent_in_several_and_committed_at_once():
    server = Server({40_000})
    assert writer(server).load(batch(70_000)) == 1
    assert server.rows == [n for n in range(70_000) if n != 40_000]
