"""The reader stage: the file's batches, in order, to the processors."""

import hashlib
import threading
from time import perf_counter

from mfdecode.framing import Frames, RawBatch

from .metrics import StageCounter
from .queues import BoundedQueue


def read_batches(
    frames: Frames,
    raw_queue: BoundedQueue[RawBatch],
    stop: threading.Event,
    counter: StageCounter,
    digest: "hashlib._Hash",
) -> None:
    """Read until the file ends or a stop is asked for, which is heeded between two batches.

    Args:
        frames: the open file.
        raw_queue: where the batches go; closed at the end.
        stop: set by whoever wants no more to be read.
        counter: of this stage.
        digest: gets the bytes of every batch, in the file's order; without the GIL, at more than 1 GB/s.

    Raises:
        FramingError: the file does not divide into records.
        OSError: it cannot be read.
    """
    batches = iter(frames)
    while not stop.is_set():
        began = perf_counter()
        raw = next(batches, None)
        if raw is None:
            break
        digest.update(raw.data)
        counter.add(records=raw.records, size=raw.end - raw.start, busy=perf_counter() - began)
        raw_queue.put(raw)
    raw_queue.close()
