"""The reader stage: the batches of each part of the input, in order, to the processors."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from xxhash import xxh3_128

from mfdecode.framing import Frames, RawBatch

from .metrics import StageCounter
from .queues import BoundedQueue


@dataclass(slots=True)
class PartReading:
    """What is known of a part while it is read: how much, the checksum of that, and whether it was all."""

    counter: StageCounter = field(default_factory=StageCounter)
    digest: xxh3_128 = field(default_factory=xxh3_128)
    whole: bool = False


def read_parts(
    waiting: deque[Frames],
    raw_queue: BoundedQueue[RawBatch],
    stop: threading.Event,
    parts: Sequence[PartReading],
    counter: StageCounter,
) -> None:
    """Read one part after the other until none is left or a stop is asked for, which is heeded between two batches.

    Args:
        waiting: the parts that no reader has begun; shared by the readers.
        raw_queue: where the batches go; closed at the end.
        stop: set by whoever wants no more to be read.
        parts: filled in, by their numbers.
        counter: of this reader.

    Raises:
        FramingError: a part does not divide into records.
        OSError: it cannot be read.
    """
    while not stop.is_set():
        try:
            frames = waiting.popleft()
        except IndexError:
            break
        _read(frames, raw_queue, stop, parts[frames.part.number], counter)
    raw_queue.close()


def _read(
    frames: Frames,
    raw_queue: BoundedQueue[RawBatch],
    stop: threading.Event,
    part: PartReading,
    counter: StageCounter,
) -> None:
    batches = iter(frames)
    while not stop.is_set():
        began = perf_counter()
        raw = next(batches, None)
        if raw is None:
            part.whole = True
            break
        part.digest.update(raw.data)
        busy = perf_counter() - began
        for each in (part.counter, counter):
            each.add(records=raw.records, size=raw.end - raw.start, busy=busy)
        raw_queue.put(raw)
