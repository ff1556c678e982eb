"""The rejects of a run as the input of another: what was repaired in the reject file is loaded as the rest was."""

import json
from pathlib import Path

from driver.config.model import Job
from driver.config.pipeline import ReadingMode
from driver.config.rejects import RUN_ID
from driver.output.files import named
from mfdecode.framing import Compression, LineEnd, RecordFormat

from .reject_file import InFile, RejectFiles
from .run_folder import RunFolder
from .source import InputError

_NELS = {b"\x15": LineEnd.NEL15, b"\x25": LineEnd.NEL25}


def job_of_rejects(job: Job, run_id: str) -> Job:
    """The same job over the reject file of a run; its own rejects go where they do not replace those.

    What the input's header or trailer says is not held against it.

    Args:
        job: the configuration.
        run_id: of the run whose rejects are loaded.

    Raises:
        InputError: the run's reject file is not there, or has no records that can be loaded.
    """
    path = _record_file(job, run_id)
    around = {"header_bytes": 0, "trailer_bytes": 0, "compression": Compression.NONE, "line_end": _line_end(job, path)}
    file = job.rejects.file if job.rejects.file is not None and RUN_ID in str(job.rejects.file) else None
    return job.model_copy(
        update={
            "input": job.input.model_copy(update={"path": path, **around}),
            "pipeline": job.pipeline.model_copy(update={"reading_mode": ReadingMode.SINGLE}),
            "controls": tuple(control for control in job.controls if control.equals is None),
            "rejects": job.rejects.model_copy(update={"file": file}),
        }
    )


def _record_file(job: Job, run_id: str) -> Path:
    """The reject file of the run, after a look at the reasons beside it."""
    files = RejectFiles(RunFolder(job.runs, run_id).rejects)
    if not files.records.exists():
        files = RejectFiles.of(job, run_id)
    reasons = files.reasons
    if reasons is None or not files.records.exists() or not reasons.exists():
        gone = files.records if reasons is None or not files.records.exists() else reasons
        raise InputError(
            f"{gone} is not there, where run {run_id} would have left its rejects: is the run's id right? Records and "
            f"reasons (NAME and NAME.jsonl) belong together; --set rejects.file=NAME says where they are now"
        )
    with named(reasons), reasons.open(encoding="utf-8") as lines:
        found = {(finding["run_id"], InFile(finding["record_file"])) for finding in map(json.loads, lines)}
    _check(files.records, run_id, found)
    return files.records


def _check(path: Path, run_id: str, found: set[tuple[str, InFile]]) -> None:
    """See that there are records to load, of this run, with all of their bytes."""
    if others := sorted({run for run, _ in found} - {run_id}):
        raise InputError(
            f"{path} has the rejects of run {others[0]}, not of {run_id}, whose it has replaced: with {RUN_ID} in "
            "rejects.file, each run has a file of its own"
        )
    kinds = {in_file for _, in_file in found}
    if InFile.MASKED in kinds:
        raise InputError(
            f"{path} cannot be loaded: personal data are masked in it, since the run had rejects.raw: masked. Repair "
            "the records where they come from, or run the job with rejects.raw: keep"
        )
    if InFile.WHOLE not in kinds:
        raise InputError(f"{path}: run {run_id} has rejected no record that could be loaded again")


def _line_end(job: Job, path: Path) -> LineEnd:
    """Of lines: what the last one shows, where the whole input would have shown it; a few bad records may not."""
    if job.input.record_format is not RecordFormat.D or job.input.line_end is not LineEnd.AUTO:
        return job.input.line_end
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1))
        return _NELS.get(file.read(), LineEnd.AUTO)
