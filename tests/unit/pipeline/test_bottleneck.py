"""Which stage holds up the others, over a table of cases."""

import pytest

from driver.pipeline.bottleneck import ADVICE, Stage, Threads, bottleneck, is_nearly_full
from driver.pipeline.metrics import PipelineFigures, QueueFigures, StageFigures

SECONDS = 10.0
THREADS = Threads(readers=1, processors=4, writers=2)


def figures(busy: tuple[float, float, float], raw: int, write: int) -> PipelineFigures:
    read, processed, written = (StageFigures(busy=seconds) for seconds in busy)
    queues = QueueFigures(raw, raw, 20), QueueFigures(write, write, 10)
    return PipelineFigures(StageFigures(), read, processed, written, *queues, (), (), 2, 0)


@pytest.mark.parametrize(
    ("busy", "raw", "write", "stage"),
    [
        # seconds of work of readers, processors and writers in ten; depths of the queues before and after
        ((1, 4, 20), (20, 20), (10, 10), Stage.WRITERS),
        ((1, 40, 20), (20, 20), (2, 1), Stage.PROCESSORS),
        ((0, 0, 0), (20, 20), (10, 10), Stage.WRITERS),  # stalled: a transaction that lasts longer than the interval
        ((0, 0, 0), (20, 20), (0, 0), Stage.PROCESSORS),
        ((1, 40, 4), (20, 20), (8, 8), Stage.WRITERS),  # 80 % is nearly full
        ((1, 40, 4), (16, 16), (8, 7), Stage.PROCESSORS),  # 75 % on average is not
        ((9, 4, 2), (0, 0), (0, 0), Stage.READERS),
        ((9, 4, 2), (0, 20), (0, 10), Stage.READERS),  # full for a moment only
        ((6, 38, 8), (10, 12), (1, 2), Stage.PROCESSORS),  # busiest by thread, not by sum
        ((6, 20, 19), (10, 12), (1, 2), Stage.WRITERS),
        ((4.9, 19, 9), (5, 5), (3, 3), None),
        ((0, 0, 0), (0, 0), (0, 0), None),
    ],
)
def test_the_stage_that_the_others_wait_for(busy, raw, write, stage):
    before = figures((100, 100, 100), raw[0], write[0])
    after = figures(tuple(100 + more for more in busy), raw[1], write[1])
    assert bottleneck(before, after, SECONDS, THREADS) == stage


def test_in_no_time_nothing_stands_out():
    same = figures((1, 1, 1), 3, 3)
    assert bottleneck(same, same, 0.0, THREADS) is None


@pytest.mark.parametrize(("depth", "full"), [(7, False), (8, True), (10, True)])
def test_a_queue_is_nearly_full_from_80_percent_on(depth, full):
    assert is_nearly_full(QueueFigures(depth, depth, 10)) == full


def test_each_stage_has_its_advice():
    assert set(ADVICE) == set(Stage)
