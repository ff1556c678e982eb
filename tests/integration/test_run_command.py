from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from conftest import Workplace

PATIENCE = 60
"""Seconds after which a process counts as stuck."""

SIGNALLED = """
import os, signal
import numpy as np

def send(values, status):
    '''Be interrupted in the middle of the load, and go on when the test opens the gate.'''
    if values[0] == 20:
        os.kill(os.getpid(), signal.{signal})
        open({gate!r}).close()
    return np.ones(len(values), bool)
"""


def interrupted(workplace: Workplace, number: signal.Signals = signal.SIGTERM) -> str:
    """Let the third batch of a long file send a signal to its own process and wait; return the gate it waits for."""
    gate = str(workplace.path / "gate")
    os.mkfifo(gate)
    (workplace.path / "signalled.py").write_text(SIGNALLED.format(signal=number.name, gate=gate))
    workplace.job["rules"].append({"field": "PAY-ID", "plugin": "signalled:send"})
    workplace.job["pipeline"] |= {"processors": 1, "writers": 1, "raw_queue": 2, "write_queue": 2}
    workplace.write(workplace.payment(n) for n in range(1_000))
    return gate


def open_gate(gate: str) -> None:
    with open(gate, "w"):
        pass


def test_a_run_ends_with_its_summary_and_its_exit_code(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n, state="X" if n == 7 else "A") for n in range(100))
    process = workplace.start("--report", str(workplace.path / "report.json"))
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 4, err
    for figure in ("COMPLETED", "inserted", "99", "AMOUNT", "99.00", "STATE", "ALLOWED", "records/s", "✓"):
        assert figure in out
    assert "Traceback" not in err
    assert json.loads((workplace.path / "report.json").read_text())["exit_code"] == 4


def test_quiet_says_nothing_on_standard_output(workplace: Workplace) -> None:
    workplace.write([workplace.payment(1)])
    process = workplace.start("--quiet")
    out, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "")


def test_the_log_is_json_with_run_and_worker(workplace: Workplace) -> None:
    log = workplace.path / "run.log"
    workplace.job["log"] = {"file": str(log), "level": "debug"}
    workplace.write(workplace.payment(n) for n in range(35))
    workplace.start("--quiet").communicate(timeout=PATIENCE)
    events = [json.loads(line) for line in log.read_text().splitlines()]
    names = [event["event"] for event in events]
    assert names[:2] == ["memory", "run_started"]
    assert names[-1] == "run_finished"
    assert names.count("batch_loaded") == 4
    assert [event["stage"] for event in events if event["event"] == "stage_finished"] == ["load", "merge", "reconcile"]
    assert len({event["run_id"] for event in events}) == 1
    assert {event["worker_id"] for event in events if event["event"] == "batch_loaded"} <= {"writer-0", "writer-1"}


def test_each_worker_logs_what_it_has_done(workplace: Workplace) -> None:
    log = workplace.path / "run.log"
    workplace.job["log"] = {"file": str(log)}
    workplace.write(workplace.payment(n, state="X" if n == 7 else "A") for n in range(35))
    workplace.start("--quiet").communicate(timeout=PATIENCE)
    events = [json.loads(line) for line in log.read_text().splitlines()]
    workers = {event["worker_id"]: event for event in events if event["event"] == "worker_finished"}
    assert set(workers) == {"reader-0", "processor-0", "processor-1", "writer-0", "writer-1"}
    assert len({event["run_id"] for event in workers.values()}) == 1
    for stage, rejected in (("reader", 0), ("processor", 1), ("writer", 1)):
        done = [event for worker, event in workers.items() if worker.startswith(stage)]
        assert [sum(event[figure] for event in done) for figure in ("batches", "records", "rejected")] == [
            4,
            35,
            rejected,
        ]
        assert all(event["busy_seconds"] >= 0 for event in done)


def test_sums_are_shown_with_their_decimals(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n, cents=123_456_789) for n in range(10))
    out, _ = workplace.start().communicate(timeout=PATIENCE)
    [line] = [line for line in out.splitlines() if "sum of AMOUNT" in line]
    assert line.count("12,345,678.90") == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_lets_the_run_drain_and_say_so(workplace: Workplace, number: signal.Signals, code: int) -> None:
    gate = interrupted(workplace, number)
    process = workplace.start()
    assert process.stderr is not None
    said = next(line for line in process.stderr if "nothing more is read" in line)
    assert said.startswith(number.name)
    open_gate(gate)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, err
    assert "INTERRUPTED" in out
    assert f"interrupted by {number.name}" in err
    assert workplace.query("SELECT STATE FROM MF_RUN") == [("INTERRUPTED",)]
    [(batches, records, last, size)] = workplace.query(
        "SELECT count(*), sum(RECORDS), max(BATCH_NO), max(END_BYTE) FROM MF_LEDGER"
    )
    # The batch that was interrupted, and at most what the queue and the reader held beside it.
    assert 3 <= batches <= 3 + 2 + 1
    assert (records, last, size) == (10 * batches, batches - 1, 220 * batches)
    assert workplace.query("SELECT count(*), count(DISTINCT RECORD_NO) FROM STG_PAYMENT") == [(records, records)]
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(0,)]


