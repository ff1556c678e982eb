"""The thread pool beside the process pool, to no database: with a plug-in that holds the GIL, and without."""

import os
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from driver.batch.application import BatchApplication
from driver.config.model import Job

COPYBOOK = """\
       01  PAYMENT.
           05  PAY-ID    PIC 9(9).
           05  PAYEE     PIC X(40).
           05  AMOUNT    PIC S9(9)V99 COMP-3.
           05  STATE     PIC X(10).
"""
RECORD = "000000001".encode("cp037") + "ABCDEFGHIJ".encode("cp037") * 4
RECORD += bytes.fromhex("00000012345C") + "ACTIVE".ljust(10).encode("cp037")


def payee_checks(values: np.ndarray, status: np.ndarray) -> np.ndarray:
    """A plug-in as users write them: a check digit over 40 characters, in Python, for each record."""
    good = []
    for value in values.tolist():
        total = 0
        for character in value:
            total = (total * 36 + character) % 97
        good.append(total != 97)
    return np.array(good, np.bool_)


@pytest.fixture
def job(tmp_path: Path) -> dict:
    (tmp_path / "payment.cpy").write_text(COPYBOOK)
    return {
        "job": "pools",
        "input": {"path": str(tmp_path / "payments.dat"), "copybook": str(tmp_path / "payment.cpy")},
        "target": {"type": "discard"},
        "runs": str(tmp_path / "runs"),
    }


@pytest.mark.parametrize("pool", ["thread", "process"])
@pytest.mark.parametrize(("rules", "records"), [("plug-in", 1_000_000), ("plain", 20_000_000)])
def test_records_a_second(benchmark, job: dict, pool: str, rules: str, records: int) -> None:
    processors = os.cpu_count() or 1
    job["pipeline"] = {"pool": pool, "processors": processors, "writers": 1, "memory_limit": "2GB"}
    if rules == "plug-in":
        job["rules"] = [{"field": "PAYEE", "plugin": f"{__name__}:payee_checks"}]

    def load() -> float:
        report = BatchApplication(Job.model_validate(job), "RUN", Console(file=StringIO())).run(force=True)
        assert report.counts is not None
        assert report.counts.rejected == 0
        return report.seconds["load"]

    path = Path(job["input"]["path"])
    path.write_bytes(RECORD)
    start = min(load() for _ in range(3))
    with path.open("wb") as file:
        for _ in range(records // 100_000):
            file.write(RECORD * 100_000)
    benchmark.pedantic(load, rounds=3)
    benchmark.extra_info["processors"] = processors
    benchmark.extra_info["start, s"] = round(start, 3)
    benchmark.extra_info["records/s after it"] = round(records / (benchmark.stats["min"] - start))
