"""How long, and how often, a transaction is tried again."""

import pytest
import tenacity.nap

from driver.repository.db2.retry import Retry, RetryPolicy
from driver.repository.db2.sqlcodes import SqlError

DEADLOCK = SqlError("40001", -911, "deadlock")
LOG_FULL = SqlError("57011", -964, "log full")


class Body:
    """Fails with each of the errors in turn, and then no more."""

    def __init__(self, *errors):
        self.errors, self.calls = list(errors), 0

    def __call__(self):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
def waits(monkeypatch):
    """Seconds of each wait, which take none; jitter is at its most."""
    slept = []
    monkeypatch.setattr(tenacity.nap.time, "sleep", slept.append)
    monkeypatch.setattr("random.uniform", lambda least, most: most)
    return slept


def test_what_goes_well_is_done_once(waits):
    retry, body = Retry(RetryPolicy()), Body()
    retry.run("T", body)
    assert (body.calls, retry.count, waits) == (1, 0, [])


def test_waits_double_up_to_the_longest(waits):
    retry, body = Retry(RetryPolicy(attempts=6, first_wait=1, longest_wait=5)), Body(*[DEADLOCK] * 5)
    retry.run("T", body)
    assert (body.calls, retry.count, waits) == (6, 5, [1, 2, 4, 5, 5])


def test_a_full_log_is_given_longer(waits):
    retry, body = Retry(RetryPolicy(attempts=3, first_wait=1)), Body(LOG_FULL, DEADLOCK)
    retry.run("T", body)
    assert waits == [4, 2]


def test_the_last_error_is_raised_when_the_attempts_are_used_up(waits):
    retry, body = Retry(RetryPolicy(attempts=2)), Body(LOG_FULL, DEADLOCK)
    with pytest.raises(SqlError, match="deadlock"):
        retry.run("T", body)
    assert (body.calls, retry.count) == (2, 1)


@pytest.mark.parametrize("error", [SqlError("42704", -204, ""), SqlError("08004", -1403, ""), SqlError("22001", 0, "")])
def test_what_will_not_pass_is_tried_once(waits, error):
    retry, body = Retry(RetryPolicy()), Body(error)
    with pytest.raises(SqlError):
        retry.run("T", body)
    assert (body.calls, retry.count, waits) == (1, 0, [])


def test_an_error_that_is_not_the_database_s_is_not_tried_again(waits):
    body = Body(ValueError("not SQL"))
    with pytest.raises(ValueError, match="not SQL"):
        Retry(RetryPolicy()).run("T", body)
    assert body.calls == 1
