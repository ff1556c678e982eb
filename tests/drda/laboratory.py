"""Derby and the gateway in a process of their own: the driver holds the interpreter's lock while it waits for them."""

from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from pathlib import Path
from types import TracebackType
from typing import Self

from .derby import Derby
from .faults import Fault, Schedule
from .gateway import Gateway


class _Bench:
    """What stands in the other process."""

    def __init__(self, home: Path) -> None:
        self._derby = Derby(home).__enter__()
        self._gateway = Gateway(self._derby.port, restart=self._restart)

    def port(self) -> int:
        return self._gateway.port

    def connections(self) -> int:
        return self._gateway.connections

    def open_connections(self) -> int:
        return self._gateway.open_connections

    def arm(self, faults: Sequence[Fault]) -> None:
        self._gateway.faults = Schedule(faults)

    def fired(self) -> list[Fault]:
        return self._gateway.faults.fired

    def let_inserts_go(self) -> None:
        self._gateway.lets_inserts_go = True

    def close(self) -> None:
        self._gateway.close()
        self._derby.kill()

    def _restart(self) -> None:
        self._derby.kill()
        self._derby.start()


class _Manager(BaseManager):
    pass


_Manager.register("Bench", _Bench)


class Laboratory:
    """A database behind a gateway, until it is left.

    Args:
        home: an empty folder for the database.

    Attributes:
        port: of the gateway.
    """

    def __init__(self, home: Path) -> None:
        self._manager = _Manager(ctx=get_context("spawn"))
        self._manager.start()
        self._bench: _Bench = self._manager.Bench(home)  # type: ignore[attr-defined]
        self.port = self._bench.port()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bench.close()
        self._manager.shutdown()

    @property
    def connections(self) -> int:
        """How many there have been."""
        return self._bench.connections()

    @property
    def open_connections(self) -> int:
        """How many there are now."""
        return self._bench.open_connections()

    @property
    def fired(self) -> list[Fault]:
        """The faults that have happened since they were armed."""
        return self._bench.fired()

    def arm(self, *faults: Fault) -> None:
        """Let these go wrong from now on, and nothing else."""
        self._bench.arm(faults)

    def let_inserts_go(self) -> None:
        """From now on acknowledge the rows of every INSERT, and forget them."""
        self._bench.let_inserts_go()
