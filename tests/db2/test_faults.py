"""Faults at each step of a load: whatever happens, every record is once in staging or in the rejects."""

from dataclasses import replace
from time import perf_counter

import pytest
from drda.faults import Fault, Kind, Point

from driver.batch.exit_codes import ExitCode
from driver.repository.db2 import session
from driver.repository.db2.target import Db2Target
from driver.repository.errors import TargetRefused, TargetUnavailable
from driver.repository.target import RunState

pytestmark = pytest.mark.db2
RECORDS = 60
_LONGEST_RUN = 20.0
"""Seconds; a connection that is waited for would be so for the minutes of its timeout."""
METHODS = ("bind", "array", "executemany")
LEDGER = 'INSERT INTO "MF_LEDGER"'
ROWS = 'INSERT INTO "STG'


def at(kind: Kind, point: Point, statement: str = "", *, occurrence: int = 0, sqlcode: int = 0) -> Fault:
    return Fault(kind, point, statement, occurrence, sqlcode, SQLSTATES.get(sqlcode, ""))


SQLSTATES = {
    -911: "40001",
    -913: "57033",
    -904: "57011",
    -964: "57011",
    -30081: "08001",
    -803: "23505",
    -1224: "55032",
}
DROPS = {
    "before a batch": at(Kind.DROP_BEFORE, Point.EXECUTE, LEDGER, occurrence=2),
    "inside an array": at(Kind.DROP_INSIDE, Point.EXECUTE, ROWS, occurrence=2),
    "after the last row": at(Kind.DROP_AFTER, Point.EXECUTE, ROWS, occurrence=2),
}


@pytest.fixture
def job(breakable):
    """A job of six batches, some records of which are rejected."""
    breakable.write(breakable.payment(n, cents=n, state="X" if n % 20 == 7 else "A") for n in range(RECORDS))
    # What a run needs once is made by one before: what goes wrong goes wrong in the load.
    breakable.run()
    return breakable


def assert_all_is_well(job, report) -> None:
    assert (report.state, report.exit_code, report.message) == (RunState.COMPLETED, ExitCode.REJECTS, "")
    assert all(identity.holds for identity in report.identities)
    job.assert_exactly_once(RECORDS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("when", DROPS)
def test_a_dropped_connection(job, method, when):
    job.job["target"]["insert"] = method
    job.laboratory.arm(DROPS[when])
    report = job.run()
    assert job.laboratory.fired == [DROPS[when]]
    assert_all_is_well(job, report)
    assert report.retries == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.DROP_AFTER])
def test_a_connection_dropped_at_the_commit(job, method, kind):
    job.job["target"]["insert"] = method
    fault = at(kind, Point.COMMIT, ROWS, occurrence=2)
    job.laboratory.arm(fault)
    report = job.run()
    assert job.laboratory.fired == [fault]
    assert_all_is_well(job, report)
    assert report.retries == 1


@pytest.mark.parametrize("sqlcode", [-911, -913, -904, -964, -30081, -803, -1224])
@pytest.mark.parametrize(("point", "statement"), [(Point.EXECUTE, LEDGER), (Point.EXECUTE, ROWS), (Point.COMMIT, ROWS)])
@pytest.mark.parametrize("method", METHODS)
def test_an_error_answered(job, method, point, statement, sqlcode):
    job.job["target"]["insert"] = method
    fault = at(Kind.ANSWER, point, statement, occurrence=1, sqlcode=sqlcode)
    job.laboratory.arm(fault)
    report = job.run()
    assert job.laboratory.fired == [fault]
    assert_all_is_well(job, report)
    # A row that is refused makes the batch be searched within the same attempt; of execute_many any error may be one.
    searched = (point, statement) == (Point.EXECUTE, ROWS) and (sqlcode == -803 or method == "executemany")
    assert report.retries in ({0, 1} if searched else {1})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("point", "statement"),
    [(Point.PREPARE, ROWS), (Point.EXECUTE, LEDGER), (Point.EXECUTE, ROWS), (Point.COMMIT, ROWS)],
)
def test_a_server_that_falls_silent(job, method, point, statement):
    job.job["target"] |= {"insert": method, "receive_timeout": 1}
    fault = at(Kind.FREEZE, point, statement, occurrence=1)
    job.laboratory.arm(fault)
    report = job.run()
    assert job.laboratory.fired == [fault]
    assert_all_is_well(job, report)
    assert report.retries == 1


