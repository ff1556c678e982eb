"""``config``: check a job's settings, and show where each comes from."""

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from driver.config.layers import LoadedJob, load_job, secret_variables
from driver.config.schema import json_schema
from driver.telemetry.redaction import hide

from .console import output

app = typer.Typer(help="A job's effective settings.", no_args_is_help=True)

JobFile = Annotated[Path, typer.Argument(metavar="JOB.yaml", help="The job file.")]
Environment = Annotated[
    str | None, typer.Option(help="Its config/ENV.yaml is laid over base.yaml; MFDECODE_ENV, or dev.")
]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A value over the job file's; repeatable.")
]


class ShownAs(StrEnum):
    """How settings are shown."""

    TABLE = "table"
    JSON = "json"


def load(job_file: Path, env: str | None, overrides: list[str] | None) -> LoadedJob:
    """The job, with this process's variables.

    From then on its secrets are hidden in what the command says, and no child of this process inherits those that
    are in variables.
    """
    environ = dict(os.environ)
    variables = secret_variables(environ)
    for name in variables:
        del os.environ[name]
    hide([environ[name] for name in variables])
    loaded = load_job(job_file, env=env, overrides=overrides or (), environ=environ)
    hide(loaded.job.secrets.values())
    for file in loaded.exposed:
        typer.echo(f"{file}: there are secrets in it, and others may read it: chmod 600 {file}", err=True)
    return loaded


@app.command()
def validate(job_file: JobFile, env: Environment = None, set_: Overrides = None) -> None:
    """Check a job's settings."""
    loaded = load(job_file, env, set_)
    typer.echo(f"{job_file}: the settings of {loaded.job.job} are valid")


@app.command()
def schema() -> None:
    """Print the JSON Schema of job files, for editors that complete and check YAML by one."""
    typer.echo(json.dumps(json_schema(), indent=2))


@app.command()
def show(
    job_file: JobFile,
    env: Environment = None,
    set_: Overrides = None,
    format_: Annotated[ShownAs, typer.Option("--format")] = ShownAs.TABLE,
) -> None:
    """Show every effective setting and where it comes from; secrets are hidden."""
    rows = load(job_file, env, set_).shown()
    if format_ is ShownAs.JSON:
        typer.echo(json.dumps({key: {"value": value, "origin": origin} for key, value, origin in rows}, indent=2))
        return
    table = Table("setting", "value", "from", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(text.replace("[", r"\[") for text in row))
    output().print(table)
