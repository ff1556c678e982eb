"""The files that a run writes: checked before it begins, since the load may take hours."""

from importlib.util import find_spec
from pathlib import Path

from driver.config.model import DuckDbTarget, Job
from driver.output.files import OutputError, check_writable, refuse_overwriting

from .reject_file import RejectFiles
from .source import input_files


def check_outputs(job: Job, run_id: str, *, job_file: Path, report: Path | None) -> None:
    """See that all that a run writes can be written, and that none of it is a file that it needs.

    Args:
        job: the configuration.
        run_id: of the run.
        job_file: where that comes from.
        report: where the figures go, if anywhere.

    Raises:
        OutputError: one cannot, or is, or a library for it is missing; the text says which.
    """
    inputs = [("the input", path) for path in input_files(job)]
    taken = [*inputs, ("the copybook", job.input.copybook), ("the job file", job_file)]
    database = job.target.database if isinstance(job.target, DuckDbTarget) else None
    opened = [("target.database", database), ("log.file", job.log.file)]
    rejects = RejectFiles.of(job, run_id)
    written = [("rejects.file", rejects.records), ("the reasons of rejects,", rejects.reasons), ("--report", report)]
    if job.metrics.textfile is not None:
        if find_spec("prometheus_client") is None:
            raise OutputError("metrics.textfile needs prometheus-client: pip install 'mfdecode[metrics]'")
        written.append(("metrics.textfile", job.metrics.textfile))
    for what, path in [*opened, *written]:
        if path is not None:
            refuse_overwriting(what, path, taken)
            taken.append((f"{what}, too", path))
    for what, path in written:
        if path is not None:
            check_writable(what, path)
    try:
        job.runs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"runs {job.runs} cannot be made: {error.strerror}") from error
