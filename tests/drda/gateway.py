"""The gateway: lets a Db2 client talk to Derby, and lets things go wrong on the way."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Self

from . import codepoints as cp
from . import rewriting
from .arrays import Rows, split
from .errors import SqlCard, as_db2_says_it
from .faults import ROLLING_BACK, Fault, Kind, Point, Schedule
from .framing import NO_REPLY, OBJECT, REQUEST, Dss, Ended, content, ddm, objects, read_chain, write_chain

_USER = b"APP"
_SECTION = b"\x01\x7f"
"""Of the gateway's own statements: far from those that the client's package uses."""
_SAVEPOINT = "SAVEPOINT MF_GATEWAY_ARRAY ON ROLLBACK RETAIN CURSORS"
_FORGET = "RELEASE SAVEPOINT MF_GATEWAY_ARRAY"
_UNDO = "ROLLBACK TO SAVEPOINT MF_GATEWAY_ARRAY"


class Dropped(Exception):  # noqa: N818 - it is what was wanted
    """A fault has broken the connection."""


class Gateway:
    """Listens on a port of loopback, a thread a connection.

    Args:
        upstream: Derby's port.
        restart: kills Derby and starts it again.

    Attributes:
        port: that it listens on.
        connections: that it has had.
        faults: what goes wrong; may be replaced between two runs.
        lets_inserts_go: acknowledge rows and forget them, so that nothing but the client takes time.
    """

    def __init__(self, upstream: int, restart: Callable[[], None] = lambda: None) -> None:
        self._upstream = upstream
        self._restart_server = restart
        self.faults = Schedule()
        self.lets_inserts_go = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._sockets: set[socket.socket] = set()
        """Those that are open."""
        self._lock = threading.Lock()
        self._server_is_up = threading.Lock()
        threading.Thread(target=self._accept, name="gateway", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection."""
        _shut(self._listener)
        with self._lock:
            for open_socket in self._sockets:
                _shut(open_socket)

    @property
    def open_connections(self) -> int:
        """How many clients there are now; one that has been hung up on is none any more."""
        with self._lock:
            return len(self._sockets)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._sockets.add(client)
            threading.Thread(target=self._serve, args=(client,), name="gateway client", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with self._server_is_up:  # who comes during a restart waits, however fast his attempts are
                server = socket.create_connection(("127.0.0.1", self._upstream))
            with server:
                server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                Exchange(self, client, server).run()
        except (Ended, Dropped, OSError):
            pass  # either side has gone; the other one notices when its socket closes
        finally:
            with self._lock:
                self._sockets.discard(client)
            _shut(client)

    def restart(self) -> None:
        """Kill Derby and start it again."""
        with self._server_is_up:
            self._restart_server()


class Exchange:
    """One client's requests, and a connection of its own to Derby."""

    def __init__(self, gateway: Gateway, client: socket.socket, server: socket.socket) -> None:
        self._gateway = gateway
        self._client, self._server = client, server
        self._from_client: BinaryIO = client.makefile("rb")
        self._from_server: BinaryIO = server.makefile("rb")
        self._texts: dict[bytes, str] = {}
        self._transaction: list[str] = []

    def run(self) -> None:
        """Answer until somebody goes.

        Raises:
            Ended: somebody has gone.
            Dropped: a fault has ended it.
        """
        with self._from_client, self._from_server:
            while True:
                self._answer_chain()

    def _answer_chain(self) -> None:
        commands: list[tuple[Dss, list[bytes]]] = []
        ending = False
        for dss in read_chain(self._from_client):
            if dss.kind == REQUEST:
                commands.append((dss, []))
            elif dss.kind == NO_REPLY:
                ending = True
            else:
                commands[-1][1].append(dss.body)
        replies: list[Dss] = []
        for dss, attached in commands:
            replies += self._answered(dss, attached, replies)
            if rewriting.locks_out(replies[-1]):
                break
        self._client.sendall(write_chain(replies))
        if ending:
            self._disconnected()

    def _disconnected(self) -> None:
        """Hang up, which the client waits for; or let it wait."""
        fault = self._gateway.faults.at(Point.DISCONNECT)
        if fault is not None and fault.kind is Kind.FREEZE:
            self._from_client.read(1)
        raise Ended

    def _answered(self, dss: Dss, attached: list[bytes], before: list[Dss]) -> list[Dss]:
        """The answer to a command, under its own correlation.

        A statement whose PREPARE has failed in the same chain fails too; Derby would end the connection.
        """
        unprepared = rewriting.failed_statement(before)
        if unprepared is not None and dss.code_point in {cp.OPNQRY, cp.EXCSQLSTT, cp.DSCSQLSTT}:
            answers = rewriting.not_prepared(dss, unprepared)
        else:
            answers = self._answer(dss, attached)
        return [Dss(answer.kind, dss.correlation, answer.body) for answer in answers]

    def _answer(self, dss: Dss, attached: list[bytes]) -> list[Dss]:
        point, text = self._point_of(dss, attached)
        if rewriting.is_answered_here(dss.code_point, dss.body):
            return [rewriting.success(dss.correlation)]
        fault = None if point is None else self._gateway.faults.at(point, text)
        if fault is not None and fault.kind is not Kind.DROP_AFTER:
            answer = self._failed(fault, dss, attached)
            if answer is not None:
                return answer
        answers = self._forwarded(dss, attached)
        if fault is not None and fault.kind is Kind.DROP_AFTER:
            raise Dropped
        return [rewriting.reply(answer, _USER) for answer in answers]

    def _point_of(self, dss: Dss, attached: list[bytes]) -> tuple[Point | None, str]:
        """What is asked for, and the text of the statement; of a commit, those of its transaction."""
        parameters = dict(objects(content(dss.body)))
        section = parameters.get(cp.PKGNAMCSN, b"")
        for body in attached:
            if int.from_bytes(body[2:4], "big") == cp.SQLSTT:
                self._texts[section] = rewriting.statement_text(content(body))
        points = {
            cp.ACCRDB: Point.CONNECT,
            cp.PRPSQLSTT: Point.PREPARE,
            cp.EXCSQLSTT: Point.EXECUTE,
            cp.EXCSQLIMM: Point.EXECUTE,
            cp.OPNQRY: Point.EXECUTE,
            cp.RDBCMM: Point.COMMIT,
            cp.RDBRLLBCK: Point.ROLLBACK,
        }
        point, text = points.get(dss.code_point), self._texts.get(section, "")
        if point is Point.EXECUTE:
            self._transaction.append(text)
        elif point in {Point.COMMIT, Point.ROLLBACK}:
            text = "\n".join(self._transaction)
            self._transaction.clear()
        return point, text

    def _failed(self, fault: Fault, dss: Dss, attached: list[bytes]) -> list[Dss] | None:
        """What the fault makes of a request; None if it is forwarded after all."""
        match fault.kind:
            case Kind.DROP_INSIDE:
                rows = split(content(attached[0]))
                self._insert_rows(dss, rows, range(len(rows.rows) // 2))
                raise Dropped
            case Kind.FREEZE:
                self._from_client.read(1)  # until the client gives up
                raise Dropped
            case Kind.RESTART:
                self._gateway.restart()
                return None
            case Kind.ANSWER:
                if fault.sqlcode in ROLLING_BACK:
                    self._forward(Dss(REQUEST, 1, ddm(cp.RDBRLLBCK, b"")), [])
                return [rewriting.failure(dss.correlation, fault.sqlcode, fault.sqlstate)]
            case _:
                raise Dropped

    def _forwarded(self, dss: Dss, attached: list[bytes]) -> list[Dss]:
        parameters = dict(objects(content(dss.body)))
        if dss.code_point in {cp.EXCSQLSTT, cp.OPNQRY} and attached:
            if self._gateway.lets_inserts_go and self._texts[parameters[cp.PKGNAMCSN]].startswith("INSERT INTO"):
                return [rewriting.success(dss.correlation, int.from_bytes(parameters.get(cp.NBRROW, b"\x01"), "big"))]
            rows = split(content(attached[0]))
            if cp.NBRROW in parameters and dss.code_point == cp.EXCSQLSTT:
                return self._insert_array(dss, rows, atomic=parameters.get(cp.ATMIND) != b"\x01")
            attached = [rows.sqldta(0), *attached[1:]]
        return self._forward(Dss(REQUEST, 1, rewriting.request(dss.body)), attached)

    def _insert_array(self, dss: Dss, rows: Rows, *, atomic: bool) -> list[Dss]:
        section = dict(objects(content(dss.body)))[cp.PKGNAMCSN]
        if atomic:
            self._own(section, _SAVEPOINT)
        done, failed = self._insert_rows(dss, rows, range(len(rows.rows)))
        rolled_back = failed is not None and as_db2_says_it(failed).sqlcode in ROLLING_BACK
        if atomic and not rolled_back:
            if failed is not None:
                self._own(section, _UNDO)
            self._own(section, _FORGET)
        if failed is None:
            return [rewriting.success(dss.correlation, done)]
        return [Dss(OBJECT, dss.correlation, failed.encode())]

    def _insert_rows(self, dss: Dss, rows: Rows, which: range) -> tuple[int, SqlCard | None]:
        """Execute for each row, all in one chain; how many went well, and the first error."""
        command = rewriting.request(dss.body)
        chain = []
        for i in which:
            chain += [Dss(REQUEST, i % 0x7FFF + 1, command), Dss(OBJECT, i % 0x7FFF + 1, rows.sqldta(i))]
        if not chain:
            return 0, None
        sender = threading.Thread(target=self._server.sendall, args=(write_chain(chain),))
        sender.start()  # Derby answers while it reads, and neither must wait for the other
        cards = [SqlCard.decode(content(a.body)) for a in read_chain(self._from_server) if a.code_point == cp.SQLCARD]
        sender.join()
        failed = next((card for card in cards if card.sqlcode < 0), None)
        return sum(card.sqlcode >= 0 for card in cards), failed

    def _own(self, section: bytes, sql: str) -> None:
        """Execute a statement of the gateway's own."""
        text = sql.encode()
        command = ddm(cp.EXCSQLIMM, ddm(cp.PKGNAMCSN, section[:-2] + _SECTION))
        statement = ddm(cp.SQLSTT, b"\x00" + len(text).to_bytes(4, "big") + text + b"\xff")
        self._forward(Dss(REQUEST, 1, command), [statement])

    def _forward(self, dss: Dss, attached: list[bytes]) -> list[Dss]:
        self._server.sendall(write_chain([dss, *(Dss(OBJECT, 1, body) for body in attached)]))
        return read_chain(self._from_server)


def _shut(open_socket: socket.socket) -> None:
    with suppress(OSError):  # it was closed already
        open_socket.shutdown(socket.SHUT_RDWR)
    open_socket.close()
