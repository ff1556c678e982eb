"""The reader stage: the batches of each part of the input, in order, to the processors."""

import threading
from collections import deque
from collections.abc import Sequence
from time import perf_counter

from mfdecode.framing import Frames, RawBatch

from .metrics import StageCounter
from .queues import BoundedQueue


def read_parts(
    waiting: deque[Frames], raw_queue: BoundedQueue[RawBatch], stop: threading.Event, counters: Sequence[StageCounter]
) -> None:
    """Read one part after the other until none is left or a stop is asked for, which is heeded between two batches.

    Args:
        waiting: the parts that no reader has begun; shared by the readers.
        raw_queue: where the batches go; closed at the end.
        stop: set by whoever wants no more to be read.
        counters: of each part.

    Raises:
        FramingError: a part does not divide into records.
        OSError: it cannot be read.
    """
    while not stop.is_set():
        try:
            frames = waiting.popleft()
        except IndexError:
            break
        _read(frames, raw_queue, stop, counters[frames.part.number])
    raw_queue.close()


def _read(frames: Frames, raw_queue: BoundedQueue[RawBatch], stop: threading.Event, counter: StageCounter) -> None:
    batches = iter(frames)
    while not stop.is_set():
        began = perf_counter()
        raw = next(batches, None)
        if raw is None:
            break
        counter.add(records=raw.records, size=raw.end - raw.start, busy=perf_counter() - began)
        raw_queue.put(raw)
