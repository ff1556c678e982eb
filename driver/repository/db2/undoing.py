"""What is left of a connection after a transaction that has failed."""

from typing import Protocol

import structlog

from .sqlcodes import SqlError, Trouble


class Undone(Protocol):
    """A connection."""

    def rollback(self) -> None:
        """Undo the transaction.

        Raises:
            SqlError: that has failed too.
        """


def is_undone(session: Undone, error: SqlError) -> bool:
    """Leave the connection as if the transaction had never begun.

    Args:
        session: the connection.
        error: by which it has failed.

    Returns:
        False if the connection is of no use any more.
    """
    if error.trouble is Trouble.LOST:
        return False
    try:
        session.rollback()
    except SqlError as second:
        structlog.get_logger().debug("rollback_failed", sqlcode=second.sqlcode)
        return False
    return True
