"""Which stage holds up the others, and what the operator may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .metrics import PipelineFigures, QueueFigures, StageFigures

NEARLY_FULL = 0.8
"""The share of a queue's capacity from which those who empty it are too slow."""

_BUSY = 0.5
"""The share of its threads' time that a stage must be at work to be what the others wait for."""


class Stage(StrEnum):
    """The stages of the pipeline, in the order of the data."""

    READERS = "readers"
    PROCESSORS = "processors"
    WRITERS = "writers"


ADVICE: Mapping[Stage, str] = {
    Stage.READERS: "the input comes no faster, and more of the others would change nothing; a disk or network that "
    "gives more to several at once → pipeline.reading_mode: multi",
    Stage.PROCESSORS: "CPU < 70 % → increase pipeline.processors; CPU > 90 % → decrease; "
    "rules in Python → pipeline.pool: process",
    Stage.WRITERS: "queue growing → increase pipeline.writers; DB overloaded → decrease; "
    "DB slow → try pipeline.batch_size 10000; DB locks → try 2000",
}
"""What helps a stage that holds up the others, in the words of the tuning table."""


@dataclass(frozen=True, slots=True)
class Threads:
    """How many there are of each stage."""

    readers: int
    processors: int
    writers: int


def bottleneck(before: PipelineFigures, after: PipelineFigures, seconds: float, threads: Threads) -> Stage | None:
    """The stage that the others waited for.

    A queue that stays nearly full tells it: who empties it is slow, and the last such queue counts, since it is what
    fills those before it. Where none does, it is the stage whose threads were busiest.

    Args:
        before: the figures when the interval began.
        after: and when it ended.
        seconds: in between.
        threads: of each stage.

    Returns:
        None where no stage stands out: nothing was done yet, or all of them wait for one another.
    """
    if _fill(before.write_queue, after.write_queue) >= NEARLY_FULL:
        return Stage.WRITERS
    if _fill(before.raw_queue, after.raw_queue) >= NEARLY_FULL:
        return Stage.PROCESSORS
    shares = {
        Stage.READERS: _share(before.read, after.read, seconds * threads.readers),
        Stage.PROCESSORS: _share(before.processed, after.processed, seconds * threads.processors),
        Stage.WRITERS: _share(before.written, after.written, seconds * threads.writers),
    }
    busiest = max(shares, key=lambda stage: shares[stage])
    return busiest if shares[busiest] >= _BUSY else None


def is_nearly_full(queue: QueueFigures) -> bool:
    """Whether those who empty it are too slow just now."""
    return queue.depth >= NEARLY_FULL * queue.capacity


def _fill(before: QueueFigures, after: QueueFigures) -> float:
    return (before.depth + after.depth) / 2 / after.capacity


def _share(before: StageFigures, after: StageFigures, seconds: float) -> float:
    return (after.busy - before.busy) / seconds if seconds > 0 else 0.0
