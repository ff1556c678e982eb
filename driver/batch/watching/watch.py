"""Watches a run: once a second it looks at the figures, and has them told."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog
from rich.console import Console

from driver.batch.progress import LoadProgress, stage_clock
from driver.pipeline.bottleneck import Threads
from driver.pipeline.metrics import PipelineFigures
from driver.repository.target import RunRecord, RunState

from .clock import Clock
from .outlets import Outlets
from .pace import Pace
from .status import Ending, RunStage, Status

_LOOK = 1.0
"""Seconds between two looks."""

_STATES = {
    RunStage.BEGIN: RunState.LOADING,
    RunStage.LOAD: RunState.LOADING,
    RunStage.COUNT: RunState.LOADING,
    RunStage.MERGE: RunState.LOADED,
    RunStage.RECONCILE: RunState.MERGED,
}
"""How far a run has come that is in the stage."""

_FAULT = 1
"""The exit code of Python after an exception that nobody expected."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the figures of a run come from; asked at any time, by any thread.

    Attributes:
        figures: of the pipeline.
        retries: transactions that were tried again so far.
        threads: of each stage of the pipeline, of which there may be more later.
    """

    figures: Callable[[], PipelineFigures]
    retries: Callable[[], int]
    threads: Callable[[], Threads]


class Watch:
    """Entered for as long as a run goes on; looks in a thread of its own, so that a long MERGE is seen to be alive.

    Args:
        run: the run.
        sources: of its figures.
        outlets: where they go.
        console: on standard error.
        every: seconds between two lines of the log; the pace, too, is that of the last so many seconds.
        clock: of this machine.
    """

    def __init__(
        self,
        run: RunRecord,
        sources: Sources,
        outlets: Outlets,
        console: Console,
        *,
        every: float,
        clock: Clock | None = None,
    ) -> None:
        self._run = run
        self._sources = sources
        self._outlets = outlets
        self._console = console
        self._every = every
        self._clock = clock or Clock()
        self._log = structlog.get_logger()
        self._lock = threading.Lock()
        self._left = threading.Event()
        self._ending: tuple[RunState, Ending] | None = None
        self._stopping: str | None = None
        self._stage, self._since = RunStage.BEGIN, self._clock.now()
        self._began = self._told = self._clock.seconds()
        self._pace = Pace(every, self._began, sources.figures())
        self._turning = ExitStack()

    def __enter__(self) -> Self:
        self.look()
        self._thread = threading.Thread(target=copy_context().run, args=(self._watch,), name="watch", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join()
        self._turning.close()
        if kind is not None:
            self.end(RunState.FAILED, _FAULT, f"stopped by {kind.__name__}, a fault of the program")
        with self._lock:
            self._leave_load()
            status = self._status()
            self._outlets.tell(status)
            self._outlets.tell_metrics(status)

    @contextmanager
    def bar(self) -> Iterator[Callable[[PipelineFigures], None]]:
        """What the terminal shows of the load: what is yielded draws it anew."""
        with LoadProgress(self._console, self._run.file_size) as progress:
            yield lambda figures: progress.show(
                figures, self._sources.retries(), self._pace.of_late.bottleneck(self._sources.threads())
            )

    @property
    def stage(self) -> RunStage:
        """That the run is in."""
        return self._stage

    def enter(self, stage: RunStage) -> None:
        """The run begins a stage."""
        with self._lock:
            self._leave_load()
            self._turning.close()
            self._stage, self._since, self._began = stage, self._clock.now(), self._clock.seconds()
            if stage is RunStage.LOAD:
                self._pace = Pace(self._every, self._began, self._sources.figures())
            else:
                self._turning.enter_context(stage_clock(self._console, stage))
            status = self._status()
            self._outlets.tell(status)
            if stage is RunStage.LOAD:
                self._outlets.sample(status)

    def stop(self, signal: str) -> None:
        """The run has been told to stop, and drains.

        Args:
            signal: that has told it to.
        """
        self._stopping = signal

    def end(self, state: RunState, exit_code: int, message: str) -> None:
        """The run has ended, which is told when the context is left."""
        self._ending = state, Ending(self._clock.now(), exit_code, message)

    def look(self) -> None:
        """Look at the figures, and have them told as it is time."""
        with self._lock:
            if jump := self._clock.jump():
                self._log.warning("clock_set", seconds=round(jump, 1), effect="none: durations are by another clock")
            if self._stage is RunStage.LOAD:
                self._pace.see(self._clock.seconds(), self._sources.figures())
            status = self._status()
            self._outlets.tell(status)
            if self._stage is RunStage.LOAD:
                self._outlets.sample(status)
            if self._clock.seconds() - self._told >= self._every:
                self._told = self._clock.seconds()
                self._outlets.tell_all(status)

    def _watch(self) -> None:
        while not self._left.wait(min(_LOOK, self._every)):
            self.look()

    def _leave_load(self) -> None:
        """Take the last figures of the load, if that is what the run does."""
        if self._stage is RunStage.LOAD:
            self._pace.see(self._clock.seconds(), self._sources.figures())
            self._outlets.sample(self._status(), last=True)

    def _status(self) -> Status:
        figures = self._sources.figures()
        loading = self._stage is RunStage.LOAD and self._ending is None
        pace = self._pace.of_late if loading else self._pace.on_the_whole
        state, ending = self._ending or (_STATES[self._stage], None)
        return Status(
            run_id=self._run.run_id,
            job=self._run.job,
            file=self._run.file,
            file_size=self._run.file_size,
            state=state,
            stage=self._stage,
            since=self._since,
            started=self._run.started,
            updated=self._clock.now(),
            seconds=self._clock.seconds() - self._began,
            pid=os.getpid(),
            host=socket.gethostname(),
            passed=figures.passed,
            read=figures.read,
            processed=figures.processed,
            written=figures.written,
            raw_queue=figures.raw_queue,
            write_queue=figures.write_queue,
            loaded=int(figures.loaded),
            rejected=figures.passed.rejected + max(figures.processed.rejected, figures.written.rejected),
            retries=self._sources.retries(),
            records_per_second=pace.records_per_second,
            bytes_per_second=pace.bytes_per_second,
            remaining_seconds=pace.remaining_seconds(self._run.file_size) if loading else None,
            bottleneck=pace.bottleneck(self._sources.threads()) if loading else None,
            stopping=self._stopping,
            ending=ending,
        )
