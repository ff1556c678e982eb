"""A job's effective configuration: base, environment, job file, variables and options, one laid over the other."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from driver.telemetry.redaction import HIDDEN

from .errors import ConfigError
from .leaves import leaves
from .messages import in_plain_words
from .model import Job
from .vault import VAULT_TOKEN, read_vault
from .yaml_file import Value, read_yaml
from .yaml_file import parse_scalar as parse

_PREFIX = "MFDECODE_"
_ENVIRONMENT = "MFDECODE_ENV"
_DEFAULT_ENVIRONMENT = "dev"
_SECRETS = "secrets"
_JOB = re.compile(r"^job\s*:", re.MULTILINE)
_READABLE_BY_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: a file and line, a variable, or an option."""

    source: str
    line: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True)
class LoadedJob:
    """A job and where it is from.

    Attributes:
        job: the effective configuration.
        origins: of each value that is not the model's default, by the keys that lead to it.
        exposed: files with secrets that others may read.
    """

    job: Job
    origins: Mapping[tuple[str, ...], Origin]
    exposed: tuple[Path, ...] = ()

    def shown(self) -> list[tuple[str, str, str]]:
        """Every effective value with its dotted key and its origin; secrets hidden."""
        content = self.job.model_dump(mode="json", by_alias=True)
        content["secrets"] = dict.fromkeys(content[_SECRETS], HIDDEN)
        return [
            (".".join(keys), _text(value), str(self.origins.get(keys, "default")))
            for keys, value in leaves(content)
            if value is not None or keys in self.origins  # what nobody has set, and has no default, is not in force
        ]


def load_job(
    path: Path, *, env: str | None = None, overrides: Sequence[str] = (), environ: Mapping[str, str]
) -> LoadedJob:
    """The effective configuration of a job.

    ``base.yaml`` is overlaid by ``{env}.yaml`` and ``secrets/{env}.yaml``, these by the job file, by the secrets of the
    ``vault`` that it names, by ``MFDECODE_SECTION__KEY`` variables, and by ``overrides``. The first three are those in
    the job file's folder, if base.yaml is there, or in ./config; any of them may be missing.

    Args:
        path: the job file.
        env: the environment; if None that of MFDECODE_ENV, or ``dev``. One that is asked for has a file.
        overrides: ``key.key=value`` each.
        environ: the variables.

    Raises:
        ConfigError: something cannot be read, or does not fit the model; all that does not fit is told together.
        VaultUnavailable: Vault does not answer.
    """
    asked_for = env or environ.get(_ENVIRONMENT)
    environment = asked_for or _DEFAULT_ENVIRONMENT
    folder = path.parent if (path.parent / "base.yaml").is_file() else Path("config")
    own = (f"{environment}.yaml", f"secrets/{environment}.yaml")
    if asked_for and not any((folder / name).is_file() for name in own):
        known = ", ".join(_environments(folder)) or "none"
        raise ConfigError(f"{folder / own[0]} is not there: the environment {asked_for} is not known; there is {known}")
    files = [file for name in ("base.yaml", *own) if (file := folder / name).is_file()]
    files = [*(file for file in files if file.resolve() != path.resolve()), path]
    effective = _laid(files, environ, overrides)
    job = _validated(effective, path)
    if job.vault is not None:
        origin = Origin(job.vault.name)
        secrets = [(name, secret, origin) for name, secret in read_vault(job.vault, environ).items()]
        effective = _laid(files, environ, overrides, secrets)
        job = _validated(effective, path)
    return LoadedJob(job, effective.origins, tuple(filter(_is_exposed, [folder / own[1], *_logins(job)])))


