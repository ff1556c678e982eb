"""No secret in anything that the driver prints, logs, writes, or hands to its children, however it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from planted import PASSWORD, PII_KEY, SALT, assert_nowhere
from unit.config.vault_server import ROLE_ID, SECRET_ID, TOKEN, VaultServer, vault_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Workplace

PATIENCE = 60
"""Seconds after which a process counts as stuck."""
PLUGINS = """
import gc, json, os
from pathlib import Path
import numpy as np
from driver.config.model import Job

def secrets():
    return [dict(job.secrets) for job in gc.get_objects() if isinstance(job, Job)]

def good(values, status):
    return np.ones(len(values), bool)

def fail(values, status):
    '''Say all that can be found, as a careless plug-in may.'''
    raise ValueError(f"cannot go on with {secrets()} and {json.dumps(secrets())}")

def look(values, status):
    '''Write down what other users see of the processes of this run, and what this one knows.'''
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getppid():
                seen = (process / "cmdline").read_bytes() + b"\\n" + (process / "environ").read_bytes()
                Path(os.environ["SEEN"], process.name).write_bytes(seen)
        except (FileNotFoundError, ProcessLookupError):
            pass
    known = sorted({name for some in secrets() for name in some})
    Path(os.environ["SEEN"], "known").write_text(json.dumps(known))
    return np.ones(len(values), bool)
"""
DEFECT = """
from plugins import *
from driver.batch import stages
from driver.pipeline.processors import Processor

def broken(*arguments, **options):
    raise KeyError(str(secrets()))

