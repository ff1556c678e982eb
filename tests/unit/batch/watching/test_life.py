"""Whether a run goes on, as its status and this machine tell."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from driver.batch.run_folder import RunFolder, UnknownRun
from driver.batch.watching.life import Life, last_sign
from driver.batch.watching.runs import look_at, look_at_all
from driver.batch.watching.status import Ending, Status, StatusError


@pytest.fixture(scope="module")
def gone() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("host", "lives", "age", "life"),
    [
        ("here", True, 1, Life.RUNNING),
        ("here", True, 300, Life.SILENT),  # or another process has its number
        ("here", True, -3_600, Life.RUNNING),
        ("here", False, 1, Life.DEAD),
        ("here", False, -3_600, Life.DEAD),
        ("there", False, 1, Life.RUNNING),
        ("there", False, 300, Life.SILENT),
        ("there", True, -3_600, Life.UNKNOWN),
    ],
)
def test_the_life_of_a_process(status: Status, gone: int, host: str, lives: bool, age: float, life: Life) -> None:
    seen = replace(status, host=host, pid=os.getpid() if lives else gone)
    sign = last_sign(seen, now=status.started + timedelta(seconds=age), host="here")
    assert (sign.life, sign.age, sign.clock_set_back) == (life, age, age < 0)


def test_a_run_that_said_how_it_ended_has_ended(status: Status, gone: int) -> None:
    ended = replace(status, pid=gone, ending=Ending(status.started, 0, ""))
    assert last_sign(ended, now=status.started, host="here").life is Life.ENDED


def write(runs: Path, status: Status) -> None:
    folder = RunFolder(runs, status.run_id)
    folder.create()
    status.write(folder.status)


def test_runs_are_listed_with_the_newest_first(tmp_path: Path, status: Status) -> None:
    for number in (2, 3, 1):
        write(tmp_path, replace(status, run_id=f"RUN{number}", started=status.started + timedelta(hours=number)))
    RunFolder(tmp_path, "RUN4").create()
    RunFolder(tmp_path, "RUN4").manifest.write_text("{}")  # it has not begun to load
    (tmp_path / "locks").mkdir()
    broken = RunFolder(tmp_path, "RUN5")
    broken.create()
    broken.status.write_text("{}")
    seen, unreadable = look_at_all(tmp_path)
    assert [found.run_id for found, _ in seen] == ["RUN3", "RUN2", "RUN1"]
    assert [str(broken.status) in str(error) for error in unreadable] == [True]


@pytest.mark.parametrize(
    ("run_id", "says"),
    [
        ("20260301_120000_ab13", "there is no run 20260301_120000_ab13 in .*; did you mean 20260301_120000_ab12"),
        ("nothing like it", "did you mean 20260301_120000_ab12"),
        ("../runs", "there is no run"),
    ],
)
def test_a_run_that_is_not_there_is_told_with_the_nearest(
    tmp_path: Path, status: Status, run_id: str, says: str
) -> None:
    write(tmp_path / "runs", replace(status, run_id="20260301_120000_ab12"))
    with pytest.raises(UnknownRun, match=says):
        look_at(tmp_path / "runs", run_id)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StatusError, match="is not there: give the job file, or --runs"):
        look_at_all(tmp_path / "runs")
