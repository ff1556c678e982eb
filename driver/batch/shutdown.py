"""SIGTERM and SIGINT: the first lets a run drain; a second, or a drain that takes too long, ends it at once."""

import signal
import socket
import threading
from collections.abc import Callable
from contextvars import copy_context
from types import FrameType, TracebackType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Shutdown:
    """Takes the signals for as long as it is entered, which only the main thread can do.

    They are heeded in a thread of its own, so that a database driver that holds up the main thread, and with it
    Python's signal handlers, holds up no shutdown.

    Args:
        timeout: seconds that a drain may take.
        on_request: called once, with the first signal.
        on_expiry: called once, when the time is up or a second signal has come; it should end the process.

    Attributes:
        requested: the first signal, once it has come.
    """

    def __init__(
        self,
        timeout: float,
        *,
        on_request: Callable[[signal.Signals], None],
        on_expiry: Callable[[signal.Signals], None],
    ) -> None:
        self.requested: signal.Signals | None = None
        self._timeout = timeout
        self._on_request = on_request
        self._on_expiry = on_expiry

    def __enter__(self) -> Self:
        self._arrivals, self._wakeup = socket.socketpair()
        self._wakeup.setblocking(False)
        self._previous_wakeup = signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        self._previous_handlers = {number: signal.signal(number, _leave_to_thread) for number in SIGNALS}
        self._thread = threading.Thread(target=copy_context().run, args=(self._watch,), name="shutdown", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._previous_handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._previous_wakeup)
        self._wakeup.close()  # which the thread reads as the end
        self._thread.join()
        self._arrivals.close()

    def _watch(self) -> None:
        first = self._next_signal()
        if first is None:
            return
        self.requested = first
        self._on_request(first)
        self._arrivals.settimeout(self._timeout)
        try:
            if self._next_signal() is None:
                return
        except TimeoutError:
            pass
        self._on_expiry(first)

    def _next_signal(self) -> signal.Signals | None:
        """Wait for one of ``SIGNALS``; None when the shutdown is left."""
        while arrival := self._arrivals.recv(1):
            if arrival[0] in SIGNALS:
                return signal.Signals(arrival[0])
        return None


def _leave_to_thread(number: int, frame: FrameType | None) -> None:
    """Do nothing: the interpreter writes a signal to the wake-up socket only if it has a handler."""
