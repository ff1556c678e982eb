import threading
from collections import Counter
from collections.abc import Callable

import pytest

from driver.pipeline.queues import BoundedQueue, QueueAborted

PATIENCE = 10.0
"""Seconds after which a thread counts as stuck; no test waits that long unless it fails."""


class Caller(threading.Thread):
    """A thread that keeps what its function returned or raised."""

    def __init__(self, body: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._body = body
        self.error: Exception | None = None
        self.result: object = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self._body()
        except (QueueAborted, RuntimeError) as error:
            self.error = error

    def outcome(self) -> object:
        self.join(PATIENCE)
        assert not self.is_alive(), "the thread is stuck"
        return self.error if self.error is not None else self.result


def blocked(caller: Caller) -> bool:
    """Whether the thread is still waiting after every chance to go on."""
    caller.join(0.05)
    return caller.is_alive()


def test_items_come_out_in_the_order_they_went_in() -> None:
    queue: BoundedQueue[int] = BoundedQueue(3)
    for item in (1, 2, 3):
        queue.put(item)
    queue.close()
    assert list(queue) == [1, 2, 3]


def test_put_waits_while_the_queue_is_full_and_goes_on_when_an_item_is_taken() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1)
    queue.put(1)
    producer = Caller(lambda: queue.put(2))
    assert blocked(producer)
    items = iter(queue)
    assert next(items) == 1
    assert producer.outcome() is None
    assert next(items) == 2


def test_taking_waits_while_the_queue_is_empty_and_goes_on_when_an_item_is_put() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1)
    consumer = Caller(lambda: next(iter(queue)))
    assert blocked(consumer)
    queue.put(7)
    assert consumer.outcome() == 7


def test_it_ends_only_when_every_producer_has_closed_it() -> None:
    queue: BoundedQueue[int] = BoundedQueue(5, producers=2)
    queue.put(1)
    queue.close()
    consumer = Caller(lambda: list(queue))
    assert blocked(consumer)
    queue.put(2)
    queue.close()
    assert consumer.outcome() == [1, 2]


def test_closing_ends_every_consumer_that_waits() -> None:
    queue: BoundedQueue[int] = BoundedQueue(5)
    consumers = [Caller(lambda: list(queue)) for _ in range(4)]
    queue.close()
    assert [consumer.outcome() for consumer in consumers] == [[]] * 4


def test_a_put_after_the_last_close_is_an_error() -> None:
    queue: BoundedQueue[int] = BoundedQueue(5)
    queue.close()
    with pytest.raises(RuntimeError, match="closed"):
        queue.put(1)


def test_abort_lets_go_of_producers_that_wait() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1, producers=3)
    queue.put(0)
    producers = [Caller(lambda: queue.put(1)) for _ in range(3)]
    assert all(blocked(producer) for producer in producers)
    queue.abort()
    assert all(isinstance(producer.outcome(), QueueAborted) for producer in producers)


def test_abort_lets_go_of_consumers_that_wait() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1)
    consumers = [Caller(lambda: list(queue)) for _ in range(3)]
    assert all(blocked(consumer) for consumer in consumers)
    queue.abort()
    assert all(isinstance(consumer.outcome(), QueueAborted) for consumer in consumers)


def test_after_an_abort_nothing_goes_in_or_comes_out() -> None:
    queue: BoundedQueue[int] = BoundedQueue(5)
    queue.put(1)
    queue.close()
    queue.abort()
    with pytest.raises(QueueAborted):
        list(queue)
    with pytest.raises(QueueAborted):
        queue.put(2)


def test_the_figures_tell_depth_high_water_and_capacity() -> None:
    queue: BoundedQueue[int] = BoundedQueue(5)
    for item in range(3):
        queue.put(item)
    next(iter(queue))
    figures = queue.figures
    assert (figures.depth, figures.high_water, figures.capacity) == (2, 3, 5)


def test_many_producers_and_consumers_pass_every_item_on_exactly_once() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2, producers=4)

    def produce(first: int) -> None:
        for item in range(first, 2_000, 4):
            queue.put(item)
        queue.close()

    producers = [Caller(lambda first=first: produce(first)) for first in range(4)]
    consumers = [Caller(lambda: list(queue)) for _ in range(4)]
    taken: Counter[int] = Counter()
    for consumer in consumers:
        items = consumer.outcome()
        assert isinstance(items, list)
        taken.update(items)
    assert [producer.outcome() for producer in producers] == [None] * 4
    assert taken == Counter(range(2_000))
    assert queue.figures.high_water <= 2


def test_a_producer_that_joins_keeps_the_queue_open():
    queue = BoundedQueue[int](5)
    assert queue.join()
    queue.close()
    queue.put(7)
    queue.close()
    assert list(queue) == [7]


def test_no_producer_joins_a_queue_that_has_ended():
    ended, aborted = BoundedQueue[int](5), BoundedQueue[int](5)
    ended.close()
    aborted.abort()
    assert not ended.join()
    assert not aborted.join()
    assert list(ended) == []


def test_what_is_discarded_ends_the_queue_with_what_was_taken() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2, producers=1)
    queue.put(1)
    queue.put(2)
    taken = iter(queue)
    assert next(taken) == 1
    queue.put(3)
    queue.discard()
    for item in range(4, 9):
        queue.put(item)  # more than there is room for
    queue.close()
    assert list(taken) == []
    assert queue.figures.depth == 0