stages.write_rejects = broken
"""
DEFECT_IN_WORKER = DEFECT.replace("stages.write_rejects", "Processor.process")


@dataclass
class Operator:
    """Who runs the driver, with a secret from each source: a variable, the environment's file, and Vault."""

    workplace: Workplace
    vault: VaultServer
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = self.workplace.path
        self.secrets = self.folder / "secrets" / "prod.yaml"
        self.secret_id = self.folder / "secret-id"
        self.job = self.workplace.job
        (self.folder / "plugins.py").write_text(PLUGINS)
        (self.folder / "base.yaml").write_text("")
        self.secrets.parent.mkdir()
        self.give(self.secrets, json.dumps({"secrets": {"pii_key": PII_KEY}}))
        self.give(self.secret_id, SECRET_ID)
        self.variables = {"MFDECODE_SECRETS__HASH_SALT": SALT, "VAULT_TOKEN": TOKEN}
        self.vault.secrets = {"secret/batch": {"db2_password": PASSWORD}}
        self.job["vault"] = {"url": self.vault.url, "path": "batch"}
        self.job["fields"] = {"PAYEE": {"pii": "hash"}, "PAY-ID": {"pii": "encrypt"}}
        self.job["log"] = {"level": "debug", "file": str(self.folder / "run.log")}
        self.job["runs"] = str(self.folder / "runs")
        self.workplace.write(self.workplace.payment(n, state="X" if n == 7 else "A") for n in range(100))

    @staticmethod
    def give(path: Path, content: str) -> None:
        """Write a file that nobody else may read."""
        path.write_text(content)
        path.chmod(0o600)

    def plug_in(self, name: str) -> None:
        """Have a plug-in look at the records."""
        self.job["rules"].append({"field": "STATE", "plugin": name})

    def run(self, *arguments: str, code: int, given: str = "") -> tuple[str, str]:
        """Call the driver, search everything for every secret, and return what it says."""
        job_file = self.folder / "job.yaml"
        job_file.write_text(json.dumps(self.job))
        command, *options = arguments
        job_and_env = [str(job_file), "--env", "prod"]
        words = (
            [command, *options, *job_and_env]
            if command in ("config", "reconcile", "resume")
            else [command, *job_and_env, *options]
        )
        done = subprocess.run(
            [sys.executable, "-m", "driver", *words],
            env=os.environ | {"PYTHONPATH": str(self.folder)} | self.variables,
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == code, done.stderr
        planted = (SALT, PII_KEY, PASSWORD, TOKEN, SECRET_ID)
        assert_nowhere(planted, self.folder, done.stdout, done.stderr, but=(self.secrets, self.secret_id))
        return done.stdout, done.stderr

    @property
    def log(self) -> list[dict[str, object]]:
        """The events of the log."""
        return [json.loads(line) for line in (self.folder / "run.log").read_text().splitlines()]


@pytest.fixture(scope="module")
def vault() -> Iterator[VaultServer]:
    with vault_server() as server:
        yield server


@pytest.fixture
def operator(workplace: Workplace, vault: VaultServer) -> Operator:
    return Operator(workplace, vault)


def test_a_run_and_its_report(operator: Operator) -> None:
    operator.run("run", "--report", str(operator.folder / "report.json"), code=4)
    assert (operator.folder / "report.json").is_file()
    assert any(event["event"] == "run_finished" for event in operator.log)
    assert operator.workplace.query("SELECT count(*), min(length(PAYEE)) FROM PAYMENT") == [(99, 64)]


def test_a_run_that_is_reconciled_or_resumed_again(operator: Operator) -> None:
    operator.run("run", code=4)
    ((run_id,),) = operator.workplace.query("SELECT RUN_ID FROM MF_RUN")
    operator.run("reconcile", run_id, code=0)
    operator.workplace.execute("UPDATE MF_RUN SET STATE = 'FAILED'")
    operator.give(operator.secrets, json.dumps({"secrets": {"pii_key": PII_KEY[::-1].strip("=") + "=="}}))
    _, err = operator.run("resume", run_id, code=12)
    assert "the secret pii_key is another" in err
    operator.give(operator.secrets, json.dumps({"secrets": {"pii_key": PII_KEY}}))
    operator.run("resume", run_id, code=4)


def test_a_log_on_standard_error(operator: Operator) -> None:
    del operator.job["log"]["file"]
    _, err = operator.run("run", code=4)
    assert '"event": "run_finished"' in err


def test_a_login_by_role(operator: Operator) -> None:
    operator.job["vault"] |= {"role_id": ROLE_ID, "secret_id_file": str(operator.secret_id)}
    del operator.variables["VAULT_TOKEN"]
    operator.run("run", code=4)


def test_the_children_of_a_run_know_only_what_they_need(operator: Operator) -> None:
    seen = operator.folder / "seen"
    seen.mkdir()
    operator.variables["SEEN"] = str(seen)
    operator.job["pipeline"]["pool"] = "process"
    operator.plug_in("plugins:look")
    operator.run("run", code=4)
    processes = [path for path in seen.iterdir() if path.name != "known"]
    assert len(processes) >= 3  # two workers, and what looks after their shared memory
    assert all(b"PYTHONPATH" in process.read_bytes() for process in processes)
    assert json.loads((seen / "known").read_text()) == ["hash_salt", "pii_key"]
    del operator.job["fields"]["PAYEE"]
    operator.run("run", "--target", "discard", "--force", code=4)
    assert json.loads((seen / "known").read_text()) == ["pii_key"]


@pytest.mark.parametrize("pool", ["thread", "process"])
def test_a_plug_in_that_says_all_that_it_finds(operator: Operator, pool: str) -> None:
    operator.job["pipeline"]["pool"] = pool
    operator.plug_in("plugins:fail")
    _, err = operator.run("run", code=12)
    assert "plug-in plugins:fail failed on STATE: ValueError: cannot go on with" in err
    assert "hash_salt" in err
    assert "********" in err


@pytest.mark.parametrize("pool", ["thread", "process"])
def test_a_defect_is_one_line_and_its_traceback_in_the_log(operator: Operator, pool: str) -> None:
    operator.job["pipeline"]["pool"] = pool
    (operator.folder / "defect.py").write_text(DEFECT if pool == "thread" else DEFECT_IN_WORKER)
    operator.plug_in("defect:good")
    _, err = operator.run("run", "--quiet", code=20)
    assert len(err.splitlines()) == 1
    assert "a defect of mfdecode, not of the job" in err
    assert ("KeyError in driver/" if pool == "thread" else "WorkerDefectError in driver/") in err
    (event,) = [event for event in operator.log if event["event"] == "defect"]
    assert "Traceback" in str(event["exception"])
    assert "KeyError" in str(event["exception"])
    assert "********" in str(event["exception"])
    assert operator.workplace.query("SELECT STATE FROM MF_RUN") == [("FAILED",)]
    operator.variables["MFDECODE_TRACEBACK"] = "1"
    _, err = operator.run("run", "--quiet", "--force", code=20)
    assert "Traceback" in err


@pytest.mark.parametrize(
    "content",
    [
        {"secrets": {"pii_key": [PII_KEY]}},
        {"secrets": PII_KEY},
        {"pii_key": PII_KEY},
        {"target": {"password": PASSWORD}},
    ],
)
def test_secrets_in_the_wrong_place_or_of_the_wrong_type(operator: Operator, content: object) -> None:
    operator.give(operator.secrets, json.dumps(content))
    _, err = operator.run("run", code=12)
    assert f"{operator.secrets}:1" in err


@pytest.mark.parametrize("content", ["secrets: {pii_key: *PLANTED}", "secrets: {pii_key: 'PLANTED"])
def test_secrets_that_are_no_yaml(operator: Operator, content: str) -> None:
    operator.give(operator.secrets, content)
    _, err = operator.run("run", code=12)
    assert f"{operator.secrets}:1: no YAML" in err
    assert "PLANTED" not in err


def test_a_variable_that_is_no_section(operator: Operator) -> None:
    operator.variables["MFDECODE_SECRETS"] = f"[{SALT}"
    _, err = operator.run("run", code=12)
    assert err == "MFDECODE_SECRETS: the value is no YAML\n"


def test_a_key_of_the_wrong_form(operator: Operator) -> None:
    operator.give(operator.secrets, json.dumps({"secrets": {"pii_key": PASSWORD}}))
    _, err = operator.run("run", code=12)
    assert "pii: encrypt needs the secret pii_key" in err


def test_what_vault_does_not_let_in(operator: Operator) -> None:
    operator.variables["VAULT_TOKEN"] = PASSWORD.encode("ascii", "ignore").decode()
    operator.run("run", code=12)
    operator.give(operator.secret_id, SALT)
    operator.job["vault"] |= {"role_id": ROLE_ID, "secret_id_file": str(operator.secret_id)}
    _, err = operator.run("run", code=12)
    assert "not let in" in err


@pytest.mark.parametrize("ending", ["\n?", "€"])
def test_a_token_that_no_header_can_have(operator: Operator, ending: str) -> None:
    operator.variables["VAULT_TOKEN"] = TOKEN + ending
    _, err = operator.run("run", code=12)
    assert "the token has characters that no token has" in err


def test_a_server_that_does_not_answer(operator: Operator) -> None:
    operator.job["fields"] = {}
    operator.job["target"] |= {"type": "db2", "database": "D", "user": "U", "host": "127.0.0.1", "port": 1}
    operator.job["target"]["retry"] = {"attempts": 2, "first_wait": 0, "longest_wait": 0}
    _, err = operator.run("run", code=16)
    assert "127.0.0.1" in err


@pytest.mark.parametrize("format_", ["table", "json"])
def test_what_config_shows(operator: Operator, format_: str) -> None:
    out, _ = operator.run("config", "show", "--format", format_, code=0)
    assert out.count("********") == 3
    for origin in ("MFDECODE_SECRETS__HASH_SALT", f"vault {operator.vault.url}/secret/batch"):
        assert origin in out


def test_what_config_validate_says(operator: Operator) -> None:
    out, err = operator.run("config", "validate", code=0)
    assert (out, err) == (f"{operator.folder / 'job.yaml'}: the settings of payments are valid\n", "")


def test_what_reveal_says(operator: Operator) -> None:
    operator.run("run", code=4)
    (hidden,) = operator.workplace.query("SELECT min(PAY_ID) FROM PAYMENT")[0]
    out, _ = operator.run("reveal", given=f"{hidden}\n", code=0)
    assert out.strip().isdigit()
    operator.run("reveal", given=f"{SALT}\n", code=12)


def test_an_option_with_a_secret_is_refused(operator: Operator) -> None:
    _, err = operator.run("run", "--set", f"secrets.hash_salt={SALT}", code=12)
    assert "the list of processes and the shell's history have it by now, so change it" in err


def test_files_that_others_may_read_are_told_on_the_terminal_and_in_the_log(operator: Operator) -> None:
    operator.secrets.chmod(0o644)
    _, err = operator.run("run", "--quiet", code=4)
    assert err == f"{operator.secrets}: there are secrets in it, and others may read it: chmod 600 {operator.secrets}\n"
    (event,) = [event for event in operator.log if event["event"] == "secrets_exposed"]
    assert (event["level"], event["file"]) == ("warning", str(operator.secrets))
