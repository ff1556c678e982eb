"""What goes wrong, and when: a schedule of faults that the gateway asks before it does anything."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto


class Point(Enum):
    """What a client asks for."""

    CONNECT = auto()
    PREPARE = auto()
    EXECUTE = auto()
    COMMIT = auto()
    ROLLBACK = auto()
    DISCONNECT = auto()


class Kind(Enum):
    """What becomes of it."""

    DROP_BEFORE = auto()
    """The connection breaks, and the server never hears of the request."""
    DROP_INSIDE = auto()
    """The connection breaks when the server has taken half of an array's rows."""
    DROP_AFTER = auto()
    """The server does it, and the connection breaks before the client hears of it."""
    ANSWER = auto()
    """The client gets an error, and the server never hears of the request."""
    FREEZE = auto()
    """Nothing is answered any more until the client gives up."""
    RESTART = auto()
    """The server is killed and started again, and the request goes to what is left of the connection."""


ROLLING_BACK = {-911, -30108}
"""SQLCODEs of a server that has undone the transaction when it says so."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong once.

    Attributes:
        kind: what.
        point: at which kind of request.
        statement: a part of the text of the statement that is executed, or of one in the transaction that is committed;
            empty for any.
        occurrence: at the how manieth such request, from 0, of all connections together.
        sqlcode, sqlstate: of ANSWER.
    """

    kind: Kind
    point: Point
    statement: str = ""
    occurrence: int = 0
    sqlcode: int = 0
    sqlstate: str = ""


class Schedule:
    """Faults that are to happen; safe to be asked by many connections at once.

    Args:
        faults: each happens once.

    Attributes:
        fired: those that have happened, in order.
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._waiting = [[fault, fault.occurrence] for fault in faults]
        self.fired: list[Fault] = []

    def at(self, point: Point, statement: str = "") -> Fault | None:
        """The fault that happens at this request, if one does."""
        with self._lock:
            due = None
            for entry in self._waiting:
                fault, left = entry
                if fault.point is point and fault.statement in statement:
                    if left == 0 and due is None:
                        due = entry
                    entry[1] = max(0, left - 1)
            if due is None:
                return None
            self._waiting.remove(due)
            self.fired.append(due[0])
            return due[0]
