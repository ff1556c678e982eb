"""A connection of ibm_db: one transaction at a time, errors told by their codes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import ibm_db

from driver.repository.authentication import Authentication
from driver.repository.errors import TargetRefused

from .sqlcodes import UNKNOWN_STATE, SqlError

Value = str | bytes | int | None
CLI_LIBRARY = Path(ibm_db.__file__).parent / "clidriver" / "lib" / "libdb2.so.1"
"""IBM's CLI driver, inside ibm_db's wheel."""
# SQL_ATTR_RECEIVE_TIMEOUT of sqlcli1.h. As a keyword of the connection string it does nothing beside ConnectTimeout.
_RECEIVE_TIMEOUT, _OF_CONNECTION = 2547, 1
_MOST_PREPARED = 8
"""Statements that stay prepared: the driver's packages have a few hundred sections for all of a connection's."""
CLOSING = 5.0
"""Seconds that a connection gets to close; the server undoes what it had not committed."""


@dataclass(frozen=True, slots=True)
class Ssl:
    """How a connection is encrypted, by the CLI's own keywords; neither certificate nor keystore: by the authorities
    that the driver itself trusts.

    Attributes:
        certificate: of the server or its authority.
        keystore: the client's, which has its authorities and perhaps a certificate of its own.
        stash: with the keystore's password.
        label: of the client's certificate in the keystore.
    """

    certificate: Path | None = None
    keystore: Path | None = None
    stash: Path | None = None
    label: str | None = None

    @property
    def keywords(self) -> dict[str, str]:
        """For the connection string."""
        given = {
            "SSLServerCertificate": self.certificate,
            "SSLClientKeystoredb": self.keystore,
            "SSLClientKeystash": self.stash,
            "SSLClientLabel": self.label,
        }
        return {"SECURITY": "SSL"} | {name: str(value) for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where the database is, and who we are.

    Attributes:
        database: its name.
        host: of the server.
        port: of the server.
        user: who connects.
        password: never shown.
        ssl: None for a connection that is not encrypted.
        authentication: None leaves it to driver and server.
        connect_timeout: seconds until a server that does not answer counts as away.
        receive_timeout: seconds until a server that falls silent counts as lost.
    """

    database: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    ssl: Ssl | None = None
    authentication: Authentication | None = Authentication.SERVER
    connect_timeout: float = 10.0
    receive_timeout: float = 60.0

    def __str__(self) -> str:
        return f"{self.database} at {self.host}:{self.port}"

    @property
    def silence(self) -> int:
        """``receive_timeout`` in whole seconds, as the driver takes it."""
        return max(1, round(self.receive_timeout))

    @property
    def connection_string(self) -> str:
        """For the driver; the password is in it.

        Raises:
            TargetRefused: a value has a semicolon, which would end it.
        """
        values = {
            "DATABASE": self.database,
            "HOSTNAME": self.host,
            "PORT": str(self.port),
            "PROTOCOL": "TCPIP",
            "UID": self.user,
            "PWD": self.password,
            "ConnectTimeout": str(max(1, round(self.connect_timeout))),
        }
        if self.authentication is not None:
            values["AUTHENTICATION"] = self.authentication.upper()
        if self.ssl is not None:
            values |= self.ssl.keywords
        for name, value in values.items():
            if ";" in value or "\n" in value:
                raise TargetRefused(f"the {name} of the target has a semicolon or a line break; the driver takes none")
        return "".join(f"{name}={value};" for name, value in values.items())


@dataclass(frozen=True, slots=True)
class DescribedColumn:
    """A column of a table, as the database describes it."""

    name: str
    type: str
    width: int
    precision: int
    scale: int
    nullable: bool

    def same_type(self, other: "DescribedColumn") -> bool:
        """Whether it takes the same values, nulls left aside."""
        return replace(self, nullable=other.nullable) == other


