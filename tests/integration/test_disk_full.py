"""Disks that are full: which file it is, exit code 16, and a run that goes on once there is room."""

from __future__ import annotations

import json
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Workplace

PATIENCE = 60
"""Seconds after which a process counts as stuck."""
RECORDS = 20_000
MOST = 700_000
"""Bytes of a file: the database has its tables then, and not all rows."""


@pytest.fixture
def full(workplace: Workplace) -> Workplace:
    """A job over texts that no database makes much smaller."""
    numbers = (n * 2_654_435_761 % 2**32 for n in range(RECORDS))
    workplace.write(workplace.payment(n, f"{number:010d}") for n, number in enumerate(numbers))
    workplace.job |= {"rules": [], "controls": [], "runs": str(workplace.path / "runs")}
    workplace.job["pipeline"] |= {"batch_size": 500}
    workplace.job["target"] |= {"commit_rows": 1_000}
    return workplace


def small_files() -> None:
    """No file of this process grows past so many bytes: then its writes fail as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, MOST))


def run(workplace: Workplace, *options: str, before: Callable[[], None] | None = None) -> tuple[int, str]:
    """Run the command; its exit code, and what it says on standard error."""
    (workplace.path / "job.yaml").write_text(json.dumps(workplace.job))
    process = subprocess.run(
        [sys.executable, "-m", "driver", *options],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=before,
    )
    return process.returncode, process.stderr


def run_id(workplace: Workplace) -> str:
    (manifest,) = (workplace.path / "runs").glob("*/manifest.json")
    return manifest.parent.name


def loaded(workplace: Workplace) -> tuple[int, ...]:
    """Records of the ledger, distinct ones in staging, and rows of final, which takes them all from there."""
    ledger, staging, final = (
        workplace.query(f"SELECT {what}")[0][0]
        for what in (
            "coalesce(sum(RECORDS), 0) FROM MF_LEDGER",
            "count(DISTINCT RECORD_NO) FROM STG_PAYMENT",
            "count(*) FROM PAYMENT",
        )
    )
    return int(ledger), staging, final


def resumed(workplace: Workplace) -> None:
    """The run goes on, and everything is there once."""
    code, err = run(workplace, "resume", run_id(workplace), "--runs", str(workplace.path / "runs"))
    assert code == 0, err
    assert loaded(workplace) == (RECORDS, 0, RECORDS)


def test_a_database_that_cannot_grow_ends_the_run_resumably(full: Workplace) -> None:
    code, err = run(full, "run", str(full.path / "job.yaml"), before=small_files)
    assert code == 16, err
    assert f'"{full.database}' in err
    assert "File too large" in err
    assert f"once that is put right: resume {run_id(full)}" in err
    ledger, staging, final = loaded(full)  # it opens again, and what is in it fits together
    assert 0 < ledger < RECORDS
    assert (staging, final) == (ledger, 0)
    resumed(full)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with no room to speak of."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MOST}", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_without_room_for_the_database_is_named_and_the_run_goes_on_when_there_is(
    full: Workplace, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(full), "database", small_disk / "payments.duckdb")
    full.job["target"]["database"] = str(full.database)
    code, err = run(full, "run", str(full.path / "job.yaml"))
    assert code == 16, err
    assert f'"{full.database}' in err
    assert "No space left on device" in err
    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    ledger, staging, _ = loaded(full)
    assert 0 < ledger == staging < RECORDS
    resumed(full)


def test_a_disk_without_room_for_the_reject_file_is_named_and_the_run_goes_on_when_there_is(
    full: Workplace, small_disk: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,size=16k", str(small_disk)], check=True)
    full.job["rules"] = [{"field": "STATE", "allowed": ["C"]}]
    full.job["rejects"] |= {"file": str(small_disk / "payments.rej"), "limit": RECORDS, "percent": 100}
    code, err = run(full, "run", str(full.path / "job.yaml"))
    assert code == 16, err
    assert re.search(rf"{small_disk}/payments\.rej\S*: No space left on device; once that is put right: resume", err)
    assert not list(small_disk.glob(".*"))  # nothing is left of a file that is not whole
    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    code, err = run(full, "resume", run_id(full), "--runs", str(full.path / "runs"))
    assert code == 4, err
    assert (small_disk / "payments.rej").stat().st_size == full.input.stat().st_size


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_a_reject_file_that_is_a_full_device_is_named(full: Workplace) -> None:
    full.job["rules"] = [{"field": "STATE", "allowed": ["C"]}]
    full.job["rejects"] |= {"file": "/dev/full", "limit": RECORDS, "percent": 100}
    code, err = run(full, "run", str(full.path / "job.yaml"))
    assert code == 16, err
    assert "/dev/full: No space left on device" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_a_report_that_cannot_be_written_is_named_though_all_is_loaded(full: Workplace) -> None:
    code, err = run(full, "run", str(full.path / "job.yaml"), "--report", "/dev/full")
    assert code == 16, err
    assert "/dev/full: No space left on device" in err
    assert loaded(full) == (RECORDS, 0, RECORDS)


def test_a_run_whose_folder_has_no_room_for_its_report_says_so(full: Workplace, small_disk: Path) -> None:
    full.job["runs"] = str(small_disk)
    subprocess.run(["mount", "-o", "remount,size=8k", str(small_disk)], check=True)
    code, err = run(full, "run", str(full.path / "job.yaml"))
    assert code == 16, err
    assert str(small_disk) in err
    assert "No space left on device" in err
