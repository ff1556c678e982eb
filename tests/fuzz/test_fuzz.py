"""Seconds of what `make fuzz` does, so that it can be relied on to run and to see what it looks for."""

import shutil
import subprocess
from pathlib import Path

import pytest
from fuzz.inputs import fuzz
from fuzz.plans import write_plans

COMPILER = "cc"


def test_copybooks_records_and_files(tmp_path: Path) -> None:
    done = fuzz(4_000, 7, tmp_path)
    assert sum(done.values()) >= 4_000
    assert min(done.values()) > 0


@pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"there is no compiler {COMPILER}")
def test_kernels(tmp_path: Path) -> None:
    subprocess.run([Path(__file__).with_name("compile"), tmp_path / "kernels"], check=True)
    write_plans(tmp_path / "plans", 40, 7)
    command = [tmp_path / "kernels", tmp_path / "plans", "50000", "7"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    fixed, variable, streams = (int(part.split()[0]) for part in done.stdout.split(", "))
    assert min(fixed, variable, streams) > 1_000