def secret_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The names of those variables whose values are secret."""
    section = f"{_PREFIX}{_SECRETS}".upper()
    return tuple(name for name in environ if name in (section, VAULT_TOKEN) or name.startswith(f"{section}__"))


def _logins(job: Job) -> list[Path]:
    files = () if job.vault is None else (job.vault.token_file, job.vault.secret_id_file)
    return [file for file in files if file is not None]


def _is_exposed(file: Path) -> bool:
    return file.is_file() and bool(file.stat().st_mode & _READABLE_BY_OTHERS)


def _laid(
    files: Sequence[Path],
    environ: Mapping[str, str],
    overrides: Sequence[str],
    secrets: Sequence[tuple[str, str, Origin]] = (),
) -> "_Overlay":
    """The layers, the lowest first: files, the secrets of the vault, variables and options."""
    effective = _Overlay()
    for file in files:
        effective.lay_file(file)
    for name, secret, origin in secrets:
        effective.lay(("secrets", name), secret, origin)
    for name in sorted(environ):
        keys = tuple(name.removeprefix(_PREFIX).lower().split("__"))
        # Others have variables of this prefix too; a section is ours even without a key, and told as a mistake.
        if name.startswith(_PREFIX) and (len(keys) > 1 or keys[0] in Job.model_fields):
            # A secret is what it is: 0815, yes and *x are no number, no truth value and no alias.
            verbatim = len(keys) == 2 and keys[0] == _SECRETS
            effective.lay(keys, environ[name] if verbatim else parse(environ[name], name), Origin(name))
    for override in overrides:
        _lay_override(effective, override)
    return effective


def _lay_override(effective: "_Overlay", override: str) -> None:
    key, equals, value = override.partition("=")
    if re.match(rf"{_SECRETS}\b", key.strip()):
        raise ConfigError(
            f"--set {_SECRETS}: the list of processes and the shell's history have it by now, so change it. A secret "
            f"goes into a variable, as {_PREFIX}SECRETS__HASH_SALT, into secrets/{{env}}.yaml beside base.yaml, or "
            "into Vault"
        )
    if not equals:
        raise ConfigError(f"--set {override}: write KEY=VALUE, as in pipeline.writers=4")
    origin = f"--set {key}"
    effective.lay(tuple(key.split(".")), parse(value, origin), Origin(origin))


def _validated(effective: "_Overlay", path: Path) -> Job:
    try:
        return Job.model_validate(effective.content)
    except ValidationError as error:
        raise ConfigError(in_plain_words(error, effective.origins, path)) from None


def _environments(folder: Path) -> list[str]:
    """Those that a folder has a file for; a file with a job in it is none."""
    files = sorted(path for path in folder.glob("*.yaml") if path.name != "base.yaml")
    return [path.stem for path in files if not _JOB.search(path.read_text(encoding="utf-8", errors="replace"))]


class _Overlay:
    """Mappings laid one over the other; lists and scalars replace what they cover."""

    def __init__(self) -> None:
        self.content: dict[str, Value] = {}
        self.origins: dict[tuple[str, ...], Origin] = {}

    def lay_file(self, path: Path) -> None:
        file = read_yaml(path)
        for key, value in file.content.items():
            self._merge((key,), value, {keys: Origin(str(path), line) for keys, line in file.lines.items()})

    def lay(self, keys: tuple[str, ...], value: Value, origin: Origin) -> None:
        below = dict.fromkeys(((*keys, *rest) for rest in _paths(value)), origin)
        self._merge(keys, value, below)

    def _merge(self, keys: tuple[str, ...], value: Value, origins: Mapping[tuple[str, ...], Origin]) -> None:
        parent = self._mapping(keys[:-1], origins[keys])
        if isinstance(value, dict) and isinstance(parent.get(keys[-1]), dict):
            for key, inner in value.items():
                self._merge((*keys, key), inner, origins)
            return
        parent[keys[-1]] = value
        for old in [known for known in self.origins if known[: len(keys)] == keys]:
            del self.origins[old]
        self.origins |= {known: origin for known, origin in origins.items() if known[: len(keys)] == keys}

    def _mapping(self, keys: tuple[str, ...], origin: Origin) -> dict[str, Value]:
        mapping = self.content
        for i, key in enumerate(keys):
            inner = mapping.setdefault(key, {})
            if not isinstance(inner, dict):
                value = keys[: i + 1]
                raise ConfigError(f"{origin}: {'.'.join(value)} is a value, by {self.origins[value]}, and has no keys")
            mapping = inner
        return mapping


def _paths(value: Value) -> list[tuple[str, ...]]:
    inner: list[tuple[str, Value]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = [(str(i), element) for i, element in enumerate(value)]
    return [(), *((key, *rest) for key, below in inner for rest in _paths(below))]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
