"""``status``: how far a run is, asked from another terminal; the database, which the run may have locked, is not."""

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.live import Live
from rich.table import Table
from rich.text import Text

from driver.batch.exit_codes import ExitCode
from driver.batch.watching.life import Life
from driver.batch.watching.runs import look_at, look_at_all

from .config import Environment, Overrides, load
from .console import output
from .runs import RUNS, Runs
from .status_text import HEADINGS, as_json, as_text, row

_LOOK = 1.0
"""Seconds between two looks of ``--watch``: a run writes its status as often."""

_JOB_FILES = (".yaml", ".yml")
"""What tells a job file from a run where only one of them is given."""


class StatusFormat(StrEnum):
    """How a status is shown."""

    TEXT = "text"
    JSON = "json"


def status(
    run_id: Annotated[str | None, typer.Argument(metavar="[RUN_ID]", help="The run; if not given: all.")] = None,
    job_file: Annotated[
        Path | None, typer.Argument(metavar="[JOB.yaml]", help="The job, whose setting runs tells the folder.")
    ] = None,
    env: Environment = None,
    set_: Overrides = None,
    runs: Runs = RUNS,
    format_: Annotated[StatusFormat, typer.Option("--format", help="JSON: a line for each run.")] = StatusFormat.TEXT,
    watch: Annotated[bool, typer.Option("--watch", help="Show it anew each second until the run ends.")] = False,
) -> None:
    """Tell how far a run is, how fast, and what holds it up; the exit code is 16 if its process is gone."""
    if run_id is not None and job_file is None and run_id.endswith(_JOB_FILES):
        job_file, run_id = Path(run_id), None
    folder = runs if job_file is None else load(job_file, env, set_).job.runs
    if run_id is None:
        if watch:
            raise typer.BadParameter("give the run that is to be watched", param_hint="--watch")
        _show_all(folder, format_)
        return
    life = _watch(folder, run_id, format_) if watch else _show(folder, run_id, format_)
    raise typer.Exit(ExitCode.RESUMABLE if life is Life.DEAD else ExitCode.OK)


def _show_all(folder: Path, format_: StatusFormat) -> None:
    seen, unreadable = look_at_all(folder)
    if format_ is StatusFormat.JSON:
        for found, sign in seen:
            typer.echo(as_json(found, sign))
    else:
        table = Table(*HEADINGS, box=None, pad_edge=False)
        for found, sign in seen:
            table.add_row(*map(Text, row(found, sign)))
        output().print(table)
    for error in unreadable:
        typer.echo(str(error), err=True)


def _show(folder: Path, run_id: str, format_: StatusFormat) -> Life:
    text, life = _look(folder, run_id, format_)
    typer.echo(text)
    return life


def _watch(folder: Path, run_id: str, format_: StatusFormat) -> Life:
    """Show it until the run ends: in one place on a terminal, and one after the other elsewhere."""
    console = output()
    if format_ is StatusFormat.JSON or not console.is_terminal:
        while (life := _show(folder, run_id, format_)) not in (Life.ENDED, Life.DEAD):
            time.sleep(_LOOK)
        return life
    with Live(console=console, auto_refresh=False) as live:
        while True:
            text, life = _look(folder, run_id, format_)
            live.update(Text(text), refresh=True)
            if life in (Life.ENDED, Life.DEAD):
                return life
            time.sleep(_LOOK)


def _look(folder: Path, run_id: str, format_: StatusFormat) -> tuple[str, Life]:
    found, sign = look_at(folder, run_id)
    return (as_json if format_ is StatusFormat.JSON else as_text)(found, sign), sign.life