class Session:
    """A connection with ibm_db; for one thread at a time.

    Args:
        address: of the database.

    Raises:
        SqlError: it is not there, or does not let us in.
    """

    def __init__(self, address: ServerAddress) -> None:
        with told():
            self._connection = ibm_db.connect(address.connection_string, "", "")
            ibm_db.autocommit(self._connection, ibm_db.SQL_AUTOCOMMIT_OFF)
            ibm_db.set_option(self._connection, {_RECEIVE_TIMEOUT: address.silence}, _OF_CONNECTION)
        self._prepared: OrderedDict[tuple[str, int], ibm_db.IBM_DBStatement] = OrderedDict()

    def prepared(self, sql: str, variant: int = 0) -> ibm_db.IBM_DBStatement:
        """A statement that stays prepared while it is used.

        Args:
            sql: its text.
            variant: of statements of one text that must not share what ibm_db knows of their parameters.
        """
        if (sql, variant) not in self._prepared:
            if len(self._prepared) == _MOST_PREPARED:
                _, longest_unused = self._prepared.popitem(last=False)
                ibm_db.free_stmt(longest_unused)
            self._prepared[sql, variant] = ibm_db.prepare(self._connection, sql)
        self._prepared.move_to_end((sql, variant))
        return self._prepared[sql, variant]

    def forget(self, sql: str) -> None:
        """Prepare the statement anew the next time."""
        ibm_db.free_stmt(self._prepared.pop((sql, 0)))

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Execute a statement; return how many rows it has changed."""
        with told(), self._executed(sql, parameters) as statement:
            return max(0, ibm_db.num_rows(statement))

    def query(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[object, ...]]:
        """The rows of a query, as they come."""
        with told(), self._executed(sql, parameters) as statement:
            while row := ibm_db.fetch_tuple(statement):
                yield row

    def describe(self, sql: str) -> tuple[DescribedColumn, ...]:
        """The columns that a query has."""
        with told(), self._executed(sql, ()) as statement:
            return tuple(
                DescribedColumn(
                    ibm_db.field_name(statement, i),
                    ibm_db.field_type(statement, i),
                    ibm_db.field_width(statement, i),
                    ibm_db.field_precision(statement, i),
                    ibm_db.field_scale(statement, i),
                    ibm_db.field_nullable(statement, i),
                )
                for i in range(ibm_db.num_fields(statement))
            )

    def commit(self) -> None:
        """End the transaction."""
        with told():
            ibm_db.commit(self._connection)

    def rollback(self) -> None:
        """Undo the transaction."""
        with told():
            ibm_db.rollback(self._connection)

    def close(self) -> None:
        """Disconnect; what was not committed is undone."""
        close_in_time(self._close)

    @contextmanager
    def _executed(self, sql: str, parameters: Sequence[object]) -> Iterator[ibm_db.IBM_DBStatement]:
        """A statement for once.

        It is freed by us, and before its connection is: when the interpreter does it later (an error's traceback may
        hold it), the driver may have given its handle to a statement of another connection, and frees that.
        """
        statement = ibm_db.prepare(self._connection, sql)
        try:
            ibm_db.execute(statement, tuple(parameters)) if parameters else ibm_db.execute(statement)
            yield statement
        finally:
            ibm_db.free_stmt(statement)

    def _close(self) -> None:
        with suppress(SqlError), told(), ExitStack() as each:  # a connection that is lost is closed
            each.callback(ibm_db.close, self._connection)
            each.callback(ibm_db.rollback, self._connection)
            for statement in self._prepared.values():
                each.callback(ibm_db.free_stmt, statement)
            self._prepared.clear()


@contextmanager
def told(unsaid: str = UNKNOWN_STATE) -> Iterator[None]:
    """ibm_db's errors, which are all of class Exception, told by their codes.

    Args:
        unsaid: SQLSTATE of an error that ibm_db gives none of. As a rule the connection is in a state that nobody
            knows, and a new one is needed.
    """
    try:
        yield
    except SqlError:
        raise
    except Exception as error:
        text = str(error.__cause__ or error)  # commit and rollback wrap theirs into a SystemError
        known = SqlError.of_text(text)
        if known is None and type(error) not in {Exception, SystemError}:
            raise
        raise known or SqlError(unsaid, -99999, text or "ibm_db does not say what is wrong") from None


def close_in_time(close: Callable[[], None]) -> None:
    """Close in a thread of its own and wait for it a while: the driver may wait for the server for ever."""
    thread = threading.Thread(target=close, name="close", daemon=True)
    thread.start()
    thread.join(CLOSING)
