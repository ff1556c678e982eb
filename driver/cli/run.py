"""``run``: a job from its file to the reconciled final table."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from driver.batch.application import BatchApplication
from driver.config.layers import load_job
from driver.config.model import DiscardTarget
from driver.telemetry.logs import configure_logs
from driver.telemetry.run_id import new_run_id


class TargetOverride(StrEnum):
    """A target instead of the job's own."""

    DISCARD = "discard"


def run(
    config: Annotated[Path, typer.Argument(help="The job file (YAML).")],
    env: Annotated[str | None, typer.Option(help="Environment: its config/ENV.yaml is laid over base.yaml.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A value over the job file's; repeatable.")
    ] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the run's figures as JSON.")] = None,
    target: Annotated[
        TargetOverride | None, typer.Option(help="Decode, validate and count without a database, to measure.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Decode, validate, load, merge and reconcile a file, as the job file says."""
