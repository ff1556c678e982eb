"""Three ways of sending rows to Db2, behind one interface: a connection of a writer's own, and rows in ranges."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import ibm_db

from driver import _cli
from driver._rows import Rows
from driver.repository.insert_method import InsertMethod

from .session import CLI_LIBRARY, ServerAddress, Session, Value, close_in_time, told
from .sqlcodes import DATA_EXCEPTION, UNKNOWN_STATE, SqlError, Trouble

_UTF8 = 1208


class LoadSession(Protocol):
    """A writer's connection: statements with parameters, rows by the insert method, one transaction at a time.

    Every method but ``close`` raises SqlError.
    """

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Execute a statement; return how many rows it has changed."""

    def insert(self, sql: str, rows: Rows, begin: int, end: int) -> None:
        """Execute an INSERT with a range of filled rows. After an error some of them may be in the table."""

    def insert_all_or_none(self, sql: str, rows: Rows, begin: int, end: int) -> None:
        """Execute an INSERT with a range of filled rows. After an error none of them is in the table."""

    def commit(self) -> None:
        """End the transaction."""

    def rollback(self) -> None:
        """Undo the transaction."""

    def close(self) -> None:
        """Disconnect; what was not committed is undone."""


class ExecuteManySession(Session):
    """``ibm_db.execute_many``: row tuples made in compiled code."""

    def insert(self, sql: str, rows: Rows, begin: int, end: int) -> None:
        """Execute an INSERT; rows that it can take stay, though others are refused."""
        statement = self.prepared(sql)
        try:
            # Of some arrays with a bad row in them it does not say what is wrong; of the row alone it does.
            with told(unsaid=DATA_EXCEPTION if end - begin > 1 else UNKNOWN_STATE):
                ibm_db.execute_many(statement, tuple(rows.tuples(begin, end)))
        except SqlError:
            self.forget(sql)
            raise

    def insert_all_or_none(self, sql: str, rows: Rows, begin: int, end: int) -> None:
        """Execute an INSERT; what is not whole is undone."""
        self.execute("SAVEPOINT MF_PIECE ON ROLLBACK RETAIN CURSORS")
        try:
            self.insert(sql, rows, begin, end)
        except SqlError as error:
            if error.trouble is Trouble.ROW:
                self.execute("ROLLBACK TO SAVEPOINT MF_PIECE")
                self.execute("RELEASE SAVEPOINT MF_PIECE")
            raise
        self.execute("RELEASE SAVEPOINT MF_PIECE")


class ArraySession(Session):
    """ibm_db's column lists with SQL_ATTR_PARAMSET_SIZE: atomic, one round trip."""

    def insert(self, sql: str, rows: Rows, begin: int, end: int) -> None:
        """Execute an INSERT; atomic."""
        count = end - begin
        with told():
            # A statement a size: ibm_db sends rubbish when a statement gets longer lists than it had before.
            statement = self.prepared(sql, variant=count)
            ibm_db.set_option(statement, {ibm_db.SQL_ATTR_PARAMSET_SIZE: count}, 0)
            ibm_db.execute(statement, tuple(rows.lists(begin, end)))
            inserted = ibm_db.num_rows(statement)
        _check(inserted, count)

    insert_all_or_none = insert


class BindSession:
    """IBM's CLI itself: the rows are bound where they stand, and no Python object is made of them.

    Args:
        address: of the database.

    Raises:
        SqlError: it is not there, or does not let us in.
    """

    def __init__(self, address: ServerAddress) -> None:
        with _cli_told():
            _cli.open_library(str(CLI_LIBRARY).encode())
            self._connection = _cli.Connection(address.connection_string.encode(), address.silence)
        try:
            self._check_codepage()
        except SqlError:
            self.close()
            raise

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Execute a statement; return how many rows it has changed."""
        with _cli_told():
            return self._connection.execute(sql, parameters)

    def insert(self, sql: str, rows: Rows, begin: int, end: int) -> None:
        """Execute an INSERT; atomic."""
        with _cli_told():
            inserted = self._connection.prepare(sql).execute_rows(rows, begin, end)
        _check(inserted, end - begin)

    insert_all_or_none = insert

    def commit(self) -> None:
        """End the transaction."""
        with _cli_told():
            self._connection.commit()

    def rollback(self) -> None:
        """Undo the transaction."""
        with _cli_told():
            self._connection.rollback()

    def close(self) -> None:
        """Disconnect; what was not committed is undone."""
        close_in_time(self._connection.close)

    def _check_codepage(self) -> None:
        with _cli_told():
            codepage = self._connection.codepage
        if codepage != _UTF8:
            raise SqlError(
                "HY000",
                -99999,
                f"the driver binds texts in code page {codepage} and not {_UTF8}; set DB2CODEPAGE={_UTF8}",
            )


SESSIONS: dict[InsertMethod, Callable[[ServerAddress], LoadSession]] = {
    InsertMethod.BIND: BindSession,
    InsertMethod.ARRAY: ArraySession,
    InsertMethod.EXECUTEMANY: ExecuteManySession,
}


def _check(inserted: int, sent: int) -> None:
    if inserted != sent:
        raise SqlError(UNKNOWN_STATE, -99999, f"the driver was given {sent} rows and has inserted {inserted}")


@contextmanager
def _cli_told() -> Iterator[None]:
    try:
        yield
    except _cli.CliError as error:
        raise SqlError(error.sqlstate, error.sqlcode, str(error), error.row) from None
