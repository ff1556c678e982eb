"""DuckDB's errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from driver.repository.errors import TargetRefused, TargetUnavailable

_UNAVAILABLE = (
    duckdb.IOException,
    duckdb.ConnectionException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.InternalException,
)


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
        raise TargetRefused(f"{what}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
