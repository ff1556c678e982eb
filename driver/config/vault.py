"""Secrets out of HashiCorp Vault: its key/value engine, version 2."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from mfdecode.errors import MfdecodeError

from .errors import ConfigError
from .section import Section

VAULT_TOKEN = "VAULT_TOKEN"  # noqa: S105 - the name of the variable


class VaultUnavailable(MfdecodeError):  # noqa: N818 - as TargetUnavailable
    """Vault does not answer now; a rerun may find it."""


class Vault(Section):
    """Where secrets are; variables and options lie over them. Needs ``pip install mfdecode[vault]``.

    Vault knows us by a token (in ``token_file``, or the variable VAULT_TOKEN), or by an AppRole.
    """

    url: str = Field(description="of the server, as in https://vault.example.com:8200")
    path: str = Field(description="of the secret in its engine; its keys are the names of the secrets")
    mount: str = Field(default="secret", description="of the key/value engine, version 2")
    namespace: str | None = None
    ca: Path | None = Field(default=None, description="certificate of the authority that the server's is from")
    token_file: Path | None = None
    role_id: str | None = None
    secret_id_file: Path | None = None
    timeout: int = Field(default=10, ge=1, description="seconds for each answer")

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if (self.role_id is None) != (self.secret_id_file is None):
            raise ValueError("an AppRole has a role_id and a secret_id_file")
        if self.role_id is not None and self.token_file is not None:
            raise ValueError("give either a token_file or a role_id")
        if "@" in self.url:
            raise ValueError("url: no user and no password belong there: Vault lets in by a token or a role")
        return self

    @property
    def name(self) -> str:
        """What messages and origins call it."""
        return f"vault {self.url}/{self.mount}/{self.path}"


def read_vault(settings: Vault, environ: Mapping[str, str]) -> dict[str, str]:
    """The secrets by their names.

    Args:
        settings: where they are.
        environ: the variables; VAULT_TOKEN may be among them.

    Raises:
        ConfigError: Vault does not let us in or does not have them, or hvac is not installed.
        VaultUnavailable: it does not answer, or not now.
    """
    try:
        import hvac  # noqa: PLC0415 - an extra: most jobs have no Vault
        from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest, Unauthorized, VaultError  # noqa: PLC0415
        from requests.exceptions import InvalidHeader, RequestException  # noqa: PLC0415
    except ImportError:
        raise ConfigError("vault: hvac is not installed: pip install 'mfdecode[vault]'") from None
    client = hvac.Client(
        url=settings.url,
        namespace=settings.namespace,
        verify=True if settings.ca is None else str(settings.ca),
        timeout=settings.timeout,
        # What is not given here hvac would take from a variable or ~/.vault-token, and nobody would know.
        token="" if settings.role_id else _token(settings, environ),
    )
    try:
        if settings.role_id is not None and settings.secret_id_file is not None:
            client.auth.approle.login(settings.role_id, _content(settings.secret_id_file))
        answer = client.secrets.kv.v2.read_secret_version(
            path=settings.path, mount_point=settings.mount, raise_on_deleted_version=True
        )
    except (Forbidden, Unauthorized, InvalidRequest) as error:
        raise ConfigError(
            f"{settings.name}: not let in ({type(error).__name__}): check the token or role, and its policy"
        ) from None
    except (InvalidHeader, UnicodeError):
        raise ConfigError(f"{settings.name}: the token has characters that no token has") from None
    except InvalidPath:
        raise ConfigError(f"{settings.name}: there is no such secret") from None
    except (VaultError, RequestException) as error:
        # Their texts have the request's, and with it what may be secret.
        raise VaultUnavailable(f"{settings.name}: does not answer ({type(error).__name__})") from None
    try:
        return {name: str(value) for name, value in answer["data"]["data"].items()}
    except (KeyError, TypeError, AttributeError):
        raise ConfigError(f"{settings.name}: this is no answer of Vault's key/value engine, version 2") from None


def _token(settings: Vault, environ: Mapping[str, str]) -> str:
    token = _content(settings.token_file) if settings.token_file else environ.get(VAULT_TOKEN, "")
    if not token:
        raise ConfigError(f"{settings.name}: there is no token: give token_file, {VAULT_TOKEN}, or role_id")
    return token


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"{path}: the login to Vault cannot be read: {error.strerror}") from error
