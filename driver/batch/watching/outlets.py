"""Where a run tells how it goes: status file, samples, log and metrics."""

from collections.abc import Callable
from typing import Self

import structlog
from rich.console import Console

from driver.batch.error_text import error_text
from driver.batch.run_folder import RunFolder
from driver.batch.samples import Sample
from driver.config.model import Job

from .log_lines import LogLines
from .samples_file import SamplesFile
from .status import Status


class Outlets:
    """What cannot be written is told once, in the log and on the console; the run goes on.

    Args:
        folder: of the run; it is there.
        metrics: writes them, if they are written.
        console: on standard error.
    """

    def __init__(self, folder: RunFolder, metrics: Callable[[Status], None] | None, console: Console) -> None:
        self._status_file = folder.status
        self._samples = SamplesFile(folder.samples)
        self._lines = LogLines()
        self._metrics = metrics
        self._console = console
        self._log = structlog.get_logger()
        self._failing: set[str] = set()

    @classmethod
    def of_job(cls, job: Job, run_id: str, console: Console) -> Self:
        """Those that a job asks for.

        Raises:
            OSError: the run's folder cannot be made, or a metrics file that is there cannot be read.
        """
        folder = RunFolder(job.runs, run_id)
        folder.create()
        if job.metrics.textfile is None:
            return cls(folder, None, console)
        # Loaded only where it is used: an extra.
        from .metrics_file import MetricsFile  # noqa: PLC0415

        return cls(folder, MetricsFile(job.metrics.textfile).write, console)

    def tell(self, status: Status) -> None:
        """Replace the status file."""
        self._attempt("status", lambda: status.write(self._status_file))

    def tell_all(self, status: Status) -> None:
        """Write a line into the log, and the metrics."""
        self._lines.write(status)
        self.tell_metrics(status)

    def tell_metrics(self, status: Status) -> None:
        """Replace the metrics file."""
        if self._metrics is not None:
            write = self._metrics
            self._attempt("metrics", lambda: write(status))

    def sample(self, status: Status, *, last: bool = False) -> None:
        """Add to the samples of the load.

        Args:
            status: while it loads.
            last: it has ended.
        """
        sample = Sample(
            seconds=round(status.seconds, 3),
            read=status.read.records,
            processed=status.processed.records,
            written=status.written.records,
            rejected=status.rejected,
            bytes=status.loaded,
            raw_queue=status.raw_queue.depth,
            write_queue=status.write_queue.depth,
            retries=status.retries,
        )
        self._attempt("samples", lambda: self._samples.close(sample) if last else self._samples.add(sample))

    def _attempt(self, what: str, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            if what not in self._failing:
                self._failing.add(what)
                why = error_text(error)
                self._log.warning("not_written", what=what, error=why)
                self._console.print(
                    f"the {what} of the run cannot be written: {why}; the run goes on",
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
        else:
            self._failing.discard(what)
