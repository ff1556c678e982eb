"""How a command line names a run that was begun."""

from pathlib import Path
from typing import Annotated

import typer

from driver.config.model import Job

RunId = Annotated[str, typer.Argument(metavar="RUN_ID", help="As run has said it, its log, or status.")]
Runs = Annotated[
    Path,
    typer.Option("--runs", metavar="DIR", envvar="MFDECODE_RUNS", help="The folder of all runs, as in the job."),
]
RUNS = Path(Job.model_fields["runs"].default)
"""Where it is if the job does not say."""
