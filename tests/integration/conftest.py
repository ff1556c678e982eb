import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from driver.batch.application import BatchApplication
from driver.batch.report import RunReport
from driver.config.model import Job

COPYBOOK = """\
       01  PAYMENT.
           05  PAY-ID    PIC 9(6).
           05  PAYEE     PIC X(10).
           05  AMOUNT    PIC S9(7)V99 COMP-3.
           05  STATE     PIC X.
"""


@dataclass
class Workplace:
    """A directory with a copybook, an input file and a job over them."""

    path: Path
    job: dict[str, Any] = field(init=False)
    runs: int = 0

    def __post_init__(self) -> None:
        (self.path / "payment.cpy").write_text(COPYBOOK)
        self.job = {
            "job": "payments",
            "input": {"path": str(self.input), "copybook": str(self.path / "payment.cpy")},
            "pipeline": {"batch_size": 10, "processors": 2, "writers": 2},
            "rules": [{"field": "STATE", "allowed": ["A", "C"]}],
            "target": {
                "type": "duckdb",
                "database": str(self.database),
                "staging": "STG_PAYMENT",
                "final": "PAYMENT",
                "key": ["PAY-ID"],
            },
            "rejects": {"limit": 100, "percent": 10, "file": str(self.path / "payments.rej")},
            "controls": [{"sum": "AMOUNT"}],
            "runs": str(self.path / "runs"),
        }

    @property
    def input(self) -> Path:
        return self.path / "payments.dat"

    @property
    def database(self) -> Path:
        return self.path / "payments.duckdb"

    @property
    def rejects(self) -> bytes:
        return (self.path / "payments.rej").read_bytes()

    def write(self, records: Iterable[bytes]) -> None:
        """Make the input file."""
        self.input.write_bytes(b"".join(records))

    @staticmethod
    def payment(number: int, payee: str = "SMITH", cents: int = 100, state: str = "A") -> bytes:
        """The record of a payment, in EBCDIC."""
        packed = bytes.fromhex(f"{abs(cents):09d}{'D' if cents < 0 else 'C'}")
        return f"{number:06d}{payee:<10}".encode("cp037") + packed + state.encode("cp037")

    def run(self) -> RunReport:
        """Run the job in this process."""
        self.runs += 1
        console = Console(file=StringIO())
        return BatchApplication(Job.model_validate(self.job), f"RUN{self.runs}", console).run()

    def start(self, *options: str) -> "subprocess.Popen[str]":
        """Run the job as an operator does; modules in the directory can be plug-ins."""
        job_file = self.path / "job.yaml"
        job_file.write_text(json.dumps(self.job))
        return subprocess.Popen(
            [sys.executable, "-m", "driver", "run", str(job_file), *options],
            env=os.environ | {"PYTHONPATH": str(self.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the target database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)
