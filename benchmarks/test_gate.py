"""The gate is broken by what it is there for: a ratio that has fallen, kernels that execute more."""

import os
import shutil
import subprocess
import sys

import pytest
from callgrind import Level, count_instructions
from gate import ROOT, Baseline, compare_instructions, compare_ratios
from machine import compiler


@pytest.mark.parametrize(("now", "holds"), [(0.2, True), (0.151, True), (0.149, False)])
def test_a_ratio_that_fell_by_more_than_a_quarter(now, holds):
    (compared,) = compare_ratios({"rows": now, "new": 1.0}, {"rows": 0.2})
    assert compared.holds is holds


@pytest.mark.parametrize(("now", "holds"), [(900, True), (1_049, True), (1_051, False)])
def test_a_kernel_that_executes_more_than_a_twentieth_more(now, holds):
    (compared,) = compare_instructions(Level.BASELINE, {"framing": now}, {"framing": 1_000})
    assert compared.holds is holds


def test_a_workload_that_is_not_measured_any_more():
    with pytest.raises(KeyError):
        compare_ratios({}, {"rows": 0.2})


def test_kernels_that_were_slowed(tmp_path):
    """The same sources, built so that no function is put into another."""
    before = Baseline.read().instructions.get(compiler())
    if before is None:
        pytest.skip(f"the baseline has no instruction counts by {compiler()}")
    for part in ("ext", "mfdecode", "driver"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    for part in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / part, tmp_path)
    slowed = os.environ | {"CFLAGS": "-fno-inline"}
    build = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
    subprocess.run(build, cwd=tmp_path, env=slowed, check=True, capture_output=True)
    now = count_instructions(Level.BASELINE, tmp_path)
    assert not all(c.holds for c in compare_instructions(Level.BASELINE, now, before[Level.BASELINE]))
