"""Exchanges between IBM's driver, the gateway and Derby; ``drda.recording`` says how they are recorded anew."""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from drda import exchanges
from drda.codepoints import EXCSQLSTT, NBRROW, SQLDTA
from drda.exchanges import Direction, Message
from drda.framing import content, objects, read_chain

_FOLDER = Path(__file__).parent / "exchanges"


@pytest.fixture(params=sorted(path.stem for path in _FOLDER.glob("*.txt")))
def exchange(request) -> list[Message]:
    """Each of them."""
    return _read(request.param)


@pytest.fixture
def recorded() -> Callable[[str], list[Message]]:
    """One of them by its name."""
    return _read


@pytest.fixture
def arrays_of() -> Callable[[str], list[bytes]]:
    """The bodies of the SQLDTAs of the array inserts in one of them."""

    def arrays_of(name: str) -> list[bytes]:
        found = []
        for message in _read(name):
            if message.direction is Direction.FROM_CLIENT:
                chain = read_chain(BytesIO(message.chain))
                for command, attached in pairwise(chain):
                    if command.code_point == EXCSQLSTT and NBRROW in dict(objects(content(command.body))):
                        assert attached.code_point == SQLDTA
                        found.append(content(attached.body))
        return found

    return arrays_of


def _read(name: str) -> list[Message]:
    return exchanges.read(_FOLDER / f"{name}.txt")
