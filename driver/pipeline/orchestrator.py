"""The pipeline of a run: the readers, the processors, the writers, and the bounded queues between them."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial

from structlog.contextvars import bound_contextvars

from driver.config.model import Pipeline
from driver.core.records import LoadBatch
from driver.repository.target import BatchWriter
from mfdecode.framing import Parts, RawBatch

from .metrics import PipelineFigures, StageCounter, added_up
from .processors import Process, process_batches
from .queues import BoundedQueue, QueueAborted
from .reader import read_parts
from .writers import write_batches

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
        reject_limit: rejected records that are borne; one more sets ``stop``.
    """

    def __init__(
        self,
        parts: Parts,
        process: Process,
        connect: Callable[[], BatchWriter],
        settings: Pipeline,
        *,
        stop: threading.Event,
        reject_limit: int,
    ) -> None:
        self._parts = parts
        self._process = process
        self._connect = connect
        self._settings = settings
        self._stop = stop
        self._reject_limit = reject_limit
        self._readers = min(settings.readers, len(parts))
        self._raw_queue: BoundedQueue[RawBatch] = BoundedQueue(settings.raw_queue, self._readers)
        self._write_queue: BoundedQueue[LoadBatch] = BoundedQueue(settings.write_queue, settings.processors)
        self._read = tuple(StageCounter() for _ in parts)
        self._processed, self._written = StageCounter(), StageCounter()

    @property
    def figures(self) -> PipelineFigures:
        """What has been done so far."""
        parts = tuple(counter.figures for counter in self._read)
        return PipelineFigures(
            added_up(parts),
            self._processed.figures,
            self._written.figures,
            self._raw_queue.figures,
            self._write_queue.figures,
            parts,
        )

    def run(self, tick: Callable[[PipelineFigures], None]) -> None:
        """Return when every batch that was read is loaded.

        Args:
            tick: called a few times a second while the stages work, in the caller's thread.

        Raises:
            Exception: the first that any stage raised; the others were stopped at once, between two batches.
        """
        stages = self._stages()
        with ThreadPoolExecutor(len(stages), thread_name_prefix="pipeline") as pool:
            try:
                pending = {pool.submit(copy_context().run, _bound, name, body) for name, body in stages.items()}
                while pending:
                    done, pending = wait(pending, timeout=_TICK, return_when=FIRST_EXCEPTION)
                    _raise_first(done)
                    tick(self.figures)
            finally:
                # Whatever ends the loop above, no stage is left waiting for another.
                self._raw_queue.abort()
                self._write_queue.abort()

    def _stages(self) -> dict[str, Callable[[], None]]:
        """What each thread does, by its worker id."""
        waiting = deque(self._parts)
        stages: dict[str, Callable[[], None]] = {
            f"reader-{worker}": partial(read_parts, waiting, self._raw_queue, self._stop, self._read)
            for worker in range(self._readers)
        }
        for worker in range(self._settings.processors):
            stages[f"processor-{worker}"] = partial(
                process_batches,
                self._process,
                worker,
                self._raw_queue,
                self._write_queue,
                self._parts.recycle,
                self._processed,
                self._refuse,
            )
        for worker in range(self._settings.writers):
            stages[f"writer-{worker}"] = partial(
                write_batches, self._connect, self._write_queue, self._written, self._refuse
            )
        return stages

    def _refuse(self, rejected: int) -> None:
        """Read no more when the limit of rejected records is passed."""
        if rejected > self._reject_limit:
            self._stop.set()


def _bound(worker_id: str, body: Callable[[], None]) -> None:
    with bound_contextvars(worker_id=worker_id):
        body()


def _raise_first(done: set[Future[None]]) -> None:
    for future in done:
        error = future.exception()
        if error is not None and not isinstance(error, QueueAborted):
            raise error