def test_several_readers_drain_alike(workplace: Workplace) -> None:
    gate = interrupted(workplace)
    workplace.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"num_readers": 3}}
    process = workplace.start()
    assert process.stderr is not None
    assert any("nothing more is read" in line for line in process.stderr)
    open_gate(gate)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 143, err
    assert workplace.query("SELECT STATE FROM MF_RUN") == [("INTERRUPTED",)]
    ledger = workplace.query(
        "SELECT PART, count(*), max(BATCH_NO), sum(RECORDS), max(END_BYTE) - min(START_BYTE) FROM MF_LEDGER "
        "GROUP BY PART ORDER BY PART"
    )
    assert ledger[0][:2] >= (0, 3)
    for _, batches, last, records, size in ledger:
        assert (last, size) == (batches - 1, 22 * records)
    staged = workplace.query("SELECT PART, count(DISTINCT RECORD_NO), count(*) FROM STG_PAYMENT GROUP BY 1 ORDER BY 1")
    assert staged == [(part, records, records) for part, _, _, records, _ in ledger]
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(0,)]


def test_a_second_signal_stops_at_once(workplace: Workplace) -> None:
    interrupted(workplace)
    process = workplace.start()
    assert process.stderr is not None
    assert any("nothing more is read" in line for line in process.stderr)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 143
    assert "stopped before all was done" in err
    assert workplace.query("SELECT STATE FROM MF_RUN") == [("LOADING",)]


def test_a_drain_that_takes_too_long_is_stopped(workplace: Workplace) -> None:
    interrupted(workplace)
    workplace.job["pipeline"]["shutdown_timeout"] = 0.1
    process = workplace.start()
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 143
    assert "stopped before all was done" in err
    ledger = workplace.query("SELECT coalesce(sum(RECORDS), 0) FROM MF_LEDGER")
    assert workplace.query("SELECT count(*) FROM STG_PAYMENT") == ledger


def test_a_database_that_another_process_has_open_is_trouble_that_passes(workplace: Workplace) -> None:
    workplace.write([workplace.payment(1)])
    with duckdb.connect(str(workplace.database)):
        process = workplace.start()
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 16
    assert str(workplace.database) in err
    assert "Traceback" not in err


@pytest.mark.parametrize("output", ["rejects.file", "log.file", "--report"])
def test_no_output_takes_the_place_of_the_input(workplace: Workplace, output: str) -> None:
    workplace.write([workplace.payment(1)])
    process = workplace.start(*spoiled_output(workplace, output, workplace.input))
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 12, err
    assert f"{output} {workplace.input} is the input, which would be lost" in err
    assert workplace.input.read_bytes() == workplace.payment(1)


@pytest.mark.parametrize("output", ["rejects.file", "log.file", "--report"])
def test_an_output_that_cannot_be_written_is_told_before_the_load(workplace: Workplace, output: str) -> None:
    workplace.write([workplace.payment(1)])
    process = workplace.start(*spoiled_output(workplace, output, workplace.path))
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 12, err
    assert str(workplace.path) in err
    assert "Traceback" not in err
    assert "Errno" not in err
    assert not workplace.database.exists()


def spoiled_output(workplace: Workplace, output: str, path: Path) -> list[str]:
    """Let an output of the job have that path; return the options that it takes."""
    if output == "--report":
        return [output, str(path)]
    section, key = output.split(".")
    workplace.job.setdefault(section, {})[key] = str(path)
    return []


def test_the_summary_is_shown_even_if_the_report_cannot_be_written(workplace: Workplace) -> None:
    workplace.write([workplace.payment(1)])
    process = workplace.start("--report", "/dev/full")
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 16
    assert "COMPLETED" in out
    assert "/dev/full: No space left on device" in err
    assert "Traceback" not in err


def test_a_reject_file_that_cannot_be_written_is_named(workplace: Workplace) -> None:
    workplace.job["rejects"] |= {"file": "/dev/full", "percent": 100}
    workplace.write([workplace.payment(1, state="X")])
    process = workplace.start()
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, "FAILED" in out) == (16, True)
    assert "/dev/full: No space left on device; once that is put right: resume " in err
    assert "Errno" not in err


DROPPING = """
import os
import numpy as np

def drop(values, status):
    raise SystemError
"""


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda w: w.input.unlink(), "No such file"),
        (lambda w: w.write([]), "is empty"),
        (lambda w: w.write([w.payment(1), b"12345"]), "5 bytes into a record of 22"),
        (lambda w: (w.path / "payment.cpy").write_text("       01 A.\n           05 B PIC 9(5.\n"), "payment.cpy:2"),
        (lambda w: w.job["pipeline"].update(proccessors=3), "processors"),
        (lambda w: w.job["rules"].append({"field": "PAYE", "required": True}), "PAYEE"),
    ],
    ids=["no file", "empty file", "half a record", "bad copybook", "unknown key", "unknown field"],
)
def test_a_user_s_mistake_is_one_message_and_exit_code_12(workplace: Workplace, spoil, says: str) -> None:
    workplace.write([workplace.payment(1)])
    spoil(workplace)
    process = workplace.start()
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 12, err
    assert says in err
    assert "Traceback" not in err