@pytest.mark.parametrize("method", METHODS)
def test_a_server_that_falls_silent_during_the_handshake(job, method):
    job.job["target"] |= {"insert": method, "connect_timeout": 1}
    fault = at(Kind.FREEZE, Point.CONNECT, occurrence=1)  # of the first writer
    job.laboratory.arm(fault)
    report = job.run()
    assert job.laboratory.fired == [fault]
    assert_all_is_well(job, report)
    assert report.retries == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", [Kind.DROP_BEFORE, Kind.DROP_AFTER])
@pytest.mark.parametrize(("point", "statement"), [(Point.CONNECT, ""), (Point.PREPARE, LEDGER), (Point.PREPARE, ROWS)])
def test_a_connection_dropped_before_anything_is_done(job, method, kind, point, statement):
    job.job["target"]["insert"] = method
    fault = at(kind, point, statement, occurrence=1)
    job.laboratory.arm(fault)
    report = job.run()
    assert job.laboratory.fired == [fault]
    assert_all_is_well(job, report)
    assert report.retries == 1


@pytest.mark.parametrize("frozen", [Point.ROLLBACK, Point.DISCONNECT])
@pytest.mark.parametrize("method", METHODS)
def test_a_server_that_falls_silent_when_a_connection_is_closed_holds_nothing_up(job, method, frozen, monkeypatch):
    monkeypatch.setattr(session, "CLOSING", 0.5)
    job.job["target"]["insert"] = method
    faults = [at(Kind.FREEZE, frozen, occurrence=n) for n in range(3)]
    job.laboratory.arm(*faults)
    began = perf_counter()
    report = job.run()
    assert perf_counter() - began < _LONGEST_RUN
    assert len(job.laboratory.fired) == 3  # two writers and the target
    assert_all_is_well(job, report)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("point", "statement"), [(Point.EXECUTE, LEDGER), (Point.EXECUTE, ROWS), (Point.COMMIT, ROWS)])
def test_a_server_that_is_killed_and_started_again(job, method, point, statement):
    job.job["target"]["insert"] = method
    fault = at(Kind.RESTART, point, statement, occurrence=3)
    job.laboratory.arm(fault)
    report = job.run()
    assert job.laboratory.fired == [fault]
    assert_all_is_well(job, report)
    assert report.retries >= 1


