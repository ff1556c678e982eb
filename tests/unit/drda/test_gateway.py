"""Recorded exchanges again: to what IBM's driver said the gateway says the same to Derby, and the same back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO

import pytest
from drda import codepoints as cp
from drda.errors import SqlCard
from drda.exchanges import Direction, Message, raw_chain
from drda.faults import Fault, Kind, Point, Schedule
from drda.framing import Ended, Stream, content, read_chain
from drda.gateway import Dropped, Exchange, Gateway

INSERT = 'INSERT INTO "EXCHANGE"'
PREPARE, SAVEPOINT, ROW = [cp.PRPSQLSTT, cp.SQLSTT], [cp.EXCSQLIMM, cp.SQLSTT], [cp.EXCSQLSTT, cp.SQLDTA]
PREPARED_ARRAY = PREPARE + ROW
_PATIENCE = 10.0


class ScriptedServer:
    """Says what Derby has said, whatever it hears.

    Attributes:
        heard: by it.
    """

    def __init__(self, end: socket.socket, answers: list[bytes]) -> None:
        self.heard: list[bytes] = []
        self._end, self._answers = end, answers

    def serve(self) -> None:
        """Until the script or the client is at its end."""
        with suppress(Ended), self._end.makefile("rb") as stream:
            for answer in self._answers:
                self.heard.append(raw_chain(stream))
                self._end.sendall(answer)
            self.heard.append(raw_chain(stream))


class Replay:
    """A client and a server that read from a script, and a gateway between them."""

    def __init__(self, client: socket.socket, stream: Stream, server: ScriptedServer) -> None:
        self._client, self._stream = client, stream
        self._server = server

    @property
    def heard(self) -> list[bytes]:
        """What the server was told."""
        return self._server.heard

    def ask(self, chain: bytes) -> bytes:
        """Say something, and hear the answer.

        Raises:
            Ended: the gateway has hung up.
        """
        self._client.sendall(chain)
        return raw_chain(self._stream)


@contextmanager
def replay(messages: list[Message], *faults: Fault, lets_inserts_go: bool = False) -> Iterator[Replay]:
    """The exchange's gateway, for its client to be asked; afterwards everybody has gone."""
    pairs = [socket.socketpair() for _ in range(2)]
    (client, near), (far, server) = pairs
    for end in (client, near, far, server):
        end.settimeout(_PATIENCE)
    scripted = ScriptedServer(server, said(messages, Direction.FROM_SERVER))
    with Gateway(upstream=0) as gateway:
        gateway.faults = Schedule(faults)
        gateway.lets_inserts_go = lets_inserts_go

        def exchange() -> None:
            try:
                with suppress(Ended, Dropped):
                    Exchange(gateway, near, far).run()
            finally:
                for end in (near, far):
                    end.shutdown(socket.SHUT_RDWR)

        threads = [threading.Thread(target=run, daemon=True) for run in (exchange, scripted.serve)]
        for thread in threads:
            thread.start()
        try:
            with client.makefile("rb") as stream:
                yield Replay(client, stream, scripted)
        finally:
            client.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(_PATIENCE)
            for end in (client, near, far, server):
                end.close()


def said(messages: list[Message], direction: Direction) -> list[bytes]:
    return [message.chain for message in messages if message.direction is direction]


def test_the_server_and_the_client_hear_what_they_have_heard_byte_for_byte(exchange):
    with replay(exchange) as again:
        answers = [again.ask(chain) for chain in said(exchange, Direction.FROM_CLIENT)]
    assert again.heard == said(exchange, Direction.TO_SERVER)
    assert answers == said(exchange, Direction.TO_CLIENT)


def before(messages: list[Message], *code_points: int) -> tuple[list[Message], bytes]:
    """What is said until the client says a chain of these, and that chain."""
    for i, message in enumerate(messages):
        chain = read_chain(BytesIO(message.chain))
        if message.direction is Direction.FROM_CLIENT and [dss.code_point for dss in chain] == list(code_points):
            return messages[:i], message.chain
    raise LookupError(code_points)


def told(replay_: Replay, messages: list[Message]) -> list[list[int]]:
    """What the server has heard after these, as code points."""
    rest = replay_.heard[len(said(messages, Direction.TO_SERVER)) :]
    return [[dss.code_point for dss in read_chain(BytesIO(chain))] for chain in rest]


@pytest.fixture
def array(recorded):
    """What comes before an array of five rows, and the array."""
    return before(recorded("bind"), *PREPARED_ARRAY)


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        (Kind.DROP_BEFORE, [PREPARE]),
        (Kind.DROP_INSIDE, [PREPARE, ROW * 2]),
        (Kind.DROP_AFTER, [PREPARE, SAVEPOINT, ROW * 5, SAVEPOINT]),
    ],
)
def test_a_connection_that_is_dropped_at_an_array(recorded, array, kind, heard):
    earlier, insert = array
    with replay(recorded("bind"), Fault(kind, Point.EXECUTE, INSERT)) as again:
        for chain in said(earlier, Direction.FROM_CLIENT):
            again.ask(chain)
        with pytest.raises(Ended):
            again.ask(insert)
    assert told(again, earlier) == heard


@pytest.mark.parametrize(
    ("sqlcode", "sqlstate", "server"), [(-911, "40001", [PREPARE, [cp.RDBRLLBCK]]), (-904, "57011", [PREPARE])]
)
def test_an_error_that_the_server_has_not_said(recorded, array, sqlcode, sqlstate, server):
    earlier, insert = array
    fault = Fault(Kind.ANSWER, Point.EXECUTE, INSERT, sqlcode=sqlcode, sqlstate=sqlstate)
    with replay(recorded("bind"), fault) as again:
        for chain in said(earlier, Direction.FROM_CLIENT):
            again.ask(chain)
        *_, answer = read_chain(BytesIO(again.ask(insert)))
    card = SqlCard.decode(content(answer.body))
    assert (card.sqlcode, card.sqlstate) == (sqlcode, sqlstate)
    # A server that rolls back has done so: what it had taken before is gone.
    assert told(again, earlier) == server


def test_a_commit_is_known_by_the_statements_of_its_transaction(recorded, array):
    earlier, insert = array
    with replay(recorded("bind"), Fault(Kind.DROP_AFTER, Point.COMMIT, INSERT)) as again:
        for chain in said(earlier, Direction.FROM_CLIENT):
            again.ask(chain)  # commits are among them, of other transactions
        again.ask(insert)
        _, commit = before(recorded("bind"), cp.RDBCMM)
        with pytest.raises(Ended):
            again.ask(commit)
    assert [cp.RDBCMM] in told(again, [])[: len(said(earlier, Direction.TO_SERVER))]
    assert told(again, earlier)[-1] == [cp.RDBCMM]


def test_rows_that_are_let_go_are_counted_and_not_sent(recorded, array):
    earlier, insert = array
    with replay(recorded("bind"), lets_inserts_go=True) as again:
        for chain in said(earlier, Direction.FROM_CLIENT):
            again.ask(chain)
        *_, answer = read_chain(BytesIO(again.ask(insert)))
    assert SqlCard.decode(content(answer.body)).rows == 5
    assert told(again, earlier) == [PREPARE]
