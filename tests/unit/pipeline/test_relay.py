"""The batches of a file take turns in its order, whoever comes first."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from driver.pipeline.queues import QueueAborted
from driver.pipeline.relay import Relay


def test_turns_come_in_order_whoever_waits_first():
    relay, order = Relay(), []
    waits = [threading.Event() for _ in range(5)]

    def take(number: int) -> None:
        waits[number].set()
        with relay.turn(number):
            order.append(number)

    with ThreadPoolExecutor(5) as pool:
        turns = [pool.submit(take, number) for number in (4, 3, 2, 1)]
        for number in (1, 2, 3, 4):
            assert waits[number].wait(10)
        assert order == []
        turns.append(pool.submit(take, 0))
        for turn in turns:
            turn.result(10)
    assert order == [0, 1, 2, 3, 4]


def test_nobody_waits_for_a_batch_that_has_failed():
    relay = Relay()

    def take(number: int) -> None:
        with relay.turn(number):
            pass

    with ThreadPoolExecutor(1) as pool:
        turn = pool.submit(take, 1)
        relay.abort()
        with pytest.raises(QueueAborted):
            turn.result(10)
