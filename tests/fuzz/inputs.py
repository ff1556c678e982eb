"""python -m fuzz.inputs COUNT SEED: random and mutated copybooks, records and files through the library.

Nothing but the library's own errors may be raised, and no input may take longer than ``SECONDS``. In the build of
`make test-sanitized`, as `make fuzz` runs it, no byte out of bounds is touched either.
"""

import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import FrameType

from fuzz.copybooks import mutated, random_copybook
from fuzz.samples import Sample, random_decoder, random_layout, random_sample

from mfdecode.errors import MfdecodeError
from mfdecode.framing import Endian, Framing, RecordFormat
from mfdecode.framing.formats import LineEnd, OnBrokenRdw
from mfdecode.layout import Layout

SECONDS = 20
MOST_BYTES = 20_000
FORMATS = [format_ for format_ in RecordFormat if format_ not in {RecordFormat.U, RecordFormat.CSV}]


class HangError(Exception):
    """An input took too long."""


def copybooks(chance: Random, _folder: Path) -> int:
    """A copybook, and random bytes by its layout if it has one."""
    text = random_copybook(chance)
    if chance.random() < 0.7:
        text = mutated(text, chance)
    try:
        layout = random_layout(text, chance)
        if layout.length > MOST_BYTES or len(layout.cells) > 500:
            return 1
        return 1 + _decode_random(layout, chance)
    except MfdecodeError:
        return 1


def _decode_random(layout: Layout, chance: Random) -> int:
    decoder = random_decoder(layout, chance)
    count = chance.randint(0, 20)
    batch = decoder.decode(chance.randbytes(count * layout.length))
    batch.to_arrow()
    return count


def files(chance: Random, folder: Path, samples: list[Sample]) -> int:
    """A file of records, right or mutated, read with options that fit or do not."""
    sample = chance.choice(samples)
    content = bytearray()
    for record in chance.choices(sample.records, k=chance.randint(0, 30)):
        length = chance.randint(0, len(record)) if chance.random() < 0.2 else len(record)
        content += (length + 4).to_bytes(2, "big") + bytes(2) + record[:length]
    if chance.random() < 0.3:
        content[:0] = (len(content) + 4).to_bytes(2, "big") + bytes(2) if len(content) < 65_000 else b""
    for _ in range(chance.choice([0, 0, 1, 5])):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
    if chance.random() < 0.1:
        content = bytearray(chance.randbytes(chance.randint(0, 500)))
    path = folder / "input"
    path.write_bytes(content)
    try:
        decoder = type(sample.decoder)(sample.decoder.layout, framing=_framing(chance, sample.decoder.layout.length))
        return 1 + sum(len(batch) for batch in decoder.open(path, batch_size=chance.randint(1, 40)))
    except MfdecodeError:
        return 1


def _framing(chance: Random, length: int) -> Framing:
    around = [chance.choice([0, 0, 0, 1, 4, 11]) for _ in range(4)]
    return Framing(
        chance.choice(FORMATS),
        chance.choice([length, length, length + 4, 80]),
        rdw_inclusive=chance.random() < 0.8,
        rdw_endian=chance.choice([Endian.BIG, Endian.BIG, Endian.LITTLE]),
        rdw_adjust=chance.choice([0, 0, 0, -4, 4, 100, -32_767]),
        bdw_inclusive=chance.random() < 0.8,
        bdw_endian=chance.choice([Endian.BIG, Endian.BIG, Endian.LITTLE]),
        bdw_adjust=chance.choice([0, 0, 0, -4, 4, 32_767]),
        header_bytes=around[0],
        trailer_bytes=around[1],
        record_start=around[2],
        record_end=around[3],
        line_end=chance.choice(list(LineEnd)),
        on_broken_rdw=chance.choice(list(OnBrokenRdw)),
    )


def fuzz(count: int, seed: int, folder: Path) -> dict[str, int]:
    """So many inputs.

    Args:
        count: of copybooks, records and files.
        seed: repeats them.
        folder: for files.

    Returns:
        How many of each kind.

    Raises:
        HangError: one took too long.
    """
    chance = Random(seed)
    samples = [random_sample(chance) for _ in range(20)]
    kinds: dict[str, Callable[[], int]] = {
        "copybooks and records by them": lambda: copybooks(chance, folder),
        "files and their records": lambda: files(chance, folder, samples),
    }
    done = dict.fromkeys(kinds, 0)
    before = signal.signal(signal.SIGALRM, _hang)
    try:
        while sum(done.values()) < count:
            for kind, run in kinds.items():
                signal.alarm(SECONDS)
                try:
                    done[kind] += run()
                except Exception as error:
                    error.add_note(f"{kind}, seed {seed}: after {done}")
                    raise
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    return done


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise HangError(f"an input took longer than {SECONDS} s")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for kind, count in fuzz(int(sys.argv[1]), int(sys.argv[2]), Path(scratch)).items():
            print(f"{count} {kind}")
