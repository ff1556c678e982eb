"""What is seen of a run from outside: by status while it runs, and by what it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from conftest import Workplace

PATIENCE = 60
"""Seconds after which a process counts as stuck."""

WAITING = """
import numpy as np

def wait(values, status):
    '''In the third batch, tell the test that it has come, and go on when the test opens the gate.'''
    if values[0] == 20:
        open({arrived!r}, "w").close()
        open({gate!r}).close()
    return np.ones(len(values), bool)
"""


@pytest.fixture
def gate(workplace: Workplace) -> Path:
    """Lets the third batch of a long file wait until the gate is opened."""
    pipes = workplace.path / "arrived", workplace.path / "gate"
    for pipe in pipes:
        os.mkfifo(pipe)
    (workplace.path / "waiting.py").write_text(WAITING.format(arrived=str(pipes[0]), gate=str(pipes[1])))
    workplace.job["rules"].append({"field": "PAY-ID", "plugin": "waiting:wait"})
    workplace.job["pipeline"] |= {"processors": 1, "writers": 1, "raw_queue": 2, "write_queue": 2}
    workplace.job["log"] = {"every": 0.05, "file": str(workplace.path / "run.log")}
    workplace.write(workplace.payment(n, state="X" if n == 7 else "A") for n in range(1_000))
    return pipes[1]


def arrive(workplace: Workplace) -> str:
    """Wait until the run waits; return its id."""
    (workplace.path / "arrived").read_text()
    return run_folder(workplace).name


def run_folder(workplace: Workplace) -> Path:
    """Of the only run."""
    [status] = (workplace.path / "runs").glob("*/status.json")
    return status.parent


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask for the status, as an operator does."""
    command = [sys.executable, "-m", "driver", "status", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def until(workplace: Workplace, run_id: str, seen: dict[str, Any]) -> dict[str, Any]:
    """The status file, as soon as it says this."""
    file = workplace.path / "runs" / run_id / "status.json"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found: dict[str, Any] = json.loads(file.read_text())
        if seen.items() <= found.items():
            return found
    raise AssertionError(f"{seen} was not seen, but {found}")


def lines(workplace: Workplace) -> list[dict[str, Any]]:
    """Those of the log that are whole by now."""
    *whole, _ = (workplace.path / "run.log").read_text().split("\n")
    return [json.loads(line) for line in whole]


def test_status_tells_how_far_a_run_is_while_it_runs(workplace: Workplace, gate: Path) -> None:
    with workplace.start("--quiet") as process:
        run_id = arrive(workplace)
        # Two batches are through, one waits; the queue behind the reader is full, and the reader has one more.
        seen = until(workplace, run_id, {"bottleneck": "processors", "rejected": 1})
        assert (seen["state"], seen["stage"], seen["pid"]) == ("LOADING", "load", process.pid)
        assert seen["processed"]["records"] == 20
        assert seen["raw_queue"]["depth"] == 2
        shown = ask(run_id, str(workplace.path / "job.yaml"))
        assert shown.returncode == 0, shown.stderr
        for text in ("LOADING", "load, since", "20 processed", "1 rejected", "raw 2/2, near capacity", "running"):
            assert text in shown.stdout
        assert "processors: CPU < 70 % → increase pipeline.processors" in shown.stdout
        found = json.loads(ask(run_id, "--runs", str(workplace.path / "runs"), "--format", "json").stdout)
        assert (found["run_id"], found["life"], found["to_do"]) == (run_id, "running", None)
        gate.write_text("")
        process.communicate(timeout=PATIENCE)
    ended = ask(run_id, "--runs", str(workplace.path / "runs"))
    assert "COMPLETED" in ended.stdout
    assert "exit code 4" in ended.stdout


def test_the_log_warns_of_a_full_queue_once(workplace: Workplace, gate: Path) -> None:
    with workplace.start("--quiet") as process:
        arrive(workplace)
        deadline = time.monotonic() + PATIENCE
        while sum(line.get("raw_queue") == "2/2" for line in lines(workplace)) < 4:
            assert time.monotonic() < deadline
        raw = [line for line in lines(workplace) if line["event"] == "queue_near_capacity" and line["queue"] == "raw"]
        gate.write_text("")
        process.communicate(timeout=PATIENCE)
    assert [(line["depth"], line["capacity"]) for line in raw] == [(2, 2)]
    assert "increase pipeline.processors" in raw[0]["advice"]


def test_status_watches_until_the_run_ends(workplace: Workplace, gate: Path) -> None:
    with workplace.start("--quiet") as process:
        run_id = arrive(workplace)
        runs = str(workplace.path / "runs")
        command = [sys.executable, "-m", "driver", "status", run_id, "--runs", runs, "--format", "json", "--watch"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
            assert watching.stdout is not None
            assert json.loads(watching.stdout.readline())["state"] == "LOADING"
            gate.write_text("")
            *_, last = watching.stdout
            assert json.loads(last)["state"] == "COMPLETED"
            assert watching.wait(timeout=PATIENCE) == 0
        process.communicate(timeout=PATIENCE)


def test_a_run_that_was_killed_is_told_with_what_to_do(workplace: Workplace, gate: Path) -> None:
    with workplace.start("--quiet") as process:
        run_id = arrive(workplace)
        process.kill()
        process.communicate(timeout=PATIENCE)
    shown = ask(run_id, "--runs", str(workplace.path / "runs"))
    assert shown.returncode == 16
    assert f"python -m driver resume {run_id}" in shown.stdout


def test_a_run_that_drains_says_so(workplace: Workplace, gate: Path) -> None:
    with workplace.start("--quiet") as process:
        run_id = arrive(workplace)
        process.send_signal(signal.SIGTERM)
        until(workplace, run_id, {"stopping": "SIGTERM", "ending": None})
        shown = ask(run_id, "--runs", str(workplace.path / "runs"))
        assert "SIGTERM: nothing more is read" in shown.stdout
        gate.write_text("")
        process.communicate(timeout=PATIENCE)
    shown = ask(run_id, "--runs", str(workplace.path / "runs"))
    assert "INTERRUPTED" in shown.stdout
    assert f"resume {run_id}" in shown.stdout


def test_a_run_leaves_samples_and_metrics(workplace: Workplace) -> None:
    workplace.job["metrics"] = {"textfile": str(workplace.path / "metrics" / "payments.prom")}
    workplace.write(workplace.payment(n, state="X" if n == 7 else "A") for n in range(100))
    workplace.start("--quiet").communicate(timeout=PATIENCE)
    samples = [json.loads(line) for line in (run_folder(workplace) / "samples.jsonl").read_text().splitlines()]
    assert [samples[0]["written"], samples[-1]["written"], samples[-1]["rejected"]] == [0, 100, 1]
    text = (workplace.path / "metrics" / "payments.prom").read_text()
    found = {s.name: s.value for family in text_string_to_metric_families(text) for s in family.samples}
    assert (found["mfdecode_run_exit_code"], found["mfdecode_rejected_records_total"]) == (4, 1)
    assert found["mfdecode_run_last_success_timestamp_seconds"] == found["mfdecode_run_end_timestamp_seconds"]


def test_all_runs_are_shown_when_none_is_named(workplace: Workplace) -> None:
    workplace.write([workplace.payment(1)])
    for _ in range(2):
        workplace.start("--quiet").communicate(timeout=PATIENCE)
    runs = sorted((run.parent.name for run in (workplace.path / "runs").glob("*/status.json")), reverse=True)
    shown = ask(str(workplace.path / "job.yaml")).stdout.splitlines()
    assert sorted((line.split()[0] for line in shown[1:]), reverse=True) == runs
    assert all("COMPLETED" in line for line in shown[1:])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["RUN1", "--runs", "{}/none"], "no run has left anything there"),
        (["--runs", "{}/none"], "is not there"),
        (["RUN1", "--runs", "{}"], "there is no run RUN1"),
        (["--watch", "--runs", "{}"], "give the run"),
    ],
)
def test_a_user_s_mistake_is_one_message(workplace: Workplace, arguments: list[str], says: str) -> None:
    shown = ask(*(argument.format(workplace.path) for argument in arguments))
    assert shown.returncode == 12
    assert says in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_log_that_cannot_be_written_stops_no_load(workplace: Workplace) -> None:
    workplace.job["log"] = {"file": "/dev/full"}
    workplace.write(workplace.payment(n) for n in range(100))
    process = workplace.start("--quiet")
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert "/dev/full: No space left on device: lines of the log are lost; the run goes on\n" in err
    assert "lines of the log that are lost: " in err
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(100,)]


def test_metrics_that_nobody_would_collect_are_refused(workplace: Workplace) -> None:
    workplace.job["metrics"] = {"textfile": "payments.txt"}
    workplace.write([workplace.payment(1)])
    process = workplace.start()
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 12
    assert "node_exporter reads only files whose names end in .prom" in err
