"""Recorded exchanges: what a client, the gateway and Derby have said to one another, a line a structure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from itertools import groupby
from pathlib import Path

from . import codepoints as cp
from .framing import OBJECT, REQUEST, Stream, content, ddm, objects, read_chain, read_dss
from .rewriting import is_answered_here

_HEAD = 6
"""Bytes before the body of a structure."""
_NOT_KEPT = {
    cp.EXCSAT: {cp.EXTNAM, cp.SRVNAM},
    cp.ACCRDB: {cp.CRRTKN, cp.PRDDTA},
    cp.SECCHK: {cp.PASSWORD},
}
"""What is secret, or says on which machine it was recorded."""


class Direction(StrEnum):
    """Who speaks to whom; the gateway is at the other end of the arrow."""

    FROM_CLIENT = "client→"
    TO_SERVER = "→server"
    FROM_SERVER = "server→"
    TO_CLIENT = "→client"


@dataclass(frozen=True, slots=True)
class Message:
    """A chain of structures, byte for byte."""

    direction: Direction
    chain: bytes


class Tee:
    """A stream that keeps what is read of it."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._kept = bytearray()

    def read(self, count: int, /) -> bytes:
        """As of the stream."""
        data = self._stream.read(count)
        self._kept += data
        return data

    def take(self) -> bytes:
        """What was read since the last time."""
        kept = bytes(self._kept)
        self._kept.clear()
        return kept


def raw_chain(stream: Stream) -> bytes:
    """Read a chain, and return its bytes as they came.

    Raises:
        Ended: there is none any more.
    """
    tee = Tee(stream)
    read_chain(tee)
    return tee.take()


def structures(chain: bytes) -> list[bytes]:
    """The bytes of each structure of a chain."""
    stream = BytesIO(chain)
    tee = Tee(stream)
    found = []
    while stream.tell() < len(chain):
        read_dss(tee)
        found.append(tee.take())
    return found


def blanked(chain: bytes) -> bytes:
    """A chain without what is secret or of one machine; as long as before."""
    kept = []
    answered_here = False
    for structure in structures(chain):
        dss = read_dss(BytesIO(structure))
        if dss.kind == REQUEST:
            answered_here = is_answered_here(dss.code_point, dss.body)
        body = dss.body
        if dss.kind == OBJECT and answered_here:
            # The licence's procedure and the special registers get the machine's name; nobody here reads them.
            body = ddm(dss.code_point, bytes(len(content(body))))
        elif dss.code_point in _NOT_KEPT:
            body = ddm(dss.code_point, b"".join(_without(_NOT_KEPT[dss.code_point], content(body))))
        kept.append(structure[:_HEAD] + body if body is not dss.body else structure)
    return b"".join(kept)


def _without(secret: set[int], body: bytes) -> Iterator[bytes]:
    for name, value in objects(body):
        yield ddm(name, bytes(len(value)) if name in secret else value)


def write(path: Path, messages: Iterable[Message]) -> None:
    """Keep an exchange."""
    lines = (f"{m.direction} {structure.hex()}\n" for m in messages for structure in structures(m.chain))
    path.write_text("".join(lines), encoding="utf-8")


def read(path: Path) -> list[Message]:
    """An exchange that was kept: nobody speaks twice in a row, so what one says is one chain."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Message(Direction(direction), b"".join(bytes.fromhex(digits) for _, digits in said))
        for direction, said in groupby(lines, key=lambda line: line[0])
    ]
