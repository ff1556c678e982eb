from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Workplace

PATIENCE = 60
"""Seconds after which a process counts as stuck."""
SEGMENTS = Path("/dev/shm")  # noqa: S108 - where Linux keeps them
PLUGINS = """
import os, signal
import numpy as np

def odd_payee(values, status):
    '''A test in pure Python, record by record.'''
    return np.array([sum(bytes(value)) % 13 != 0 for value in values], bool)

def fail(values, status):
    if values[0] == 20:
        raise ValueError("no such payment")
    return np.ones(len(values), bool)

def kill(values, status):
    if values[0] == 20:
        os.kill(os.getpid(), signal.SIGKILL)
    return np.ones(len(values), bool)

def leave(values, status):
    if values[0] == 20:
        os._exit(3)
    return np.ones(len(values), bool)

def interrupt(values, status):
    '''Send the signal of the environment to the whole job, as a terminal does; go on when the test opens the gate.'''
    if values[0] == 20:
        number = int(os.environ["NUMBER"])
        os.kill(os.getpid(), number)
        os.kill(os.getppid(), number)
        open(os.environ["GATE"]).close()
    return np.ones(len(values), bool)
"""


@pytest.fixture
def pooled(workplace: Workplace) -> Workplace:
    """A job for two worker processes, and plug-ins for it."""
    (workplace.path / "plugins.py").write_text(PLUGINS)
    workplace.job["pipeline"]["pool"] = "process"
    return workplace


def finished(workplace: Workplace, process: subprocess.Popen[str]) -> str:
    """What a run says on standard error; whatever it was, it leaves no shared memory."""
    _, err = process.communicate(timeout=PATIENCE)
    assert not list(SEGMENTS.glob(f"mfdecode-{process.pid}-*"))
    assert "resource_tracker" not in err
    return err


def with_plugin(workplace: Workplace, name: str, field: str = "PAY-ID") -> None:
    workplace.job["rules"].append({"field": field, "plugin": f"plugins:{name}"})


def damaged(workplace: Workplace, number: int) -> bytes:
    record = workplace.payment(number)
    return record[:16] + bytes.fromhex("00000A100C") + record[21:]


def records(workplace: Workplace) -> list[bytes]:
    """Good ones and bad ones; a key occurs more than once."""
    return [
        damaged(workplace, n)
        if n % 101 == 7
        else workplace.payment(n % 900, f"PAYEE {n}", cents=(-1) ** n * n, state="X" if n % 97 == 0 else "A")
        for n in range(1_234)
    ]


@pytest.mark.parametrize("record_format", ["F", "V"])
def test_both_pools_make_the_same_tables_ledger_and_rejects(pooled: Workplace, record_format: str) -> None:
    framed = records(pooled)
    if record_format == "V":
        framed = [r[: len(r) - n % 3] + b"\x40" * (n % 7 == 0) for n, r in enumerate(framed)]
        framed = [(len(r) + 4).to_bytes(2, "big") + b"\x00\x00" + r for r in framed]
    pooled.write(framed)
    pooled.job["input"]["record_format"] = record_format
    pooled.job["fields"] = {"PAYEE": {"pii": "hash"}, "STATE": {"map": {"A": "active", "C": "closed", "X": "gone"}}}
    pooled.job["constants"] = {"SOURCE": "BANK", "LOAD-NO": 7}
    pooled.job["rejects"] |= {"limit": 2_000, "percent": 100}
    pooled.job["secrets"] = {"hash_salt": "pepper"}
    pooled.job["target"]["keep_staged"] = True
    with_plugin(pooled, "odd_payee", "PAYEE")
    tables = []
    for pool in ("thread", "process"):
        pooled.job["pipeline"]["pool"] = pool
        pooled.job["target"]["database"] = str(pooled.path / f"{pool}.duckdb")
        process = pooled.start()
        err = finished(pooled, process)
        assert process.returncode == 4, err
        tables.append(contents(Path(pooled.job["target"]["database"])) | {"file": pooled.rejects})
    assert tables[0] == tables[1]
    assert len(tables[0]["final"]) > 100
    assert {"PLUGIN", "ALLOWED", "BAD_DIGIT"} <= {row[2] for row in tables[0]["rejects"]}


