"""``python -m driver``: the sub-commands, and how their errors become messages and exit codes."""

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from driver.batch.error_text import error_text
from driver.batch.exit_codes import ExitCode
from driver.telemetry.redaction import hiding
from mfdecode.errors import MfdecodeError

from .config import app as config
from .decode import decode
from .defects import tell_defect
from .encode import encode
from .generate import generate
from .layout import layout
from .report import report
from .resume import abandon, reconcile, resume
from .reveal import reveal
from .run import run
from .sniff import sniff
from .split import split
from .status import status

_USAGE = 2
"""With which the command-line library leaves after an error of usage."""


class _Commands(TyperGroup):
    """A mistake or a defect is one message on standard error and the exit code of its kind; never a traceback."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        with hiding():
            try:
                return super().main(*arguments, **options)
            except Exception as error:  # noqa: BLE001 - what nobody has foreseen
                tell_defect(error)
                raise SystemExit(ExitCode.DEFECT) from None

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # typer's own Context
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read standard output has enough; what is still buffered must not fail at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.OK) from None
        except (MfdecodeError, OSError) as error:
            typer.echo(error_text(error), err=True)
            raise typer.Exit(ExitCode.of_error(error)) from None


app = typer.Typer(
    cls=_Commands,
    help="Mainframe batch files into Db2 and DuckDB: decode, validate, load, merge, reconcile.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run)
app.command()(status)
app.command()(resume)
app.command()(reconcile)
app.command()(abandon)
app.command()(report)
app.command()(decode)
app.command()(encode)
app.command()(layout)
app.command()(sniff)
app.command()(split)
app.command()(generate)
app.command()(reveal)
app.add_typer(config, name="config")


def main() -> None:
    """Run the command line; an error of usage leaves with the code of a wrong configuration."""
    try:
        app(prog_name="python -m driver")
    except SystemExit as leaving:
        raise SystemExit(ExitCode.CONFIGURATION if leaving.code == _USAGE else leaving.code) from None
