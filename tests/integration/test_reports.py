"""What a run leaves in its folder: a report for machines, valid by the published schema, and one for people."""

from __future__ import annotations

import json
import signal
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from rich.console import Console
from typer.testing import CliRunner

from driver.batch.application import BatchApplication
from driver.batch.exit_codes import ExitCode
from driver.batch.reporting.json_file import read_json
from driver.batch.run_folder import RunFolder
from driver.cli import app
from driver.config.model import Job

if TYPE_CHECKING:
    from conftest import Workplace

    from driver.batch.report import RunReport

SCHEMA = json.loads(Path("docs/report.schema.json").read_text())

GATE = """
import os, signal, threading
import numpy as np

gate = threading.Event()

def send(values, status):
    '''Be interrupted in the middle of the load, and go on when that is told.'''
    if values[0] == 20:
        os.kill(os.getpid(), signal.SIGTERM)
        assert gate.wait(60)
    return np.ones(len(values), bool)
"""


def invoke(workplace: Workplace, *arguments: str) -> tuple[int, str]:
    """Run a command in this process; its exit code, and all that it says."""
    (workplace.path / "job.yaml").write_text(json.dumps(workplace.job))
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def interrupted(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> RunReport:
    """Run the job in this process, and interrupt it in its third batch."""
    (workplace.path / "gated.py").write_text(GATE)
    monkeypatch.syspath_prepend(workplace.path)
    import gated

    class Told(StringIO):
        """Standard error; opens the gate when it tells of the signal."""

        def write(self, text: str) -> int:
            if "nothing more is read" in text:
                gated.gate.set()
            return super().write(text)

    workplace.job["rules"].append({"field": "PAY-ID", "plugin": "gated:send"})
    workplace.job["pipeline"] |= {"processors": 1, "writers": 1, "raw_queue": 2, "write_queue": 2}
    workplace.runs += 1
    return BatchApplication(Job.model_validate(workplace.job), "RUN1", Console(file=Told())).run()


@pytest.mark.parametrize("ending", ["completed", "rejected", "interrupted", "discarded"])
def test_a_run_leaves_both_reports_however_it_ends(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    workplace.write(workplace.payment(n, state="X" if n < 5 else "A") for n in range(1_000))
    if ending == "interrupted":
        report = interrupted(workplace, monkeypatch)
    else:
        workplace.job["rejects"]["limit"] = 4 if ending == "rejected" else 5
        if ending == "discarded":
            workplace.job["target"] = {"type": "discard"}
        report = workplace.run()
    codes = {"rejected": ExitCode.REJECT_LIMIT, "interrupted": ExitCode.of_signal(signal.SIGTERM)}
    assert report.exit_code is codes.get(ending, ExitCode.REJECTS)
    folder = workplace.folder()
    document = json.loads(folder.report.read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert (document["schema_version"], document["state"]) == (1, report.state)
    assert read_json(folder.report) == report
    page = folder.page.read_text()
    assert f"<b>{report.state}</b> · exit code {report.exit_code}" in page
    assert page.count("STATE</td><td>ALLOWED") == 1


def test_a_run_that_cannot_ask_its_target_leaves_them_too(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n) for n in range(10))
    workplace.job["rejects"] |= {"file": "/dev/full", "percent": 100}
    workplace.input.write_bytes(workplace.payment(1, state="X"))
    report = workplace.run()
    assert report.exit_code is ExitCode.RESUMABLE
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(workplace.folder().report.read_text()))
    assert "/dev/full: No space left on device" in workplace.folder().page.read_text()


def test_the_workers_together_are_the_run(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n, state="X" if n % 50 == 0 else "A") for n in range(1_234))
    workplace.job["pipeline"] |= {"processors": 3}
    report = workplace.run()
    assert report.counts is not None
    for name in ("read", "valid", "rejected"):
        assert sum(getattr(worker, name) for worker in report.workers) == getattr(report.counts, name)
    assert workplace.query("SELECT WORKER_ID, count(*), sum(RECORDS) FROM MF_LEDGER GROUP BY 1 ORDER BY 1") == [
        (worker.worker, worker.batches, worker.read) for worker in report.workers
    ]
    of_workers = [identity for identity in report.identities if "worker" in identity.name]
    assert [identity.name for identity in of_workers] == [
        "read = read of all workers",
        "valid = valid of all workers",
        "rejected = rejected of all workers",
        *(f"worker {worker.worker}: records processed = records in the ledger" for worker in report.workers),
    ]
    assert all(identity.holds for identity in of_workers)
    assert of_workers[0].right == "1234"


def test_a_report_goes_where_it_is_asked_for_too_by_its_ending(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n) for n in range(10))
    code, _ = invoke(workplace, "run", str(workplace.path / "job.yaml"), "--report", str(workplace.path / "r.html"))
    assert code == 0
    assert (workplace.path / "r.html").read_text().lstrip().startswith("<!DOCTYPE html>")
    [run_id] = [path.name for path in (workplace.path / "runs").iterdir() if path.name != ".locks"]
    assert workplace.folder(run_id).page.read_text() == (workplace.path / "r.html").read_text()


def test_a_report_that_cannot_be_written_does_not_hide_the_run_s_end(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n) for n in range(10))
    workplace.folder("RUN1").page.mkdir(parents=True)
    report = workplace.run()
    assert (report.state, report.exit_code) == ("COMPLETED", ExitCode.RESUMABLE)
    assert report.message.startswith(f"the report is not written: {workplace.folder().page}")


def test_an_earlier_run_is_shown_again(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n, state="X" if n == 7 else "A") for n in range(100))
    workplace.run()
    (workplace.folder().samples).write_text(
        "".join(
            json.dumps({"seconds": n, "read": 30 * n, "processed": 20 * n, "written": 10 * n})[:-1]
            + ', "rejected": 0, "bytes": 220, "raw_queue": 1, "write_queue": 1, "retries": 0}\n'
            for n in (1, 2, 3)
        )
    )
    code, said = invoke(workplace, "report", "RUN1", "--runs", workplace.job["runs"])
    assert code == 0
    for words in ("run RUN1 of payments: COMPLETED, exit code 4", "ALLOWED", f"report: {workplace.folder().page}"):
        assert words in said
    page = workplace.path / "again.html"
    code, said = invoke(workplace, "report", "RUN1", "--runs", workplace.job["runs"], "--html", str(page))
    assert (code, f"report: {page}" in said) == (0, True)
    assert page.read_text().count("<polyline") == 5
    assert workplace.folder().page.read_text().count("<polyline") == 0


def test_a_run_that_is_not_there_is_told_with_the_nearest(workplace: Workplace) -> None:
    workplace.write([workplace.payment(1)])
    for _ in range(3):
        workplace.run()
    killed = RunFolder(workplace.path / "runs", "KILLED")
    killed.create()
    killed.status.write_text("{}")
    runs = workplace.job["runs"]
    code, said = invoke(workplace, "report", "RUN33", "--runs", runs)
    assert code == 12
    assert f"there is no run RUN33 in {runs}; did you mean RUN3 or RUN" in said
    code, said = invoke(workplace, "report", "KILLED", "--runs", runs)
    assert (code, "has not ended, or was stopped at once" in said) == (12, True)
    code, said = invoke(workplace, "report", "RUN1", "--runs", str(workplace.path / "elsewhere"))
    assert (code, "no run has left anything there" in said) == (12, True)
