"""From a file in page cache to its end, by the command line in this process, on two cores."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow.parquet as pq
import pytest
from jobs import DISCARD, check, duckdb_target, write_job
from workloads import DISPLAY_HEAVY, TWENTY_COLUMNS
from yardstick import Yardstick, look_up

from driver.cli import app

ROUNDS = 3
LOADED = 1_500_000
WRITTEN = 2_000_000
DISCARDED = 4_000_000
"""Two gigabytes: of one, a tenth of the time was that of the command around the pipeline."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """For a gigabyte that nobody needs after the test."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def two_cores() -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:2])
    yield
    os.sched_setaffinity(0, before)


def command(*arguments: object) -> None:
    app([str(argument) for argument in arguments], standalone_mode=False)


def test_duckdb(compare, folder):
    job = write_job(folder, TWENTY_COLUMNS, LOADED, duckdb_target(folder))
    report = folder / "report.json"

    def work() -> None:
        for old in folder.glob("target.duckdb*"):
            old.unlink()
        command("run", job, "--quiet", "--force", "--report", report)

    compare("duckdb", work, look_up(np.fromfile(folder / "twenty-columns.dat", np.uint8)), LOADED, ROUNDS)
    check(report, LOADED, merged=True)


def test_parquet(compare, folder):
    copybook, data = TWENTY_COLUMNS.write(folder, WRITTEN)
    out = folder / "out.parquet"

    def work() -> None:
        command("decode", data, "--copybook", copybook, "--format", "parquet", "--out", out)

    compare("parquet", work, look_up(np.fromfile(data, np.uint8)), WRITTEN, ROUNDS)
    assert pq.read_metadata(out).num_rows == WRITTEN


def test_discard(compare, folder):
    job = write_job(folder, DISPLAY_HEAVY, DISCARDED, DISCARD)
    report, data = folder / "report.json", folder / "display-heavy.dat"

    def cat() -> None:
        subprocess.run(["cat", data], stdout=subprocess.DEVNULL, check=True)  # noqa: S607 - of the path

    def work() -> None:
        command("run", job, "--quiet", "--force", "--report", report)

    compare("discard", work, Yardstick("cat", cat), data.stat().st_size, 2 * ROUNDS)
    check(report, DISCARDED, merged=False)
