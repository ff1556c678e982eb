"""MERGE by ranges of records that are smaller than the file, and smaller still when the log is full."""

import pytest
from drda.faults import Fault, Kind, Point

from driver.batch.exit_codes import ExitCode
from driver.repository.db2 import target

pytestmark = pytest.mark.db2
RECORDS = 60


@pytest.fixture
def targets(monkeypatch):
    """The targets that jobs have made: they merge twenty records at a time, and as few as five."""
    made = []

    def make(*arguments, **settings):
        made.append(original(*arguments, **settings | {"merge_rows": 20, "fewest_merged": 5}))
        return made[-1]

    original = target.Db2Target
    monkeypatch.setattr(target, "Db2Target", make)
    return made


def log_full(statement: str, occurrence: int) -> Fault:
    return Fault(Kind.ANSWER, Point.EXECUTE, statement, occurrence, -964, "57011")


def at_end_of(statement: str, occurrence: int) -> Fault:
    """Tells that there was so manieth a statement."""
    return Fault(Kind.ANSWER, Point.EXECUTE, statement, occurrence, -911, "40001")


def test_a_key_s_last_record_wins_in_whichever_range_it_is(workplace, targets):
    # The keys' last records are 35 to 59: of 0 to 14 in the third range, of 15 to 24 partly in the second.
    workplace.write(workplace.payment(n % 25, cents=n) for n in range(RECORDS))
    report = workplace.run()
    assert (report.merge.inserted, report.merge.updated, report.merge.superseded) == (25, 0, 35)
    assert all(identity.holds for identity in report.identities)
    rows = workplace.query('SELECT "PAY_ID", "AMOUNT" FROM FIN ORDER BY 1')
    assert rows == [(n % 25, f"{n / 100:.2f}") for n in sorted(range(35, 60), key=lambda n: n % 25)]


def test_a_merge_that_is_done_changes_nothing_when_it_is_done_again(workplace, targets):
    workplace.write(workplace.payment(n % 25, cents=n) for n in range(RECORDS))
    report = workplace.run()
    rows = workplace.query('SELECT * FROM FIN ORDER BY "PAY_ID"')
    assert targets[0].merge() == (report.merge,)
    targets[0].close()
    assert workplace.query('SELECT * FROM FIN ORDER BY "PAY_ID"') == rows


@pytest.mark.parametrize(
    ("full", "merges"),
    [(1, 6), (2, 12), (5, 12)],
)
def test_ranges_are_halved_when_the_log_is_full_and_no_further_than_they_may(breakable, targets, full, merges):
    faults = [*(log_full("MERGE INTO", n) for n in range(full)), at_end_of("MERGE INTO", full + merges - 1)]
    beyond = at_end_of("MERGE INTO", full + merges + 1)
    breakable.write(breakable.payment(n) for n in range(RECORDS))
    breakable.laboratory.arm(*faults, beyond)
    report = breakable.run()
    assert report.exit_code is ExitCode.OK
    assert breakable.laboratory.fired == faults
    assert (report.merge.inserted, report.retries) == (RECORDS, full + 1)


def test_the_staged_rows_of_an_earlier_run_are_forgotten_in_halves_when_the_log_is_full(breakable, targets):
    breakable.write(breakable.payment(n) for n in range(RECORDS))
    breakable.run()
    forget = f'DELETE FROM "STG_{breakable.name}" WHERE'
    faults = [log_full(forget, 0), at_end_of(forget, 6)]
    breakable.laboratory.arm(*faults)
    report = breakable.run()
    assert breakable.laboratory.fired == faults
    assert report.exit_code is ExitCode.OK
    assert breakable.query("SELECT COUNT(*) FROM STG") == [(RECORDS,)]
