"""The pool of processes, for plug-ins that hold the GIL: batches in shared memory, a few words over a pipe."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.shared_memory import SharedMemory
from secrets import token_hex
from types import TracebackType
from typing import Self

from driver.config.pipeline import Pipeline
from driver.core.records import LoadBatch
from mfdecode.errors import MfdecodeError
from mfdecode.framing import RawBatch

from .processors import Processor
from .slots import RawSlot, ResultSlot, Sent, SlotPlan, map_segment
from .worker import Defect, Reply, Task, work

_FAREWELL = 5.0
"""Seconds that a worker may take to end by itself, with what a plug-in does then."""
_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy the locks that other threads hold


class WorkerDefectError(RuntimeError):
    """A defect in a worker process; the text is its traceback there."""


@dataclass(frozen=True, slots=True)
class _Worker:
    number: int
    process: SpawnProcess
    connection: Connection

    def reply(self, busy: str) -> Reply:
        """Wait for a reply.

        Raises:
            MfdecodeError: the worker says so.
            WorkerDefectError: the same of what nobody has foreseen.
            ChildProcessError: it is gone.
        """
        with self._alive(busy):
            reply: Reply = self.connection.recv()
        if isinstance(reply, MfdecodeError):
            raise reply
        if isinstance(reply, Defect):
            raise WorkerDefectError(f"in worker process {self.number}:\n{reply.traceback}")
        return reply

    def send(self, task: Task, busy: str) -> None:
        """Give the worker something to do.

        Raises:
            ChildProcessError: it is gone.
        """
        with self._alive(busy):
            self.connection.send(task)

    @contextmanager
    def _alive(self, busy: str) -> Iterator[None]:
        try:
            yield
        except (EOFError, ConnectionError):
            self.process.join(_FAREWELL)
            code = self.process.exitcode or 0
            how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
            hint = "; is there too little memory, or did somebody kill it?" if code == -signal.SIGKILL else ""
            raise ChildProcessError(f"worker process {self.number} {how} while {busy}{hint}") from None


class ProcessPool:
    """Processes in worker processes; each processor thread has one of them to itself.

    The segment's name is gone as soon as all workers have opened it: its memory goes with the last process that has
    it, however that ends.

    Args:
        processor: of the job.
        build: makes the same processor in a worker; is pickled.
        settings: of the pipeline.
    """

    def __init__(self, processor: Processor, build: Callable[[], Processor], settings: Pipeline) -> None:
        self._plan = SlotPlan(processor, settings)
        self._build = build
        self._settings = settings
        self._workers: list[_Worker] = []
        self._segments: list[SharedMemory] = []
        self._raw_slots: list[RawSlot] = []
        self._result_slots: list[ResultSlot] = []
        self._free: deque[int] = deque()

    def __enter__(self) -> Self:
        """Start the workers and wait until they are ready.

        Raises:
            MfdecodeError: the job cannot be compiled in a worker.
            OSError: the shared memory is too small, or a worker does not start.
        """
        try:
            self._start()
        except BaseException:
            self.kill()
            raise
        return self

    def _start(self) -> None:
        segment = SharedMemory(f"mfdecode-{os.getpid()}-{token_hex(4)}", create=True, size=1)
        self._segments.append(segment)
        segment.close()  # its name is what is wanted; it is given its size, and mapped, so that arrays keep it
        try:
            memory = map_segment(segment.name, self._plan.size, allocate=True)
        except OSError as error:
            raise OSError(
                f"pool: process needs {self._plan.size:,} bytes of shared memory, and there is not so much: "
                f"{error.strerror}; lower pipeline.write_queue or pipeline.batch_size, or enlarge /dev/shm"
            ) from error
        self._raw_slots, self._result_slots = self._plan.slots(memory)
        self._free.extend(range(len(self._result_slots)))
        for number in range(self._settings.most_processors):
            self._workers.append(self._spawn(number, segment.name))
        for worker in self._workers:
            worker.reply("starting")
        self._unlink()

    def _spawn(self, number: int, segment: str) -> _Worker:
        here, there = _SPAWN.Pipe()
        process = _SPAWN.Process(
            target=work, args=(there, number, segment, self._build, self._settings), name=f"processor-{number}"
        )
        # A worker is born with these signals blocked: a terminal sends them to it too, and it ends by our word alone.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        there.close()
        return _Worker(number, process, here)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.connection.close()  # which a worker reads as the end
        for worker in self._workers:
            worker.process.join(_FAREWELL)
        self.kill()

    def process(self, raw: RawBatch, worker: int) -> LoadBatch:
        """Have a worker decode, validate and transform."""
        # There are as many slots as batches on their way, so that one is free.
        slot = self._free.popleft()
        busy = f"it had batch {raw.number} (from record {raw.first_record})"
        sent = self._raw_slots[worker].put(raw)
        self._workers[worker].send(Task(sent, slot), busy)
        reply = self._workers[worker].reply(busy)
        assert isinstance(reply, Sent)  # noqa: S101 - Ready comes first, the others are raised
        return self._result_slots[slot].get(reply, sent, partial(self._free.append, slot))

    def kill(self) -> None:
        """End the workers at once, and the segment's name."""
        for worker in self._workers:
            worker.process.kill()
            worker.process.join()
        self._unlink()

    def _unlink(self) -> None:
        while self._segments:
            self._segments.pop().unlink()
