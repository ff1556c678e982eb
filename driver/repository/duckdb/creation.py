"""A new database file, whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb


def make_if_missing(database: Path) -> None:
    """Make an empty database, and its folder.

    DuckDB writes a new file's headers one after the other, and cannot open one that was left between two of them; so it
    is made beside its place.

    Raises:
        OSError: it cannot be made.
        duckdb.Error: the same.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    if database.exists():
        return
    with TemporaryDirectory(prefix=f".{database.name}.", dir=database.parent) as folder:
        made = Path(folder, database.name)
        duckdb.connect(str(made)).close()
        # If another process was faster, it is there; and where there are no hard links, DuckDB makes it in its place.
        with suppress(OSError):
            os.link(made, database)
