"""The night of docs/operations.md: each command as it stands there, with what it says and its exit code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text()
COMMAND = re.compile(r"^\$ python -m (.*?)(?: +# (\d+))?$")
PATIENCE = 120


def commands() -> list[tuple[str, int, list[str]]]:
    """Each command of the page's consoles, its exit code, and lines that it says; … is whatever it is."""
    found: list[tuple[str, int, list[str]]] = []
    for console in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for line in console.splitlines():
            if match := COMMAND.match(line):
                found.append((match[1], int(match[2] or 0), []))
            else:
                found[-1][2].append(line)
    return found


def start(command: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *command.split()],
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def switched_off(command: str) -> str:
    """Begin the run, kill it when a batch is loaded, and return its id."""
    process = start(command, MFDECODE_LOG__LEVEL="debug")
    assert process.stderr is not None
    line = next(line for line in process.stderr if "batch_loaded" in line)
    process.kill()
    process.communicate(timeout=PATIENCE)
    [run_id] = re.findall(r'"run_id": "(\w+)"', line)
    return str(run_id)


def test_the_night_goes_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "config", "config")
    run_id = ""
    for command, code, says in commands():
        if not run_id and " run " in command:
            run_id = switched_off(command)
            continue
        process = start(command.replace("RUN_ID", run_id))
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, (command, out, err)
        said = f"{out}{err}".splitlines()
        for line in says:
            pattern = ".*".join(map(re.escape, line.replace("RUN_ID", run_id).split("…")))
            assert any(re.match(pattern, one) for one in said), (command, line, out, err)
    assert run_id
