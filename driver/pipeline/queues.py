"""The bounded queue between two stages: it slows down the faster one, and ends or aborts both together."""

import threading
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

from .metrics import QueueFigures

T = TypeVar("T")


class QueueAborted(Exception):  # noqa: N818 - no error: the stage that failed raises its own
    """Another stage has failed; the one that waits here has nothing more to do."""


class BoundedQueue(Generic[T]):
    """A first-in, first-out queue for several producers and consumers.

    Args:
        capacity: items that it holds before ``put`` waits.
        producers: how many there are; the queue ends when each has called ``close``.
    """

    def __init__(self, capacity: int, producers: int = 1) -> None:
        self._capacity = capacity
        self._producers = producers
        self._items: deque[T] = deque()
        self._high_water = 0
        self._aborted = self._unwanted = False
        self._lock = threading.Lock()
        self._may_put = threading.Condition(self._lock)
        self._may_get = threading.Condition(self._lock)

    def put(self, item: T) -> None:
        """Append an item; waits while the queue is full.

        Raises:
            QueueAborted: before or while waiting.
            RuntimeError: every producer has closed it.
        """
        with self._lock:
            self._may_put.wait_for(lambda: self._aborted or len(self._items) < self._capacity)
            if self._aborted:
                raise QueueAborted
            if not self._producers:
                raise RuntimeError("put into a queue that its producers have closed")
            if self._unwanted:
                return
            self._items.append(item)
            self._high_water = max(self._high_water, len(self._items))
            self._may_get.notify()

    def __iter__(self) -> Iterator[T]:
        """Take items until the producers have closed the queue and it is empty; each goes to one consumer.

        Raises:
            QueueAborted: before or while waiting.
        """
        while True:
            with self._lock:
                self._may_get.wait_for(lambda: self._aborted or self._items or not self._producers)
                if self._aborted:
                    raise QueueAborted
                if not self._items:
                    return
                item = self._items.popleft()
                self._may_put.notify()
            yield item
            del item  # it may be megabytes, and the next one may be long in coming

    def join(self) -> bool:
        """One producer more; it closes the queue as the others do.

        Returns:
            False if the queue has ended: then there is nothing more to be put.
        """
        with self._lock:
            if self._aborted or not self._producers:
                return False
            self._producers += 1
            return True

    def close(self) -> None:
        """One producer has put its last item."""
        with self._lock:
            self._producers -= 1
            self._may_get.notify_all()

    def discard(self) -> None:
        """Let go of the items, and of all that are still put: what was taken is not followed by any of them."""
        with self._lock:
            self._unwanted = True
            self._items.clear()
            self._may_put.notify_all()

    def abort(self) -> None:
        """Let go of the items, and of everyone who waits."""
        with self._lock:
            self._aborted = True
            self._items.clear()
            self._may_put.notify_all()
            self._may_get.notify_all()

    @property
    def figures(self) -> QueueFigures:
        """How full it is and was."""
        with self._lock:
            return QueueFigures(len(self._items), self._high_water, self._capacity)
