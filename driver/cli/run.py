"""``run``: a job from its file to the reconciled final table."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console

from driver.batch.application import BatchApplication
from driver.batch.outputs import check_outputs
from driver.config.model import DiscardTarget
from driver.telemetry.logs import logging_to
from driver.telemetry.run_id import new_run_id

from .config import Environment, JobFile, Overrides, load
from .console import output
from .defects import logged_defects


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
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Decode, validate, load, merge and reconcile a file, as the job file says."""
    loaded = load(job_file, env, set_)
    job = loaded.job
    if target is TargetOverride.DISCARD:
        job = job.model_copy(update={"target": DiscardTarget(type="discard")})
    check_outputs(job, job_file=job_file, report=report)
    console = Console(stderr=True, quiet=quiet)
    with logging_to(job.log.file, level=job.log.level, secrets=job.secrets.values()), logged_defects():
        for file in loaded.exposed:
            structlog.get_logger().warning("secrets_exposed", file=str(file))
        outcome = BatchApplication(job, new_run_id(datetime.now()), console).run()
    outcome.show(output(quiet=quiet))
    if outcome.message:
        typer.echo(outcome.message, err=True)
    if report is not None:
        outcome.write(report)
    raise typer.Exit(outcome.exit_code)
