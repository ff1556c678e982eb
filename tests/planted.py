"""Secrets that cannot be mistaken for anything else, and the search for them in all that a command leaves."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import duckdb

SALT = "salt-PLANTED/\"of'\\the ü variable"
PII_KEY = base64.b64encode(bytes(range(100, 164))).decode()
PASSWORD = "pass-PLANTED/\"of'\\the ü vault"  # noqa: S105 - nobody's


def assert_nowhere(secrets: Iterable[str], folder: Path, *outputs: str, but: Iterable[Path] = ()) -> None:
    """None of the secrets is in what was printed, in a file under the folder, or in a database there.

    Args:
        secrets: to be searched for, also in the forms that they take in other texts.
        folder: with all that a command has left.
        outputs: what it has printed.
        but: files that the secrets are from.
    """
    places = {f"output {number}": text.encode() for number, text in enumerate(outputs)}
    for path in folder.rglob("*"):
        if path.is_file() and path not in but:
            places[str(path)] = path.read_bytes()
            if path.suffix == ".duckdb":
                places |= {f"{path}: {table}": text.encode() for table, text in _tables(path)}
    for secret in secrets:
        for form in _forms(secret):
            found = [place for place, content in places.items() if form in content]
            assert not found, f"{form!r} is in {found}"


def _forms(secret: str) -> set[bytes]:
    content = secret.encode()
    texts = [
        secret,
        repr(secret)[1:-1],
        repr(content)[2:-1],
        *(json.dumps(secret, ensure_ascii=escaped)[1:-1] for escaped in (True, False)),
        json.dumps(repr(secret))[2:-2],
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        content.hex(),
        base64.b64encode(content).decode().rstrip("="),
        base64.urlsafe_b64encode(content).decode().rstrip("="),
    ]
    return {text.encode(encoding) for text in texts for encoding in ("utf-8", "cp1252")}


def _tables(database: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        for (table,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
            yield table, str(connection.execute(f'SELECT * FROM "{table}"').fetchall())
