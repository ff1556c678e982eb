"""Secrets out of Vault, over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from unit.config.vault_server import ROLE_ID, SECRET_ID, TOKEN, VaultServer, vault_server

from driver.batch.exit_codes import ExitCode
from driver.config.errors import ConfigError
from driver.config.layers import LoadedJob, load_job
from driver.config.vault import VaultUnavailable

JOB = {
    "job": "vault-job",
    "input": {"path": "in.dat", "copybook": "in.cpy"},
    "target": {"type": "db2", "database": "D", "user": "U", "staging": "S", "final": "F", "key": ["K"]},
}
GIVEN = {"VAULT_TOKEN": TOKEN}


@pytest.fixture(scope="module")
def running() -> Iterator[VaultServer]:
    with vault_server() as server:
        yield server


@pytest.fixture
def server(running: VaultServer) -> VaultServer:
    running.secrets = {"secret/batch/prod": {"db2_password": "out of vault", "hash_salt": "salty", "pin": 1234}}
    running.sealed = False
    running.requests.clear()
    running.namespaces.clear()
    return running


def load(folder: Path, environ: dict[str, str], *, secrets: dict[str, str] | None = None, **vault: object) -> LoadedJob:
    (folder / "base.yaml").write_text("")  # no other layers than these
    path = folder / "job.yaml"
    path.write_text(yaml.safe_dump(JOB | {"vault": {"path": "batch/prod", **vault}, "secrets": secrets or {}}))
    return load_job(path, environ=environ)


def test_secrets_come_from_vault_and_say_so(server, tmp_path):
    loaded = load(tmp_path, GIVEN, url=server.url)
    assert loaded.job.secrets == {"db2_password": "out of vault", "hash_salt": "salty", "pin": "1234"}
    origins = {key: (value, origin) for key, value, origin in loaded.shown()}
    assert origins["secrets.db2_password"] == ("********", f"vault {server.url}/secret/batch/prod")


def test_vault_lies_over_files_and_under_variables(server, tmp_path):
    environ = GIVEN | {"MFDECODE_SECRETS__HASH_SALT": "of the variable"}
    secrets = load(tmp_path, environ, secrets={"db2_password": "stale", "other": "left"}, url=server.url).job.secrets
    assert secrets == {"db2_password": "out of vault", "hash_salt": "of the variable", "pin": "1234", "other": "left"}


def test_a_token_may_be_in_a_file(server, tmp_path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert load(tmp_path, {}, url=server.url, token_file=str(tmp_path / "token")).job.secrets["hash_salt"] == "salty"


def test_an_approle_logs_in_first(server, tmp_path):
    (tmp_path / "id").write_text(SECRET_ID)
    loaded = load(tmp_path, {}, url=server.url, role_id=ROLE_ID, secret_id_file=str(tmp_path / "id"))
    assert loaded.job.secrets["hash_salt"] == "salty"
    assert [method for method, _ in server.requests] == ["POST", "GET"]


def test_mount_and_namespace_are_heeded(server, tmp_path):
    server.secrets["kv/team/batch/prod"] = {"hash_salt": "of the team"}
    loaded = load(tmp_path, GIVEN, url=server.url, mount="kv/team", namespace="finance")
    assert loaded.job.secrets == {"hash_salt": "of the team"}
    assert server.namespaces == ["finance"]


@pytest.mark.parametrize(
    ("environ", "settings", "words"),
    [
        ({}, {}, "there is no token: give token_file, VAULT_TOKEN, or role_id"),
        ({"VAULT_TOKEN": "a wrong token"}, {}, r"not let in \(Forbidden\)"),
        (GIVEN, {"path": "batch/test"}, "there is no such secret"),
        (GIVEN, {"token_file": "/nowhere/token"}, "/nowhere/token: the login to Vault cannot be read"),
        (GIVEN, {"role_id": "r"}, "an AppRole has a role_id and a secret_id_file"),
        (GIVEN, {"urn": "x"}, "did you mean url"),
    ],
)
def test_what_vault_refuses_is_a_matter_of_configuration(server, tmp_path, environ, settings, words):
    with pytest.raises(ConfigError, match=words) as caught:
        load(tmp_path, environ, **{"url": server.url, **settings})
    assert "wrong token" not in str(caught.value)
    assert ExitCode.of_error(caught.value) == 12


def test_a_wrong_role_is_refused_without_its_secret(server, tmp_path):
    (tmp_path / "id").write_text("a wrong secret id")
    with pytest.raises(ConfigError, match=r"not let in \(InvalidRequest\)") as caught:
        load(tmp_path, {}, url=server.url, role_id=ROLE_ID, secret_id_file=str(tmp_path / "id"))
    assert "wrong secret" not in str(caught.value)


def test_a_vault_that_does_not_answer_may_do_so_later(server, tmp_path):
    server.sealed = True
    with pytest.raises(VaultUnavailable, match="does not answer") as caught:
        load(tmp_path, GIVEN, url=server.url)
    assert ExitCode.of_error(caught.value) == 16
    with pytest.raises(VaultUnavailable, match="does not answer"):
        load(tmp_path, GIVEN, url="http://127.0.0.1:1")
