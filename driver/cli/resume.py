"""``resume``, ``reconcile`` and ``abandon``: what can be done with a run that was begun, by its id."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from driver.batch.application import BatchApplication
from driver.batch.exit_codes import ExitCode
from driver.batch.manifest import Manifest
from driver.batch.outputs import check_outputs
from driver.batch.report import CheckedIdentity
from driver.batch.reporting.terminal import control_table, identity_table
from driver.batch.run_folder import RunFolder
from driver.config.layers import LoadedJob

from .config import Environment, Overrides
from .console import output
from .run import Quiet, ReportFile, end, load_run
from .run_log import run_log
from .runs import RUNS, RunId, Runs

RunJob = Annotated[
    Path | None, typer.Argument(metavar="[JOB.yaml]", help="Of the run, where its folder is not here any more.")
]


def resume(
    run_id: RunId,
    job_file: RunJob = None,
    env: Environment = None,
    set_: Overrides = None,
    report: ReportFile = None,
    runs: Runs = RUNS,
    quiet: Quiet = False,
) -> None:
    """Go on with a run that was stopped, where it was; what is committed is not loaded again."""
    loaded, job_file = job_of_run(run_id, job_file, env, set_, runs)
    job = loaded.job
    check_outputs(job, run_id, job_file=job_file, report=report)
    with run_log(loaded):
        outcome = BatchApplication(job, run_id, Console(stderr=True, quiet=quiet)).resume()
    end(outcome, RunFolder(job.runs, run_id), report, quiet=quiet)


def reconcile(
    run_id: RunId, job_file: RunJob = None, env: Environment = None, set_: Overrides = None, runs: Runs = RUNS
) -> None:
    """Count again in the target what a run has loaded, and prove that every record is accounted for."""
    loaded, _ = job_of_run(run_id, job_file, env, set_, runs)
    job = loaded.job
    with run_log(loaded):
        found = BatchApplication(job, run_id, Console(stderr=True)).reconcile()
    for table in (control_table(found.controls), identity_table(map(CheckedIdentity.of, found.identities))):
        if table.row_count:
            output().print(table)
    if any(table.forgotten for table in found.counts.tables):
        output().print(
            "staging: as it was before the merge; its rows are in the final table, or a later run has cleared it",
            highlight=False,
        )
    if found.broken:
        typer.echo(f"run {run_id} does not reconcile: {found.broken}", err=True)
        raise typer.Exit(ExitCode.UNRECONCILED)


def abandon(
    run_id: RunId, job_file: RunJob = None, env: Environment = None, set_: Overrides = None, runs: Runs = RUNS
) -> None:
    """Give up a run that will not be resumed: the next run of the job forgets what it has staged."""
    loaded, _ = job_of_run(run_id, job_file, env, set_, runs)
    job = loaded.job
    with run_log(loaded):
        BatchApplication(job, run_id, Console(stderr=True)).abandon()
    output().print(f"run {run_id} is abandoned: the next run of {job.job} forgets what it has staged", highlight=False)


def job_of_run(
    run_id: str, job_file: Path | None, env: str | None, overrides: list[str] | None, runs: Path
) -> tuple[LoadedJob, Path]:
    """The job of a run, with what the command line says over it, and its file.

    Raises:
        UnknownRun: nobody has begun it from here.
        ConfigError: the job is wrong.
    """
    rejects_of: str | None = None
    if job_file is None:
        manifest = Manifest.read(RunFolder(runs, run_id))
        job_file, env = manifest.job_file, env or manifest.env
        overrides = [*manifest.overrides, *(overrides or ())]
        rejects_of = manifest.rejects_of
    return load_run(job_file, env, overrides, rejects_of), job_file