def contents(database: Path) -> dict[str, object]:
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:

        def rows(sql: str) -> list[tuple[object, ...]]:
            return connection.execute(sql).fetchall()

        return {
            "final": rows("SELECT * EXCLUDE (RUN_ID, LOADED_AT) FROM PAYMENT ORDER BY ALL"),
            "staging": rows("SELECT * EXCLUDE (RUN_ID, WORKER_ID, LOADED_AT) FROM STG_PAYMENT ORDER BY ALL"),
            "ledger": rows("SELECT * EXCLUDE (RUN_ID, WORKER_ID) FROM MF_LEDGER ORDER BY ALL"),
            "rejects": rows("SELECT RECORD_NO, FIELD, CODE, BYTE_OFFSET, MESSAGE, RAW FROM MF_REJECT ORDER BY ALL"),
        }


def test_a_failing_plug_in_ends_the_run_as_it_does_in_a_thread(pooled: Workplace) -> None:
    pooled.write(pooled.payment(n) for n in range(100))
    with_plugin(pooled, "fail")
    process = pooled.start()
    err = finished(pooled, process)
    assert process.returncode == 12, err
    assert "plug-in plugins:fail failed on PAY_ID: ValueError: no such payment" in err
    assert "Traceback" not in err
    assert pooled.query("SELECT STATE FROM MF_RUN") == [("FAILED",)]


@pytest.mark.parametrize(("plugin", "how"), [("kill", "was ended by SIGKILL"), ("leave", "ended with exit code 3")])
def test_a_worker_that_dies_ends_the_run_resumably_and_is_named(pooled: Workplace, plugin: str, how: str) -> None:
    pooled.write(pooled.payment(n) for n in range(1_000))
    with_plugin(pooled, plugin)
    process = pooled.start()
    err = finished(pooled, process)
    assert process.returncode == 16, err
    assert how in err
    assert "batch 2 (from record 20)" in err
    assert "Traceback" not in err
    assert pooled.query("SELECT count(*) FROM PAYMENT") == [(0,)]


def interrupted(pooled: Workplace, monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> str:
    gate = str(pooled.path / "gate")
    os.mkfifo(gate)
    monkeypatch.setenv("GATE", gate)
    monkeypatch.setenv("NUMBER", str(int(number)))
    with_plugin(pooled, "interrupt")
    pooled.job["pipeline"] |= {"processors": 1, "writers": 1, "raw_queue": 2, "write_queue": 2}
    pooled.write(pooled.payment(n) for n in range(1_000))
    return gate


def wait_for_the_drain(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    assert any("nothing more is read" in line for line in process.stderr)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_workers_drain_by_the_parent_s_word_alone(
    pooled: Workplace, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    gate = interrupted(pooled, monkeypatch, number)
    process = pooled.start()
    wait_for_the_drain(process)
    Path(gate).write_bytes(b"")
    err = finished(pooled, process)
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert pooled.query("SELECT STATE FROM MF_RUN") == [("INTERRUPTED",)]
    [(batches, read)] = pooled.query("SELECT count(*), sum(RECORDS) FROM MF_LEDGER")
    assert (3 <= batches <= 6, read) == (True, 10 * batches)
    assert pooled.query("SELECT count(DISTINCT RECORD_NO) FROM STG_PAYMENT") == [(read,)]


def test_a_second_signal_takes_the_workers_with_it(pooled: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(pooled, monkeypatch, signal.SIGTERM)
    process = pooled.start()
    wait_for_the_drain(process)
    process.send_signal(signal.SIGTERM)
    # The pipes of the worker end with it: had it outlived its parent, this would wait for it.
    err = finished(pooled, process)
    assert process.returncode == 143, err
    assert "stopped before all was done" in err


def test_secrets_are_in_no_message_and_the_report_is_whole(pooled: Workplace) -> None:
    pooled.job["fields"] = {"PAYEE": {"pii": "hash"}}
    pooled.job["secrets"] = {"hash_salt": "Gx7!unlikely"}
    pooled.write(pooled.payment(n) for n in range(100))
    process = pooled.start("--report", str(pooled.path / "report.json"))
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    report = (pooled.path / "report.json").read_text()
    assert "Gx7!unlikely" not in out + err + report
    assert json.loads(report)["pipeline"]["processed"]["records"] == 100


SMALL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"


def test_too_little_shared_memory_is_told_before_anything_is_read(pooled: Workplace) -> None:
    pooled.write(pooled.payment(n) for n in range(100))
    (pooled.path / "job.yaml").write_text(json.dumps(pooled.job | {"target": {"type": "discard"}}))
    program = f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); {SMALL}; import runpy, sys; "
    program += "sys.argv[1:] = ['run', 'job.yaml']; runpy.run_module('driver', run_name='__main__')"
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([os.getcwd(), str(pooled.path)])},
        cwd=pooled.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    err = finished(pooled, process)
    assert process.returncode == 16, err
    assert "bytes of shared memory" in err
    assert "lower pipeline.write_queue" in err
