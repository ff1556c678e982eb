"""What the terminal shows while a run loads, or a file is split: how far, how fast, how long still."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from driver.pipeline.bottleneck import Stage
from driver.pipeline.metrics import PipelineFigures

from .splitting import SplitStage


class LoadProgress:
    """A bar by the bytes that are loaded; nothing at all where standard error is no terminal.

    Args:
        console: on standard error.
        size: bytes of the file.
    """

    def __init__(self, console: Console, size: int) -> None:
        self._progress = Progress(
            BarColumn(bar_width=12),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]:,.0f} records/s {task.fields[speed]:,.0f} MB/s"),
            TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True, min_width=7)),
            TextColumn("{task.fields[trouble]}"),
            TextColumn("queues {task.fields[queues]}"),
            console=console,
            disable=not console.is_terminal,
            auto_refresh=False,
        )
        self._task = self._progress.add_task("load", total=size, rate=0.0, speed=0.0, trouble="", queues="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, figures: PipelineFigures, retries: int, bottleneck: Stage | None) -> None:
        """Draw it anew.

        Args:
            figures: of the pipeline.
            retries: transactions that were tried again.
            bottleneck: the stage that holds up the others, if one does.
        """
        elapsed = self._progress.tasks[0].elapsed or 0.0
        rejected = figures.passed.rejected + figures.processed.rejected
        self._progress.update(
            self._task,
            completed=figures.loaded,
            rate=figures.written.records / elapsed if elapsed else 0.0,
            speed=figures.written.bytes / elapsed / 1e6 if elapsed else 0.0,
            trouble=f"{rejected:,} rejects" + (f" {retries:,} retries" if retries else ""),
            queues=f"{figures.raw_queue.depth}/{figures.write_queue.depth}"
            + (f", {bottleneck} slow" if bottleneck else ""),
            refresh=True,
        )


def stage_clock(console: Console, stage: str) -> Progress:
    """What turns while a stage takes its time, of which nothing tells how far it is; nothing where it is no terminal.

    Args:
        console: on standard error.
        stage: its name.
    """
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    progress.add_task(stage, total=None)
    return progress


class SplitBars:
    """A bar for each stage of a split as it begins; nothing at all where standard error is no terminal.

    Args:
        console: on standard error.
    """

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(compact=True),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[SplitStage, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, stage: SplitStage, done: int, total: int) -> None:
        """Draw a stage anew."""
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage.value, total=total)
        self._progress.update(self._tasks[stage], completed=done)
