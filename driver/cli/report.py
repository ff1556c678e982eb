"""``report``: what an earlier run said at its end."""

import json
from pathlib import Path
from typing import Annotated

import typer

from driver.batch.reporting.files import write_report
from driver.batch.reporting.json_file import ReportError, json_schema, read_json
from driver.batch.reporting.terminal import show
from driver.batch.run_folder import RunFolder
from driver.batch.samples import read_samples

from .console import output
from .runs import RUNS, RunId, Runs


def _schema(asked: bool) -> None:
    if asked:
        typer.echo(json.dumps(json_schema(), indent=2))
        raise typer.Exit


def report(
    run_id: RunId,
    runs: Runs = RUNS,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Make the page anew, here.")] = None,
    schema: Annotated[
        bool,
        typer.Option("--schema", is_eager=True, callback=_schema, help="Print the JSON Schema of report.json."),
    ] = False,
) -> None:
    """Show the report of an earlier run, and where its page is."""
    folder = RunFolder(runs, run_id)
    if not folder.exists:
        raise folder.unknown()
    if not folder.report.is_file():
        raise ReportError(f"{folder.report} is not there: the run {run_id} has not ended, or was stopped at once")
    found = read_json(folder.report)
    page = folder.page if folder.page.is_file() else None
    if html is not None:
        write_report(found, page := html, read_samples(folder.samples))
    show(found, output(), page)
    if found.message:
        typer.echo(found.message)
