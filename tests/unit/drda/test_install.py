"""The script that installs the server: with and without the right to, and without a network."""

import subprocess
from pathlib import Path

import pytest

INSTALL = Path(__file__).parents[2] / "drda" / "install"


@pytest.fixture
def run(tmp_path):
    """Run it where there is no java, with commands that tell how they were called."""

    def run(uid: int, *, sudo: bool, network: bool) -> tuple[subprocess.CompletedProcess[str], str]:
        calls = tmp_path / "calls"
        commands = {
            "id": f"echo {uid}",
            "apt-get": f'echo "apt-get $*" >> {calls}; exit {0 if network else 100}',
            "env": 'shift; exec "$@"',
            "cat": 'while IFS= read -r line; do echo "$line"; done',
        }
        if sudo:
            commands |= {"sudo": f'echo "sudo" >> {calls}; shift; exec "$@"', "true": "exit 0"}
        for name, body in commands.items():
            (tmp_path / name).write_text(f"#!/bin/bash\n{body}\n")
            (tmp_path / name).chmod(0o755)
        done = subprocess.run(
            ["/bin/bash", INSTALL], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
        )
        return done, calls.read_text() if calls.exists() else ""

    return run


def test_root_installs_what_is_missing(run):
    done, calls = run(0, sudo=False, network=True)
    assert done.returncode == 0
    assert "apt-get update" in calls
    assert "apt-get install -y -qq --no-install-recommends libderby-java libderbyclient-java derby-tools" in calls


def test_another_user_installs_by_sudo_where_that_asks_for_no_password(run):
    done, calls = run(1000, sudo=True, network=True)
    assert done.returncode == 0
    assert "sudo\napt-get update" in calls


def test_a_user_who_may_not_is_told_loudly(run):
    done, calls = run(1000, sudo=False, network=True)
    assert (done.returncode, calls) == (0, "")
    assert "*** THE DB2 SUITE IS SKIPPED: Apache Derby is not installed, and only root can do that" in done.stderr


def test_without_a_network_that_is_told_and_nothing_is_aborted(run):
    done, calls = run(0, sudo=False, network=False)
    assert done.returncode == 0
    assert "apt-get update" in calls
    assert "apt-get install" not in calls
    assert (
        "*** THE DB2 SUITE IS SKIPPED: Apache Derby is not installed, and its packages could not be had" in done.stderr
    )
