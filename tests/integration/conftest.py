import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from driver.batch.application import BatchApplication
from driver.batch.reloading import job_of_rejects
from driver.batch.report import RunReport
from driver.batch.run_folder import RunFolder
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
            "pipeline": {"batch_size": 10, "processors": 2, "writers": 2, "memory_limit": "700MB"},
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

    def run(self, *, force: bool = True, rejects_of: str | None = None) -> RunReport:
        """Run the job in this process, or run it over the rejects of a run."""
        self.runs += 1
        return self.application(f"RUN{self.runs}", rejects_of).run(force=force)

    def application(self, run_id: str, rejects_of: str | None = None) -> BatchApplication:
        """What runs the job, or does something else with a run of it."""
        job = Job.model_validate(self.job)
        if rejects_of is not None:
            job = job_of_rejects(job, rejects_of)
        return BatchApplication(job, run_id, Console(file=StringIO()))

    def folder(self, run_id: str | None = None) -> RunFolder:
        """Of a run; of the last in this process if it is not told which."""
        return RunFolder(Path(self.job["runs"]), run_id or f"RUN{self.runs}")

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

    def cut_off(self, missing: Iterable[int], tables: Mapping[str, str] | None = None) -> None:
        """Leave the database as a crash does that has kept these batches of the last run from being committed.

        Args:
            missing: their numbers.
            tables: staging table → final table.
        """
        numbers = ", ".join(map(str, missing)) or "-1"
        tables = {"STG_PAYMENT": "PAYMENT"} if tables is None else tables
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(
                "DELETE FROM MF_REJECT USING MF_LEDGER l WHERE MF_REJECT.RUN_ID = l.RUN_ID "
                f"AND RECORD_NO BETWEEN l.FIRST_RECORD AND l.FIRST_RECORD + l.RECORDS - 1 AND l.BATCH_NO IN ({numbers})"
            )
            for table in (*tables, "MF_LEDGER"):
                connection.execute(f"DELETE FROM {table} WHERE BATCH_NO IN ({numbers})")
            for table in tables.values():
                connection.execute(f"DELETE FROM {table}")
            connection.execute(
                "UPDATE MF_RUN_TABLE SET MERGED_RECORDS = 0, INSERTED = 0, UPDATED = 0, UNCHANGED = 0, SUPERSEDED = 0, "
                "STAGED = NULL, CONTROLS = NULL"
            )
            connection.execute("UPDATE MF_RUN SET STATE = 'LOADING', FILE_XXH128 = NULL")

    def execute(self, *statements: str) -> None:
        """Change the target database."""
        with duckdb.connect(str(self.database)) as connection:
            for sql in statements:
                connection.execute(sql)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the target database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)
