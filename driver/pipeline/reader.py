"""The reader stage: the batches of each part of the input, in order, to the processors."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from time import perf_counter

from xxhash import xxh3_128

from mfdecode.errors import FramingError
from mfdecode.framing import Frames, Part, RawBatch

from .committed import Committed, CommittedRange, batch_checksum
from .metrics import StageCounter
from .queues import BoundedQueue


@dataclass(slots=True)
class PartReading:
    """What is known of a part while it is read.

    Attributes:
        counter: what is read of it now.
        passed: what was loaded before.
        digest: of all of it, as long as nothing is passed over.
        whole: it has been read to its end.
    """

    counter: StageCounter = field(default_factory=StageCounter)
    passed: StageCounter = field(default_factory=StageCounter)
    digest: xxh3_128 | None = field(default_factory=xxh3_128)
    whole: bool = False


def read_parts(
    waiting: deque[Frames],
    raw_queue: BoundedQueue[RawBatch],
    stop: threading.Event,
    parts: Sequence[PartReading],
    committed: Committed,
    counter: StageCounter,
) -> None:
    """Read one part after the other until none is left or a stop is asked for, which is heeded between two batches.

    Args:
        waiting: the parts that no reader has begun; shared by the readers.
        raw_queue: where the batches go; closed at the end.
        stop: set by whoever wants no more to be read.
        parts: filled in, by their numbers.
        committed: batches that are loaded already.
        counter: of this reader.

    Raises:
        FramingError: a part does not divide into records, or is not what was loaded of it.
        OSError: it cannot be read.
    """
    while not stop.is_set():
        try:
            frames = waiting.popleft()
        except IndexError:
            break
        _PartReader(frames, raw_queue, stop, parts[frames.part.number], committed, counter).read()
    raw_queue.close()


@dataclass(frozen=True, slots=True)
class _PartReader:
    """Reads one part."""

    frames: Frames
    raw_queue: BoundedQueue[RawBatch]
    stop: threading.Event
    part: PartReading
    committed: Committed
    counter: StageCounter

    def read(self) -> None:
        """Hand on all batches but those that are loaded already."""
        place = self.frames.part.place
        for range_ in () if self.committed.read_again else self.committed.of_part(self.frames.part.number):
            wanted = range_.first - place.batch
            if wanted and self._hand_on(islice(self.frames.batches_from(place), wanted)) < wanted:
                if self.stop.is_set():
                    return
                raise _changed(self.frames.part, range_.start, range_.after.record - range_.records)
            self._pass_over(range_)
            place = range_.after
        self._hand_on(self.frames.batches_from(place))
        self.part.whole = not self.stop.is_set()

    def _hand_on(self, batches: Iterator[RawBatch]) -> int:
        """Read batches, and hand them on; return how many."""
        count = 0
        while not self.stop.is_set():
            began = perf_counter()
            raw = next(batches, None)
            if raw is None:
                break
            count += 1
            raw = replace(raw, checksum=batch_checksum(raw))  # here, where the bytes are in cache
            if self.part.digest is not None:
                self.part.digest.update(raw.data)
            loaded = self._is_loaded(raw)
            busy = perf_counter() - began
            self.counter.add(records=raw.records, size=raw.end - raw.start, busy=busy)
            each = self.part.passed if loaded else self.part.counter
            each.add(records=raw.records, size=raw.end - raw.start, busy=busy)
            if loaded and not self.committed.process_again:
                self.frames.recycle(raw)
            else:
                self.raw_queue.put(raw)
        return count

    def _is_loaded(self, raw: RawBatch) -> bool:
        """Whether a batch that is read again was loaded before.

        Raises:
            FramingError: it was, with other bytes.
        """
        checksum = self.committed.checksum(raw)
        if checksum is None:
            return False
        if checksum != raw.checksum:
            raise _changed(self.frames.part, raw.start, raw.first_record)
        return True

    def _pass_over(self, range_: CommittedRange) -> None:
        self.part.digest = None
        self.part.passed.add(
            batches=len(range_.checksums), records=range_.records, size=range_.after.start - range_.start, busy=0.0
        )


def _changed(part: Part, start: int, record: int) -> FramingError:
    return FramingError(
        "what is here now is not what was loaded from here: the file has changed since the run began. Put the file "
        "back as it was and resume, or begin a new run with it",
        path=part.path,
        offset=start,
        record=record,
    )
