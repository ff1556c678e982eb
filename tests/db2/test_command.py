"""The command itself, over the job that the project shows, with ten connections lost on the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from drda.faults import Fault, Kind, Point

from driver.batch.exit_codes import ExitCode

pytestmark = [pytest.mark.db2, pytest.mark.slow]
RECORDS = 200_000
ROOT = Path(__file__).parents[2]
ROWS = 'INSERT INTO "STG_CUSTOMER"'
DROPS = [
    *(Fault(Kind.DROP_BEFORE, Point.EXECUTE, ROWS, occurrence) for occurrence in (2, 11, 30)),
    *(Fault(Kind.DROP_INSIDE, Point.EXECUTE, ROWS, occurrence) for occurrence in (5, 17)),
    *(Fault(Kind.DROP_BEFORE, Point.COMMIT, ROWS, occurrence) for occurrence in (3, 20)),
    *(Fault(Kind.DROP_AFTER, Point.COMMIT, ROWS, occurrence) for occurrence in (8, 25)),
    Fault(Kind.DROP_BEFORE, Point.EXECUTE, "MERGE INTO", 1),
]


def driver(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m driver`` in the project's folder."""
    return subprocess.run(
        [sys.executable, "-m", "driver", *arguments],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_two_hundred_thousand_records_reconcile_though_ten_connections_are_lost(breakable, tmp_path):
    address = breakable.server.address
    data, report = tmp_path / "customer.dat", tmp_path / "report.json"
    made = driver("generate", "config/copybooks/customer.cpy", "--records", str(RECORDS), "--out", str(data))
    assert made.returncode == 0, made.stderr
    breakable.laboratory.arm(*DROPS)
    run = driver(
        "run",
        "config/db2.yaml",
        f"--set=input.path={data}",
        f"--set=target.port={address.port}",
        f"--set=rejects.file={tmp_path / 'customer.rej'}",
        f"--report={report}",
        MFDECODE_SECRETS__DB2_PASSWORD=address.password,
    )
    assert run.returncode == ExitCode.REJECTS, run.stderr
    assert set(breakable.laboratory.fired) == set(DROPS)
    figures = json.loads(report.read_text())
    assert figures["state"] == "COMPLETED"
    assert figures["counts"]["read"] == RECORDS
    assert all(identity["left"] == identity["right"] for identity in figures["identities"])
    assert figures["retries"] >= len(DROPS)
    assert f"{figures['retries']} retries" in run.stdout
    assert address.password not in run.stdout + run.stderr + report.read_text()
