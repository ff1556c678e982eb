"""DuckDB's errors in our words."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from driver.repository.errors import TargetRefused, TargetUnavailable

_UNAVAILABLE = (
    duckdb.IOException,
    duckdb.ConnectionException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.InternalException,
)
_DISK = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)))
"""What the operating system says of a disk; of a COMMIT that has failed by one, DuckDB tells no more than this text."""


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Tell what the database says of what is being done.

    Raises:
        TargetUnavailable: it cannot do it now.
        TargetRefused: it does not do it. Where it is about what a row holds, its text may quote that, and is left out.
    """
    try:
        yield
    except (*_UNAVAILABLE, OSError) as error:
        raise TargetUnavailable(f"{what}: {_first_line(error)}") from error
    except (duckdb.DataError, duckdb.IntegrityError) as error:
        raise TargetRefused(f"{what}: the database refuses what a row holds ({type(error).__name__})") from error
    except duckdb.Error as error:
        if any(text in str(error) for text in _DISK):
            raise TargetUnavailable(f"{what}: {_first_line(error)}") from error
        raise TargetRefused(f"{what}: {_first_line(error)}") from error


def roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Undo a transaction that has failed; the error that it failed with is the one to tell.

    Where it was its COMMIT that failed, as on a full disk, DuckDB has undone it already, and says so.
    """
    with suppress(duckdb.Error):
        connection.execute("ROLLBACK")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
