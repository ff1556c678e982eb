"""``report``: what an earlier run said at its end."""

import json
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from driver.batch.reporting.files import write_report
from driver.batch.reporting.json_file import ReportError, json_schema, read_json
from driver.batch.reporting.terminal import show
from driver.batch.run_folder import RunFolder
from driver.batch.samples import read_samples
from driver.config.model import Job

from .console import output

_NEAREST = 5
_ALIKE = 0.4


def _schema(asked: bool) -> None:
    if asked:
        typer.echo(json.dumps(json_schema(), indent=2))
        raise typer.Exit


def report(
    run_id: Annotated[str, typer.Argument(metavar="RUN_ID", help="Of the run.")],
    runs: Annotated[
        Path, typer.Option(metavar="DIR", envvar="MFDECODE_RUNS", help="The folder of all runs, as the job has it.")
    ] = Job.model_fields["runs"].default,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Make the page anew, here.")] = None,
    schema: Annotated[
        bool,
        typer.Option("--schema", is_eager=True, callback=_schema, help="Print the JSON Schema of report.json."),
    ] = False,
) -> None:
    """Show the report of an earlier run, and where its page is."""
    folder = RunFolder(runs, run_id)
    if not folder.report.is_file():
        raise ReportError(_why_missing(folder))
    found = read_json(folder.report)
    page = folder.page if folder.page.is_file() else None
    if html is not None:
        write_report(found, page := html, read_samples(folder.samples))
    show(found, output(), page)
    if found.message:
        typer.echo(found.message)


def _why_missing(folder: RunFolder) -> str:
    if folder.path.is_dir():
        return f"{folder.report} is not there: the run {folder.run_id} has not ended, or was stopped at once"
    ids = sorted(path.parent.name for path in folder.runs.glob(f"*/{folder.report.name}"))
    if not ids:
        return f"{folder.runs} has no report of any run: give --runs DIR, as the job's setting runs has it"
    nearest = get_close_matches(folder.run_id, ids, _NEAREST, _ALIKE) or ids[: -_NEAREST - 1 : -1]
    return f"{folder.runs} has no run {folder.run_id}; the nearest: {', '.join(nearest)}"
