"""The target's own connection: what is done over it is one transaction, and is done again where that may help."""

from collections.abc import Callable
from typing import TypeVar

from .retry import Retry
from .session import ServerAddress, Session
from .sqlcodes import SqlError, Trouble, translated
from .undoing import is_undone

T = TypeVar("T")


class Transactions:
    """One after the other, over a connection that is made anew when it is lost.

    Args:
        address: of the database.
        retry: the policy, and the count.
        on_full: called when the database has no room for a transaction, before it is tried again.
    """

    def __init__(self, address: ServerAddress, retry: Retry, on_full: Callable[[], None]) -> None:
        self._address = address
        self._retry = retry
        self._on_full = on_full
        self._session: Session | None = None

    def __call__(self, what: str, body: Callable[[Session], T]) -> T:
        """Do something that may be done again, and commit; as often as it takes.

        Args:
            what: for the log and for errors.
            body: all of it.

        Raises:
            TargetUnavailable: the server does not answer, or has no room.
            TargetRefused: it does not do it.
        """
        try:
            for attempt in self._retry.attempts(what):
                with attempt:
                    return self._attempt(body)
        except SqlError as error:
            raise translated(error, what) from None
        raise AssertionError  # the last attempt returns or raises

    def close(self) -> None:
        """End the connection."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _attempt(self, body: Callable[[Session], T]) -> T:
        try:
            if self._session is None:
                self._session = Session(self._address)
            result = body(self._session)
            self._session.commit()
        except SqlError as error:
            self._recover(error)
            raise
        return result

    def _recover(self, error: SqlError) -> None:
        if error.trouble is Trouble.CAPACITY:
            self._on_full()
        if self._session is not None and not is_undone(self._session, error):
            self.close()
