"""``run``: a job from its file to the reconciled final table."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from driver.batch.application import BatchApplication
from driver.batch.manifest import Manifest
from driver.batch.outputs import check_outputs
from driver.batch.reloading import job_of_rejects
from driver.batch.report import RunReport
from driver.batch.reporting.files import write_report
from driver.batch.reporting.terminal import show
from driver.batch.run_folder import RunFolder
from driver.batch.samples import read_samples
from driver.config.layers import LoadedJob
from driver.config.model import DiscardTarget
from driver.telemetry.run_id import new_run_id

from .config import Environment, JobFile, Overrides, load
from .console import output
from .run_log import run_log

ReportFile = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="One more report: FILE.html a page, any other JSON.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")]


class TargetOverride(StrEnum):
    """A target instead of the job's own."""

    DISCARD = "discard"


def run(
    job_file: JobFile,
    env: Environment = None,
    set_: Overrides = None,
    report: ReportFile = None,
    target: Annotated[
        TargetOverride | None, typer.Option(help="Decode, validate and count without a database, to measure.")
    ] = None,
    rejects_of: Annotated[
        str | None,
        typer.Option(metavar="RUN_ID", help="Load the rejects of that run, repaired in its reject file, as the input."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Begin, though the file is loaded already, or a run of it can be resumed.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Decode, validate, load, merge and reconcile a file, as the job file says."""
    loaded = load_run(job_file, env, set_, rejects_of)
    job = loaded.job
    if target is TargetOverride.DISCARD:
        job = job.model_copy(update={"target": DiscardTarget(type="discard")})
    run_id = new_run_id(datetime.now())
    check_outputs(job, run_id, job_file=job_file, report=report)
    manifest = Manifest.of_command(job_file, env, set_ or (), rejects_of)
    with run_log(loaded):
        outcome = BatchApplication(job, run_id, Console(stderr=True, quiet=quiet)).run(force=force, manifest=manifest)
    end(outcome, RunFolder(job.runs, run_id), report, quiet=quiet)


def load_run(job_file: Path, env: str | None, overrides: list[str] | None, rejects_of: str | None) -> LoadedJob:
    """The job of a run, over the rejects of another if that is its input."""
    loaded = load(job_file, env, overrides)
    return loaded if rejects_of is None else replace(loaded, job=job_of_rejects(loaded.job, rejects_of))


def end(outcome: RunReport, folder: RunFolder, report: Path | None, *, quiet: bool) -> NoReturn:
    """Show how a run has ended, and leave with its exit code."""
    show(outcome, output(quiet=quiet), folder.page)
    if outcome.message:
        typer.echo(outcome.message, err=True)
    if report is not None:
        write_report(outcome, report, read_samples(folder.samples))
    raise typer.Exit(outcome.exit_code)