TOGETHER = {
    "a commit whose reply is lost, a ledger that cannot be asked at first, and a deadlock of the other writer": [
        at(Kind.DROP_AFTER, Point.COMMIT, ROWS, occurrence=2),
        at(Kind.DROP_BEFORE, Point.EXECUTE, 'SELECT COUNT(*) FROM "MF_LEDGER"'),
        at(Kind.ANSWER, Point.EXECUTE, ROWS, occurrence=3, sqlcode=-911),
    ],
    "a commit whose reply is lost, and a server that does not let us in again at once": [
        at(Kind.DROP_AFTER, Point.COMMIT, ROWS, occurrence=1),
        at(Kind.DROP_BEFORE, Point.CONNECT, occurrence=3),
    ],
    "a batch that is dropped again when it is tried again": [
        at(Kind.DROP_INSIDE, Point.EXECUTE, ROWS, occurrence=1),
        at(Kind.DROP_AFTER, Point.EXECUTE, ROWS, occurrence=2),
    ],
    "a full log, and no answer to the commit when there is room again": [
        at(Kind.ANSWER, Point.EXECUTE, ROWS, occurrence=1, sqlcode=-964),
        at(Kind.DROP_AFTER, Point.COMMIT, ROWS, occurrence=1),
    ],
    "a key that is there already, and a deadlock": [
        at(Kind.ANSWER, Point.EXECUTE, ROWS, occurrence=1, sqlcode=-803),
        at(Kind.ANSWER, Point.EXECUTE, LEDGER, occurrence=3, sqlcode=-911),
    ],
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("faults", TOGETHER.values(), ids=TOGETHER)
def test_two_faults_at_once(job, method, faults):
    job.job["target"]["insert"] = method
    job.laboratory.arm(*faults)
    report = job.run()
    assert set(job.laboratory.fired) == set(faults)
    assert_all_is_well(job, report)
    assert report.retries >= 1


@pytest.mark.parametrize(
    "fault",
    [
        at(Kind.DROP_BEFORE, Point.EXECUTE, "MERGE INTO"),
        at(Kind.DROP_AFTER, Point.EXECUTE, "MERGE INTO"),
        at(Kind.ANSWER, Point.EXECUTE, "MERGE INTO", sqlcode=-911),
        at(Kind.ANSWER, Point.EXECUTE, "MERGE INTO", sqlcode=-964),
        at(Kind.DROP_AFTER, Point.EXECUTE, 'UPDATE "MF_RUN_TABLE" SET "MERGED_RECORDS"'),
        at(Kind.DROP_BEFORE, Point.EXECUTE, 'SELECT "PART", COUNT(*)'),
    ],
    ids=lambda fault: f"{fault.kind.name} {fault.statement} {fault.sqlcode}",
)
def test_a_merge_that_is_cut_off_goes_on(job, fault):
    job.job["target"]["merge_rows"] = 1_000
    job.laboratory.arm(fault)
    report = job.run()
    assert job.laboratory.fired == [fault]
    assert_all_is_well(job, report)
    assert (report.merge.inserted, report.merge.updated, report.merge.unchanged) == (0, 0, 57)


def test_a_commit_of_the_merge_whose_reply_is_lost_is_counted_once(job):
    fault = at(Kind.DROP_AFTER, Point.COMMIT, "MERGE INTO")
    job.write(job.payment(n, cents=n + 1) for n in range(RECORDS))
    job.laboratory.arm(fault)
    report = job.run()
    assert job.laboratory.fired == [fault]
    assert all(identity.holds for identity in report.identities)
    assert report.exit_code is ExitCode.OK


def test_a_database_that_does_not_come_back_leaves_a_resumable_run(job):
    job.job["target"]["retry"]["attempts"] = 3
    faults = [at(Kind.DROP_BEFORE, Point.EXECUTE, ROWS, occurrence=n) for n in range(2, 12)]
    job.laboratory.arm(*faults)
    report = job.run()
    assert (report.state, report.exit_code) == (RunState.FAILED, ExitCode.RESUMABLE)


@pytest.mark.parametrize("method", METHODS)
def test_a_wrong_password_is_tried_once(breakable, method):
    breakable.job["target"]["insert"] = method
    breakable.job["secrets"]["db2_password"] = "wrong-secret-2"  # noqa: S105
    breakable.write([breakable.payment(1)])
    before = breakable.laboratory.connections
    with pytest.raises(TargetRefused, match="SQL30082N") as refused:
        breakable.run()
    assert breakable.laboratory.connections == before + 1
    assert "wrong-secret-2" not in str(refused.value)


@pytest.mark.parametrize("method", METHODS)
def test_a_password_that_is_no_longer_right_is_tried_once_by_a_writer(job, method, monkeypatch):
    begin = Db2Target.begin

    def begin_and_change(self, *run):
        begin(self, *run)
        self._address = replace(self._address, password="wrong-secret-4")  # noqa: S106

    monkeypatch.setattr(Db2Target, "begin", begin_and_change)
    job.job["target"]["insert"] = method
    job.job["pipeline"]["writers"] = 1
    before = job.laboratory.connections
    report = job.run()
    assert (report.state, report.exit_code, report.retries) == (RunState.FAILED, ExitCode.CONFIGURATION, 0)
    assert job.laboratory.connections == before + 2  # the target's own, and the writer's
    assert "wrong-secret-4" not in report.message


def test_a_server_that_is_not_there_is_unavailable(breakable):
    breakable.job["target"] |= {"port": 1, "retry": {"attempts": 2, "first_wait": 0}}
    breakable.write([breakable.payment(1)])
    with pytest.raises(TargetUnavailable, match="SQL30081N"):
        breakable.run()


@pytest.mark.parametrize("method", METHODS)
def test_a_table_that_goes_missing_stops_the_run(job, method, monkeypatch):
    begin = Db2Target.begin

    def begin_and_drop(self, *run):
        begin(self, *run)
        job.execute("DROP TABLE STG")

    monkeypatch.setattr(Db2Target, "begin", begin_and_drop)
    job.job["target"]["insert"] = method
    report = job.run()
    assert (report.state, report.exit_code) == (RunState.FAILED, ExitCode.CONFIGURATION)
    assert "SQL0204N" in report.message
