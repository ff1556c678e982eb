"""Record the exchanges of the unit tests anew: IBM's driver, the gateway and Derby, and who says what to whom.

``PYTHONPATH=.:tests python -m drda.recording tests/unit/drda/exchanges``, after a change of the gateway that is meant.
"""

import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from driver._rows import Rows
from driver.repository.db2.inserts import SESSIONS, LoadSession
from driver.repository.db2.parameters import Parameter, ParameterKind
from driver.repository.db2.session import ServerAddress, Session
from driver.repository.db2.sqlcodes import SqlError
from driver.repository.insert_method import InsertMethod

from .derby import DATABASE, PASSWORD, USER, Derby
from .exchanges import Direction, Message, blanked, raw_chain, write
from .framing import Ended
from .gateway import Gateway

TABLE = (
    'CREATE TABLE "EXCHANGE" ("ID" INTEGER NOT NULL CONSTRAINT "EXCHANGE_KEY" PRIMARY KEY, "NAME" VARCHAR(40), '
    '"NUMBER" BIGINT, "AMOUNT" DECIMAL(9,2), "DAY" DATE, "RATE" DOUBLE)'
)
INSERT = 'INSERT INTO "EXCHANGE" ("ID", "NAME", "NUMBER", "AMOUNT", "DAY", "RATE") VALUES (?, ?, ?, ?, ?, ?)'
NAMES = ("SMITH", "Ärger ß", "Жуков €", "𝄞 clef", "")
_PARAMETERS = (
    Parameter(ParameterKind.INTEGER, width=4, nullable=False),
    Parameter(ParameterKind.UCS4, width=40),
    Parameter(ParameterKind.INTEGER, width=8),
    Parameter(ParameterKind.DECIMAL, precision=9, scale=2, source_scale=2),
    Parameter(ParameterKind.DATE),
    Parameter(ParameterKind.DOUBLE),
)


class Tap:
    """Relays to a port, and puts down what is said in either direction.

    Args:
        port: of loopback, that it relays to.
        there: the direction of what is sent to that port.
        back: the direction of the answers.
        messages: where it puts them down.
    """

    def __init__(self, port: int, there: Direction, back: Direction, messages: list[Message]) -> None:
        self._to, self._there, self._back, self._messages = port, there, back, messages
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection(("127.0.0.1", self._to))
            for source, sink, direction in ((near, far, self._there), (far, near, self._back)):
                threading.Thread(target=self._relay, args=(source, sink, direction), daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket, direction: Direction) -> None:
        with suppress(Ended, OSError), source.makefile("rb") as stream:
            while True:
                chain = raw_chain(stream)
                self._messages.append(Message(direction, blanked(chain)))
                sink.sendall(chain)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


def _rows(ids: Sequence[int]) -> Rows:
    """Five rows: texts of more and more bytes a character, negative and exact numbers, and a last row of nulls."""
    columns = (
        np.array(ids, np.int32),
        np.array(NAMES),
        np.array([1, -(2**62), 2**31, 0, 0]),
        np.array([100, -123_456_789, 5, 0, 0], np.int32),
        np.array(["2024-02-29", "0001-01-01", "9999-12-31", "1970-01-01", "1970-01-01"], "M8[D]"),
        np.array([0.5, -1e300, 3.25, 0.0, 0.0]),
    )
    present = np.zeros(len(ids), np.uint8)
    nulls = np.array([0] * (len(ids) - 1) + [1], np.uint8)
    rows = Rows(_PARAMETERS, [values.dtype for values in columns], len(ids))
    refusals, _ = rows.fill(
        [(values, nulls if i else present) for i, values in enumerate(columns)], np.arange(len(ids), dtype=np.int64)
    )
    assert not refusals.any()
    return rows


def _connect(session: LoadSession) -> None:
    session.execute(TABLE)
    session.rollback()


def _array(session: LoadSession) -> None:
    session.execute(TABLE)
    session.insert(INSERT, _rows(range(5)), 0, 5)
    session.commit()
    session.execute('DROP TABLE "EXCHANGE"')
    session.commit()


def _refused(session: LoadSession) -> None:
    session.execute(TABLE)
    with suppress(SqlError):
        session.insert(INSERT, _rows((1, 2, 2, 3, 4)), 0, 5)
    session.rollback()


def _select(session: LoadSession) -> None:
    assert isinstance(session, Session)
    session.execute(TABLE)
    session.insert(INSERT, _rows(range(5)), 0, 5)
    found = list(session.query('SELECT * FROM "EXCHANGE" WHERE "ID" >= ? ORDER BY "ID"', (1,)))
    assert [row[1] for row in found] == [*NAMES[1:-1], None]
    session.execute('DELETE FROM "EXCHANGE" WHERE "ID" = ?', (99,))
    with suppress(SqlError):
        list(session.query('SELECT * FROM "MISSING"'))
    session.rollback()


SCENARIOS: dict[str, tuple[InsertMethod, Callable[[LoadSession], None]]] = {
    "connect": (InsertMethod.BIND, _connect),
    "bind": (InsertMethod.BIND, _array),
    "array": (InsertMethod.ARRAY, _array),
    "executemany": (InsertMethod.EXECUTEMANY, _array),
    "bind_refused": (InsertMethod.BIND, _refused),
    "executemany_refused": (InsertMethod.EXECUTEMANY, _refused),
    "select": (InsertMethod.ARRAY, _select),
}


def _play(name: str, port: int) -> None:
    method, scenario = SCENARIOS[name]
    session = SESSIONS[method](ServerAddress(DATABASE, "127.0.0.1", port, USER, PASSWORD))
    try:
        scenario(session)
    finally:
        session.close()


def record(name: str, derby: int) -> list[Message]:
    """What is said in a scenario, which a process of its own plays: the driver holds the interpreter's lock."""
    messages: list[Message] = []
    server = Tap(derby, Direction.TO_SERVER, Direction.FROM_SERVER, messages)
    with Gateway(server.port) as gateway:
        client = Tap(gateway.port, Direction.FROM_CLIENT, Direction.TO_CLIENT, messages)
        process = get_context("spawn").Process(target=_play, args=(name, client.port))
        process.start()
        process.join()
    if process.exitcode != 0:
        raise SystemExit(f"{name} has failed")
    return messages


def assert_nothing_secret(messages: Sequence[Message]) -> None:
    """Refuse an exchange that says the password, or where it was recorded, in either of the code pages.

    Raises:
        SystemExit: it does.
    """
    said = b"".join(message.chain for message in messages)
    machine = socket.gethostname()
    for word in (PASSWORD, f"'{machine}'" if len(machine) < 4 else machine, "127.0.0.1", str(Path.cwd()), "python"):
        for encoding in ("ascii", "cp500", "utf-16-be"):
            if word.encode(encoding) in said:
                raise SystemExit(f"the exchange says {word!r} in {encoding}")


def main(folder: Path) -> None:
    """Record every scenario into a file of the folder."""
    with TemporaryDirectory() as home, Derby(Path(home)) as derby:
        for name in SCENARIOS:
            messages = record(name, derby.port)
            assert_nothing_secret(messages)
            write(folder / f"{name}.txt", messages)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
