from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from driver.batch.run_folder import RunFolder
from driver.batch.watching.clock import Clock
from driver.batch.watching.metrics_file import MetricsFile
from driver.batch.watching.outlets import Outlets
from driver.batch.watching.status import RunStage, Status, read_status
from driver.batch.watching.watch import Sources, Watch
from driver.pipeline.bottleneck import Threads
from driver.pipeline.metrics import PipelineFigures, QueueFigures, StageFigures
from driver.repository.target import RunRecord, RunState

SIZE = 1_000_000
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Run:
    """A run whose clocks and figures the test sets."""

    folder: Path
    wall: float = NOON.timestamp()
    steady: float = 1_000.0
    figures: PipelineFigures = field(init=False)
    retries: int = 0

    def __post_init__(self) -> None:
        self.figures = self.pipeline(0)
        self.files = RunFolder(self.folder / "runs", "RUN1")
        self.files.create()
        self.console = Console(file=StringIO(), width=200)

    def watch(self, *, every: float = 10.0, metrics: Path | None = None) -> Watch:
        """A watch that looks when it is told to; it is not entered."""
        record = RunRecord("RUN1", "payments", "payments.dat", SIZE, "", "", "{}", "[]", NOON)
        sources = Sources(lambda: self.figures, lambda: self.retries, lambda: Threads(1, 2, 2))
        outlets = Outlets(self.files, MetricsFile(metrics).write if metrics else None, self.console)
        clock = Clock(lambda: self.wall, lambda: self.steady)
        return Watch(record, sources, outlets, self.console, every=every, clock=clock)

    def after(self, seconds: float, figures: PipelineFigures | None = None) -> None:
        """Let time pass, and work be done in it."""
        self.wall += seconds
        self.steady += seconds
        self.figures = figures or self.figures

    @staticmethod
    def pipeline(written: int, *, raw: int = 0, write: int = 0, busy: float = 0.0) -> PipelineFigures:
        """The figures when so many records of 100 bytes are through all stages; the writers took the time."""
        done = StageFigures(batches=written // 100, records=written, bytes=100 * written, rejected=written // 1_000)
        return PipelineFigures(
            passed=StageFigures(),
            read=done,
            processed=done,
            written=replace(done, busy=busy),
            raw_queue=QueueFigures(raw, raw, 20),
            write_queue=QueueFigures(write, write, 10),
            parts=(done,),
            workers=(done,),
            writers=2,
            consumed=done.bytes,
        )

    @property
    def status(self) -> Status:
        return read_status(self.files.status)

    @property
    def said(self) -> str:
        file = self.console.file
        assert isinstance(file, StringIO)
        return file.getvalue()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


@pytest.fixture
def status() -> Status:
    """Of a run that loads."""
    done = StageFigures(batches=10, records=1_000, bytes=100_000, busy=2.5)
    return Status(
        run_id="RUN1",
        job="payments",
        file="payments.dat",
        file_size=SIZE,
        state=RunState.LOADING,
        stage=RunStage.LOAD,
        since=NOON,
        started=NOON,
        updated=NOON,
        seconds=10.0,
        pid=1,
        host="here",
        passed=StageFigures(),
        read=done,
        processed=done,
        written=done,
        raw_queue=QueueFigures(5, 5, 20),
        write_queue=QueueFigures(5, 5, 10),
        loaded=100_000,
        rejected=3,
        retries=2,
        records_per_second=100.0,
        bytes_per_second=10_000.0,
        remaining_seconds=90.0,
        bottleneck=None,
        stopping=None,
        ending=None,
    )
