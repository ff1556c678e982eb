"""The most memory that real runs take, against the worst case that was worked out before they began."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from driver.generate.sample import generate_sample
from mfdecode import Copybook, RecordFormat
from mfdecode.options import DecodeOptions

MOST_SURPLUS = 1.7
"""The worst case may be so many times what is taken: queues are not always full, and auto may end before its most."""
SHORT = ("pipeline.batch_size=2000",)
"""So that the sample has more batches than the queues take."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    layout = Copybook.from_file("config/copybooks/customer.cpy").layout()
    for record_format in (RecordFormat.F, RecordFormat.VB):
        generate_sample(
            layout,
            folder / f"customer.{record_format}",
            records=300_000,
            seed=4,
            bad=0.001,
            duplicates=0.01,
            options=DecodeOptions(),
            record_format=record_format,
        )
    return folder


def peak_of(folder: Path, *settings: str, code: int = 4) -> tuple[int, int]:
    """Run the sample job; what it takes at most, and what its log says of the worst case."""
    paths = {"target.database": "c.duckdb", "rejects.file": "c.rej", "log.file": "run.log", "runs": "runs"}
    given = [*(f"{key}={folder / name}" for key, name in paths.items()), "pipeline.memory_limit=1GB", *settings]
    options = [argument for setting in given for argument in ("--set", setting)]
    process = subprocess.Popen(
        [sys.executable, "-m", "driver", "run", "config/customer.yaml", "--quiet", *options], env=os.environ
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == code
    lines = map(json.loads, (folder / "run.log").read_text().splitlines())
    (said,) = [line["worst_case"] for line in lines if line["event"] == "memory"]
    return usage.ru_maxrss * 1024, said


@pytest.mark.parametrize(
    ("record_format", "settings"),
    [
        ("F", ("pipeline.memory_limit=500MB",)),
        ("F", ("pipeline.memory_limit=500MB", "pipeline.pool=process")),
        ("F", ("pipeline.raw_queue=60", "pipeline.write_queue=60", *SHORT)),
        ("F", ("pipeline.writers=4", "target.memory=100MB")),
        ("F", ("pipeline.processors=auto", "pipeline.writers=auto")),
        ("VB", SHORT),
    ],
)
def test_no_run_takes_more_than_its_worst_case_and_that_is_not_far_above(
    sample: Path, tmp_path: Path, record_format: str, settings: tuple[str, ...]
) -> None:
    given = (f"input.path={sample / f'customer.{record_format}'}", f"input.record_format={record_format}", *settings)
    peak, said = peak_of(tmp_path, *given)
    assert peak <= said <= MOST_SURPLUS * peak


def test_a_file_that_is_wrong_in_every_field_stays_within_the_limit_too(sample: Path, tmp_path: Path) -> None:
    shifted = tmp_path / "shifted"
    shifted.write_bytes((sample / "customer.F").read_bytes()[1:] + b"@")
    peak, said = peak_of(tmp_path, f"input.path={shifted}", "pipeline.memory_limit=500MB", code=8)
    assert peak <= said <= 500_000_000


def test_a_run_that_may_take_too_much_begins_nothing(sample: Path, tmp_path: Path) -> None:
    settings = {
        "input.path": sample / "customer.F",
        "target.database": tmp_path / "c.duckdb",
        "runs": tmp_path / "runs",
        "log.file": tmp_path / "log",
        "pipeline.write_queue": 1_000,
    }
    options = [argument for key, value in settings.items() for argument in ("--set", f"{key}={value}")]
    command = [sys.executable, "-m", "driver", "run", "config/customer.yaml", *options]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 12
    assert "decoded batches: processors + write_queue + writers   1004" in process.stderr
    assert "pipeline.write_queue: " in process.stderr
    assert not (tmp_path / "c.duckdb").exists()
