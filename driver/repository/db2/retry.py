"""How long, and how often, a transaction is tried again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock

import structlog
from tenacity import AttemptManager, RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_base, wait_random_exponential

from .sqlcodes import SqlError, Trouble

_CAPACITY_PAUSE = 4
"""Times as long as other trouble: somebody has to end a transaction before there is room again."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Settings of the retry.

    Attributes:
        attempts: of a transaction, the first one among them.
        first_wait: most seconds before the second attempt; doubled before each further one, with full jitter.
        longest_wait: seconds.
    """

    attempts: int = 8
    first_wait: float = 0.25
    longest_wait: float = 30.0


class Retry:
    """Tries transactions again, and counts how often; safe to be used by many threads at once.

    Args:
        policy: the settings.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._lock = Lock()
        self._count = 0

    @property
    def count(self) -> int:
        """Attempts that were not the first."""
        with self._lock:
            return self._count

    def attempts(self, what: str) -> Iterator[AttemptManager]:
        """The attempts of one transaction, waited between; the last error is raised when they are used up.

        Args:
            what: the transaction is of, for the log.
        """
        policy = self._policy
        usual = wait_random_exponential(multiplier=policy.first_wait, max=policy.longest_wait)
        return iter(
            Retrying(
                stop=stop_after_attempt(policy.attempts),
                wait=_Wait(usual),
                retry=retry_if_exception(_may_pass),
                before_sleep=lambda state: self._log(what, state),
                reraise=True,
            )
        )

    def run(self, what: str, body: Callable[[], None]) -> None:
        """Call ``body`` as often as it takes."""
        for attempt in self.attempts(what):
            with attempt:
                body()

    def _log(self, what: str, state: RetryCallState) -> None:
        with self._lock:
            self._count += 1
        error = _error_of(state)
        if isinstance(error, SqlError):
            structlog.get_logger().warning(
                "retry",
                what=what,
                attempt=state.attempt_number,
                sqlcode=error.sqlcode,
                sqlstate=error.sqlstate,
                trouble=error.trouble.name,
                wait=round(state.upcoming_sleep, 3),
            )


class _Wait(wait_base):
    def __init__(self, usual: wait_base) -> None:
        self._usual = usual

    def __call__(self, retry_state: RetryCallState) -> float:
        error = _error_of(retry_state)
        long = isinstance(error, SqlError) and error.trouble is Trouble.CAPACITY
        return self._usual(retry_state) * (_CAPACITY_PAUSE if long else 1)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, SqlError) and error.trouble not in {Trouble.PERMANENT, Trouble.ROW}


def _error_of(state: RetryCallState) -> BaseException | None:
    return None if state.outcome is None else state.outcome.exception()
