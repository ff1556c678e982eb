"""The log in a file: rotated, shared by several runs, and lost without loss of anything else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from driver.telemetry.log_file import FileLog
from driver.telemetry.logs import LogTo, logging_to

WRITER = """
import sys
from pathlib import Path
import structlog
from driver.telemetry.logs import LogTo, logging_to

with logging_to(LogTo(Path(sys.argv[1]), 5_000, 100), level="info"):
    sys.stdin.readline()
    for number in range(1_000):
        structlog.get_logger().info("line", writer=sys.argv[2], number=number)
"""


def events(*files: Path) -> list[dict[str, object]]:
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_a_file_that_would_become_too_long_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "run.log"
    with logging_to(LogTo(path, max_bytes=1_000, backups=2), level="info"):
        for number in range(100):
            structlog.get_logger().info("line", number=number)
    files = [path.with_name("run.log.2"), path.with_name("run.log.1"), path]
    assert sorted(path.parent.iterdir()) == sorted(files)
    assert all(file.stat().st_size <= 1_000 for file in files)
    numbers = [event["number"] for event in events(*files)]
    assert numbers == list(range(100 - len(numbers), 100))


def test_without_a_limit_nothing_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    with logging_to(LogTo(path), level="info"):
        for number in range(100):
            structlog.get_logger().info("line", number=number)
    assert len(events(path)) == 100
    assert list(tmp_path.iterdir()) == [path]


def test_several_runs_append_to_one_file_and_rotate_it_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "night.log"
    script = tmp_path / "writer.py"
    script.write_text(WRITER)
    writers = [
        subprocess.Popen([sys.executable, str(script), str(path), name], stdin=subprocess.PIPE, text=True)
        for name in "ab"
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    found = events(*tmp_path.glob("night.log*"))
    assert sorted((event["writer"], event["number"]) for event in found) == [
        (name, number) for name in "ab" for number in range(1_000)
    ]


def test_who_comes_second_goes_on_with_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    first, second = FileLog(path, 1_000, 3), FileLog(path, 1_000, 3)
    path.write_text("x" * 900 + "\n")
    first.doRollover()
    path.write_text("of the first\n")
    second.doRollover()
    assert path.read_text() == "of the first\n"
    assert not path.with_name("run.log.2").exists()
    assert second.stream is not None
    assert os.path.samestat(os.fstat(second.stream.fileno()), path.stat())
    for log in (first, second):
        log.close()


def test_a_disk_that_is_full_is_told_and_kills_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(LogTo(Path("/dev/full")), level="info"):
        for number in range(3):
            structlog.get_logger().info("line", number=number)
    told = capsys.readouterr().err.splitlines()
    assert told == [
        "/dev/full: No space left on device: lines of the log are lost; the run goes on",
        "/dev/full: lines of the log that are lost: 3",
    ]


def test_a_disk_that_has_space_again_is_written_to_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.log"
    path.symlink_to("/dev/full")
    with logging_to(LogTo(path), level="info"):
        structlog.get_logger().info("lost")
        path.unlink()
        structlog.get_logger().info("kept")
    assert [event["event"] for event in events(path)] == ["kept"]
    assert capsys.readouterr().err.endswith("run.log: lines of the log that are lost: 1\n")


def test_standard_error_that_takes_nothing_kills_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        with logging_to(None, level="info"):
            structlog.get_logger().info("lost")
        monkeypatch.undo()
        with pytest.raises(OSError, match="No space"):
            full.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())


def test_secrets_reach_no_line(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    with logging_to(LogTo(path), level="info", secrets=["s3cret"]):
        structlog.get_logger().info("connected", to="db2://user:s3cret@host")
    assert "s3cret" not in path.read_text()


def test_a_file_that_cannot_be_closed_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = FileLog(tmp_path / "run.log", 0, 1)
    assert log.stream is not None
    os.close(log.stream.fileno())
    log.close()
    assert capsys.readouterr().err.endswith("run.log: Bad file descriptor: the end of the log may be lost\n")
