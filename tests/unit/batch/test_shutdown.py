import signal
import threading
from collections.abc import Iterator

import pytest

from driver.batch.shutdown import Shutdown

PATIENCE = 10.0


class Calls:
    """What a shutdown has called, and when."""

    def __init__(self) -> None:
        self.requested = threading.Event()
        self.expired = threading.Event()
        self.signals: list[tuple[str, signal.Signals]] = []

    def request(self, number: signal.Signals) -> None:
        self.signals.append(("request", number))
        self.requested.set()

    def expire(self, number: signal.Signals) -> None:
        self.signals.append(("expiry", number))
        self.expired.set()

    def shutdown(self, timeout: float = 60.0) -> Shutdown:
        return Shutdown(timeout, on_request=self.request, on_expiry=self.expire)


@pytest.fixture
def calls() -> Iterator[Calls]:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    yield Calls()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_for_a_drain(calls: Calls, number: signal.Signals) -> None:
    with calls.shutdown() as shutdown:
        assert shutdown.requested is None
        signal.raise_signal(number)
        assert calls.requested.wait(PATIENCE)
        assert shutdown.requested is number
    assert calls.signals == [("request", number)]


def test_a_second_signal_ends_the_drain_at_once_in_the_name_of_the_first(calls: Calls) -> None:
    with calls.shutdown():
        signal.raise_signal(signal.SIGTERM)
        assert calls.requested.wait(PATIENCE)
        signal.raise_signal(signal.SIGINT)
        assert calls.expired.wait(PATIENCE)
    assert calls.signals == [("request", signal.SIGTERM), ("expiry", signal.SIGTERM)]


def test_a_drain_that_takes_longer_than_the_timeout_ends_at_once(calls: Calls) -> None:
    with calls.shutdown(timeout=0.01):
        signal.raise_signal(signal.SIGTERM)
        assert calls.expired.wait(PATIENCE)
    assert calls.signals == [("request", signal.SIGTERM), ("expiry", signal.SIGTERM)]


def test_no_signal_calls_nothing_and_leaves_no_thread(calls: Calls) -> None:
    before = threading.active_count()
    with calls.shutdown(timeout=0.01) as shutdown:
        pass
    assert shutdown.requested is None
    assert calls.signals == []
    assert threading.active_count() == before


def test_a_signal_is_heeded_while_the_main_thread_runs_no_python(calls: Calls) -> None:
    # A lock that only the shutdown's own thread opens stands for a database call that does not return.
    gate = threading.Lock()
    gate.acquire()
    shutdown = Shutdown(60.0, on_request=lambda _: gate.release(), on_expiry=calls.expire)
    with shutdown:
        signal.raise_signal(signal.SIGTERM)
        assert gate.acquire(timeout=PATIENCE)
    assert shutdown.requested is signal.SIGTERM


def test_the_wakeup_descriptor_from_before_is_put_back(calls: Calls) -> None:
    with calls.shutdown():
        pass
    assert signal.set_wakeup_fd(-1) == -1
