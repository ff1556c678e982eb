"""``run``: a job from its file to the reconciled final table."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from driver.batch.application import BatchApplication
from driver.batch.outputs import check_outputs
from driver.batch.reloading import job_of_rejects
from driver.config.model import DiscardTarget
from driver.telemetry.logs import logging_to
from driver.telemetry.run_id import new_run_id

from .config import Environment, JobFile, Overrides, load
from .console import output


class TargetOverride(StrEnum):
    """A target instead of the job's own."""

    DISCARD = "discard"


def run(
    job_file: JobFile,
    env: Environment = None,
    set_: Overrides = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the run's figures as JSON.")] = None,
    target: Annotated[
        TargetOverride | None, typer.Option(help="Decode, validate and count without a database, to measure.")
    ] = None,
    rejects_of: Annotated[
        str | None,
        typer.Option(metavar="RUN_ID", help="Load the rejects of that run, repaired in its reject file, as the input."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Decode, validate, load, merge and reconcile a file, as the job file says."""
    job = load(job_file, env, set_).job
    if rejects_of is not None:
        job = job_of_rejects(job, rejects_of)
    if target is TargetOverride.DISCARD:
        job = job.model_copy(update={"target": DiscardTarget(type="discard")})
    run_id = new_run_id(datetime.now())
    check_outputs(job, run_id, job_file=job_file, report=report)
    console = Console(stderr=True, quiet=quiet)
    with logging_to(job.log.file, level=job.log.level, secrets=job.secrets.values()):
        outcome = BatchApplication(job, run_id, console).run()
    outcome.show(output(quiet=quiet))
    if outcome.message:
        typer.echo(outcome.message, err=True)
    if report is not None:
        outcome.write(report)
    raise typer.Exit(outcome.exit_code)
