"""DRDA's envelopes: data stream structures (DSS) on the wire, and the DDM objects inside them.

DRDA, Version 5, Volume 3: Distributed Data Management Architecture ("DSS" and "DDM objects").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

REQUEST, REPLY, OBJECT, NO_REPLY = 1, 2, 3, 5
_CHAINED, _SAME_CORRELATION = 0x40, 0x10
_SEGMENT = 0x7FFF
_CONTINUED = 0x8000


class Stream(Protocol):
    """What structures are read from."""

    def read(self, count: int, /) -> bytes:
        """As many bytes; fewer at the end."""


class Ended(Exception):  # noqa: N818 - no error
    """The other side has closed the connection."""


@dataclass(frozen=True, slots=True)
class Dss:
    """One structure: what kind it is, what it belongs to, its DDM object, and whether another one follows."""

    kind: int
    correlation: int
    body: bytes
    chained: bool = False

    @property
    def code_point(self) -> int:
        """Of its DDM object."""
        return int.from_bytes(self.body[2:4], "big")


def read_dss(stream: Stream) -> Dss:
    """Read a structure, its continuation segments joined.

    Raises:
        Ended: there is none any more.
    """
    head = _exactly(stream, 6)
    length = int.from_bytes(head[:2], "big")
    parts = [_exactly(stream, (length & _SEGMENT) - 6)]
    while length & _CONTINUED:
        length = int.from_bytes(_exactly(stream, 2), "big")
        parts.append(_exactly(stream, (length & _SEGMENT) - 2))
    return Dss(head[3] & 0x0F, int.from_bytes(head[4:6], "big"), b"".join(parts), bool(head[3] & _CHAINED))


def read_chain(stream: Stream) -> list[Dss]:
    """Read structures until one is not chained to a next."""
    chain = [read_dss(stream)]
    while chain[-1].chained:
        chain.append(read_dss(stream))
    return chain


def write_chain(chain: Iterable[Dss]) -> bytes:
    """The bytes of structures, each chained to the next."""
    structures = list(chain)
    out = bytearray()
    for dss, following in zip(structures, [*structures[1:], None], strict=True):
        form = dss.kind
        if following is not None:
            form |= _CHAINED | (_SAME_CORRELATION if following.correlation == dss.correlation else 0)
        out += _segments(form, dss)
    return bytes(out)


def _segments(form: int, dss: Dss) -> bytes:
    length = len(dss.body) + 6
    first = dss.body[: _SEGMENT - 6]
    rest = dss.body[len(first) :]
    head = _SEGMENT | _CONTINUED if rest else length
    out = [head.to_bytes(2, "big"), bytes((0xD0, form)), dss.correlation.to_bytes(2, "big"), first]
    for i in range(0, len(rest), _SEGMENT - 2):
        segment = rest[i : i + _SEGMENT - 2]
        more = _CONTINUED if i + len(segment) < len(rest) else 0
        out += [(len(segment) + 2 | more).to_bytes(2, "big"), segment]
    return b"".join(out)


def ddm(code_point: int, body: bytes) -> bytes:
    """A DDM object, with an extended length where it needs one."""
    if len(body) + 4 < _CONTINUED:
        return (len(body) + 4).to_bytes(2, "big") + code_point.to_bytes(2, "big") + body
    return b"\x80\x08" + code_point.to_bytes(2, "big") + len(body).to_bytes(4, "big") + body


def objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The DDM objects that stand one after the other: code point and body of each."""
    at = 0
    while at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        code_point = int.from_bytes(data[at + 2 : at + 4], "big")
        head = 4
        if length & _CONTINUED:
            head = length & _SEGMENT
            length = head + int.from_bytes(data[at + 4 : at + head], "big")
        yield code_point, data[at + head : at + length]
        at += length


def content(dss_body: bytes) -> bytes:
    """The body of the one DDM object of a structure."""
    return next(objects(dss_body))[1]


def _exactly(stream: Stream, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise Ended
    return data
