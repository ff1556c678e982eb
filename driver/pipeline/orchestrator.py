"""The pipeline of a run: the readers, the processors, the writers, and the bounded queues between them."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial

import structlog
from structlog.contextvars import bound_contextvars
from xxhash import xxh3_128_hexdigest

from driver.config.pipeline import Pipeline
from driver.core.records import LoadBatch
from driver.core.reject_limits import RejectLimits
from driver.repository.target import BatchWriter
from mfdecode.framing import Parts, RawBatch

from .bottleneck import Stage, Threads
from .committed import Committed
from .growth import Crew, Growth
from .metrics import PipelineFigures, StageCounter, WorkerCounter, added_up
from .processors import Process, process_batches
from .queues import BoundedQueue, QueueAborted
from .reader import PartReading, read_parts
from .writers import write_batches

_Worker = tuple[str, Callable[[], None], StageCounter]
"""Its id, what it does, and what counts that."""

_TICK = 0.2
"""Seconds between two calls of ``tick``."""


class Orchestrator:
    """Moves every batch of an input from the readers through the processors to the writers, once.

    Args:
        parts: the open input.
        process: makes a batch to load of a raw one; called by all processor threads at once.
        connect: gives each writer thread its own connection.
        settings: how many threads, and how long the queues.
        stop: when set, by anyone, nothing more is read; what was read is processed and loaded.
        reject_limits: as soon as it is certain that one is passed, whatever is still to come, ``stop`` is set, and what
            waits to be processed is let go of.
        committed: batches that are loaded already.
        clock: seconds, never going back; by it stages set to ``auto`` are measured.
    """

    def __init__(
        self,
        parts: Parts,
        process: Process,
        connect: Callable[[], BatchWriter],
        settings: Pipeline,
        *,
        stop: threading.Event,
        reject_limits: RejectLimits,
        committed: Committed | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._parts = parts
        self._process = process
        self._connect = connect
        self._settings = settings
        self._stop = stop
        self._committed = Committed() if committed is None else committed
        self._reject_limits = reject_limits
        self._refused = False
        self._readers = min(settings.readers, len(parts))
        self._clock = clock
        crews = Crew.of(settings)
        self._threads = {stage: crew.first for stage, crew in crews.items()}
        self._growth = Growth(crews)
        self._raw_queue: BoundedQueue[RawBatch] = BoundedQueue(settings.raw_capacity, self._readers)
        self._write_queue: BoundedQueue[LoadBatch] = BoundedQueue(
            settings.write_capacity, self._threads[Stage.PROCESSORS]
        )
        self._read = tuple(PartReading() for _ in parts)
        self._processed, self._written = StageCounter(), StageCounter()
        self._workers: list[WorkerCounter] = []

    @property
    def figures(self) -> PipelineFigures:
        """What has been done so far."""
        passed = [part.passed.figures for part in self._read]
        read = [part.counter.figures for part in self._read]
        return PipelineFigures(
            added_up(passed),
            added_up(read),
            self._processed.figures,
            self._written.figures,
            self._raw_queue.figures,
            self._write_queue.figures,
            tuple(map(added_up, zip(passed, read, strict=True))),
            tuple(worker.figures for worker in self._workers),
            self._threads[Stage.WRITERS],
            self._parts.consumed,
        )

    @property
    def threads(self) -> Threads:
        """How many there are of each stage by now."""
        return Threads(self._readers, self._threads[Stage.PROCESSORS], self._threads[Stage.WRITERS])

    @property
    def loaded_all(self) -> bool:
        """Whether the input was read to its end, and all of it loaded."""
        return all(part.whole for part in self._read) and not self._refused

    @property
    def checksum(self) -> str | None:
        """XXH3-128 of the input in hexadecimal, of several parts that of theirs; None unless all of it has been read.

        Of a compressed file it is that of what the file holds.
        """
        digests = [part.digest for part in self._read if part.whole and part.digest is not None]
        if len(digests) < len(self._read):
            return None
        if len(digests) == 1:
            return digests[0].hexdigest()
        return xxh3_128_hexdigest(b"".join(digest.digest() for digest in digests))

    def run(self, tick: Callable[[PipelineFigures], None]) -> None:
        """Return when every batch that was read is loaded.

        Args:
            tick: called a few times a second while the stages work, in the caller's thread.

        Raises:
            Exception: the first that any stage raised; the others were stopped at once, between two batches.
        """
        most = self._readers + self._settings.most_processors + self._settings.most_writers
        with ThreadPoolExecutor(most, thread_name_prefix="pipeline") as pool:
            try:
                pending = {_begun(pool, *stage) for stage in self._stages()}
                while pending:
                    done, pending = wait(pending, timeout=_TICK, return_when=FIRST_EXCEPTION)
                    _raise_first(done)
                    figures = self.figures
                    tick(figures)
                    pending |= {_begun(pool, *stage) for stage in self._grown(figures)}
            finally:
                # Whatever ends the loop above, no stage is left waiting for another.
                self._raw_queue.abort()
                self._write_queue.abort()

    def _stages(self) -> Iterator[_Worker]:
        """What the threads do that there are from the beginning."""
        waiting = deque(self._parts)
        for worker in range(self._readers):
            read = StageCounter()
            body = partial(read_parts, waiting, self._raw_queue, self._stop, self._read, self._committed, read)
            yield f"reader-{worker}", body, read
        for worker in range(self._threads[Stage.PROCESSORS]):
            yield self._processor(worker)
        for worker in range(self._threads[Stage.WRITERS]):
            yield self._writer(worker)

    def _processor(self, worker: int) -> _Worker:
        counter = WorkerCounter(self._processed)
        self._workers.append(counter)
        body = partial(
            process_batches,
            self._process,
            worker,
            self._raw_queue,
            self._write_queue,
            self._parts.recycle,
            self._committed,
            counter,
            self._refuse,
        )
        return f"processor-{worker}", body, counter

    def _writer(self, worker: int) -> _Worker:
        counter = WorkerCounter(self._written)
        body = partial(write_batches, self._connect, self._write_queue, counter, self._refuse)
        return f"writer-{worker}", body, counter

    def _grown(self, figures: PipelineFigures) -> Iterator[_Worker]:
        """The thread that a stage set to ``auto`` gets now, if any."""
        decision = self._growth.look(self._clock(), figures)
        if decision is None:
            return
        log, rate = structlog.get_logger(), decision.records_per_second
        queues = {"raw_queue": figures.raw_queue.depth, "write_queue": figures.write_queue.depth}
        if (stage := decision.grow) is not None:
            worker = self._threads[stage]
            if stage is Stage.WRITERS:
                self._threads[stage] += 1
                yield self._writer(worker)
            elif self._write_queue.join():
                self._threads[stage] += 1
                yield self._processor(worker)
            log.info("stage_grown", stage=stage, threads=self._threads[stage], records_per_second=rate, **queues)
        if decision.settled:
            threads = {each.value: count for each, count in self._threads.items()}
            log.info("settled", **threads, records_per_second=rate, **queues)

    def _refuse(self, rejected: int) -> None:
        """Read no more when a limit of rejected records is passed, and process nothing more of what was read."""
        rejected += self._committed.rejected
        if rejected and self._reject_limits.passed(rejected, self._most_records()):
            self._refused = True
            self._stop.set()
            self._raw_queue.discard()

    def _most_records(self) -> int | None:
        """How many records the input has at most, by what is read of it and the bytes that are left."""
        most = 0
        for frames, reading in zip(self._parts, self._read, strict=True):
            part, read = frames.part, added_up((reading.counter.figures, reading.passed.figures))
            if part.records is not None:
                most += part.records
            elif part.end is not None:
                most += read.records + (part.end - part.start - read.bytes) // frames.framing.shortest
            elif reading.whole:
                most += read.records
            else:
                return None
        return most


def _begun(pool: ThreadPoolExecutor, worker_id: str, body: Callable[[], None], counter: StageCounter) -> Future[None]:
    return pool.submit(copy_context().run, _work, worker_id, body, counter)


def _work(worker_id: str, body: Callable[[], None], counter: StageCounter) -> None:
    """Do it under the worker's name, and log what was done."""
    with bound_contextvars(worker_id=worker_id):
        body()
        done = counter.figures
        structlog.get_logger().info(
            "worker_finished",
            batches=done.batches,
            records=done.records,
            rejected=done.rejected,
            busy_seconds=round(done.busy, 3),
        )


def _raise_first(done: set[Future[None]]) -> None:
    for future in done:
        error = future.exception()
        if error is not None and not isinstance(error, QueueAborted):
            raise error
