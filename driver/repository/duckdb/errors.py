"""DuckDB's errors in our words."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from driver.repository.errors import TargetRefused, TargetUnavailable

_UNAVAILABLE = (
    OSError,
    duckdb.IOException,
    duckdb.ConnectionException,
    duckdb.FatalException,
    duckdb.InternalException,
)
_DISK = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)))
"""What the operating system says of a disk; of a COMMIT that has failed by one, DuckDB tells no more than this text."""
_MEMORY = "failed to pin block"
"""What it says of a COMMIT that has failed for want of memory."""


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Tell what the database says of what is being done.

    Raises:
        TargetUnavailable: it cannot do it now.
        TargetRefused: it does not do it. Where it is about what a row holds, its text may quote that, and is left out.
    """
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise _told(what, error) from error


def roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Undo a transaction that has failed; the error that it failed with is the one to tell.

    Where it was its COMMIT that failed, as on a full disk, DuckDB has undone it already, and says so.
    """
    with suppress(duckdb.Error):
        connection.execute("ROLLBACK")


def _told(what: str, error: duckdb.Error | OSError) -> TargetUnavailable | TargetRefused:
    if isinstance(error, (duckdb.DataError, duckdb.IntegrityError)):
        return TargetRefused(f"{what}: the database refuses what a row holds ({type(error).__name__})")
    said = str(error)
    told = f"{what}: {said.partition(chr(10))[0]}"
    if isinstance(error, duckdb.OutOfMemoryException) or _MEMORY in said:
        return TargetUnavailable(f"{told}; give it more by target.memory")
    if isinstance(error, _UNAVAILABLE) or any(text in said for text in _DISK):
        return TargetUnavailable(told)
    return TargetRefused(told)
