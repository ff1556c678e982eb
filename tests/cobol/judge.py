"""Programs in COBOL as judges: what GnuCOBOL says of the records that it writes."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

COMPILER = "cobc"
SOURCES = Path(__file__).parent


@dataclass(frozen=True)
class Judgement:
    """What a program says of its records.

    Attributes:
        data: the file that it has written.
        places: offset and length of each item, in bytes.
        records: of each record the items that are in it, as DISPLAY shows them.
        conditions: of each record the level 88 that hold.
    """

    data: bytes
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    records: list[dict[str, str]] = field(default_factory=list)
    conditions: list[set[str]] = field(default_factory=list)


class Compiler:
    """GnuCOBOL in a folder of its own; each program is compiled and run once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._judgements: dict[tuple[str, ...], Judgement] = {}
        self._run(COMPILER, "-c", str(SOURCES / "place.cob"))

    def judgement(self, program: str, *flags: str) -> Judgement:
        """Of a program of programs/, which copies copybooks/ in, compiled with these flags."""
        key = (program, *flags)
        if key not in self._judgements:
            source = SOURCES / "programs" / f"{program}.cob"
            self._run(
                COMPILER, "-x", "-std=ibm", *flags, "-I", str(SOURCES / "copybooks"), str(source), "place.o",
                "-o", program,
            )  # fmt: skip
            said = self._run(str(self.folder / program))
            self._judgements[key] = _judgement((self.folder / "records.dat").read_bytes(), said)
        return self._judgements[key]

    def _run(self, *command: str) -> str:
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True).stdout


def _judgement(data: bytes, said: str) -> Judgement:
    found = Judgement(data)
    values: dict[str, str] = {}
    held: set[str] = set()
    for line in said.splitlines():
        name, _, rest = line.partition("=")
        if line == "WRITTEN":
            found.records.append(values)
            found.conditions.append(held)
            values, held = {}, set()
        elif line.startswith("@"):
            offset, length = rest.split()
            found.places[name[1:]] = int(offset), int(length)
        elif line.startswith("?"):
            held.add(line[1:])
        else:
            values[name] = rest
    return found
