"""What one batch leaves to the next, handed on in the order of the file, whoever processes them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mfdecode.columns import Column

from .queues import QueueAborted

Left = dict[str, tuple[Column, ...] | None]
"""What the children of each record type get until their next parent comes."""


class Relay:
    """Lets the batches of a file take turns. Batches are taken from the queue in order, so that a turn always comes."""

    def __init__(self) -> None:
        self._left: Left = {}
        self._next = 0
        self._aborted = False
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, number: int) -> Iterator[Left]:
        """Wait for the turn of a batch; what is left may be changed until it ends.

        Args:
            number: of the batch.

        Raises:
            QueueAborted: a batch before it has failed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._aborted or self._next == number)
            if self._aborted:
                raise QueueAborted
        yield self._left
        with self._changed:
            self._next += 1
            self._changed.notify_all()

    def abort(self) -> None:
        """Let go of everyone who waits: a batch has failed, and its turn does not end."""
        with self._changed:
            self._aborted = True
            self._changed.notify_all()
