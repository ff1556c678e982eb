"""Layouts of random copybooks with random options, and records of them that are right."""

from dataclasses import dataclass
from random import Random

from fuzz.copybooks import random_copybook

from mfdecode import Copybook, Decoder
from mfdecode.errors import MfdecodeError
from mfdecode.framing import Endian
from mfdecode.layout import BinarySize, Cell, Encoding, Layout, Truncation
from mfdecode.options import Action, FloatFormat, NumbersPolicy, OdoLayout, Overpunch, Trim

CODEPAGES = ["cp037", "cp037", "cp273", "cp1140", "cp1047", "cp939", "cp930", "ascii", "utf-8", "latin-1", "cp850"]


@dataclass(frozen=True)
class Sample:
    """A decoder, and records that it has no fault to find with."""

    decoder: Decoder
    records: tuple[bytes, ...]


def random_layout(text: str, chance: Random) -> Layout:
    """Of a copybook.

    Raises:
        MfdecodeError: it is none.
    """
    return Copybook.from_text(text).layout(
        trunc=chance.choice(list(Truncation)), binary_size=chance.choice(list(BinarySize))
    )


def random_decoder(layout: Layout, chance: Random) -> Decoder:
    """With options of any kind.

    Raises:
        MfdecodeError: the layout and the options do not go together.
    """
    return Decoder(
        layout,
        codepage=chance.choice(CODEPAGES),
        trim=chance.choice(list(Trim)),
        float_format=chance.choice(list(FloatFormat)),
        float_endian=chance.choice(list(Endian)),
        comp5_endian=chance.choice(list(Endian)),
        numbers=NumbersPolicy(*chance.choices(list(Action), k=6), chance.choice(list(Overpunch))),
        odo_layout=chance.choice(list(OdoLayout)),
    )


def random_sample(chance: Random, most_items: int = 8, most_bytes: int = 600) -> Sample:
    """Of a copybook that is right, and no longer than so many bytes."""
    while True:
        try:
            layout = random_layout(random_copybook(chance, most_items), chance)
            if layout.length > most_bytes or not layout.cells:
                continue
            decoder = random_decoder(layout, chance)
        except MfdecodeError:
            continue
        return Sample(decoder, tuple(_record(layout, decoder.options.codepage, chance) for _ in range(6)))


def _record(layout: Layout, codepage: str, chance: Random) -> bytes:
    record = bytearray(layout.length)
    for cell in layout.cells:
        n = cell.field.length
        record[cell.offset : cell.offset + n] = _content(cell, codepage, chance)[:n].ljust(n, b"\0")
    return bytes(record)


def _content(cell: Cell, codepage: str, chance: Random) -> bytes:
    field = cell.field
    n = field.length
    most = 10 ** chance.randint(0, field.digits) if field.digits else 1
    digits = f"{chance.randrange(most):0{max(field.digits, 1)}}"
    match field.encoding:
        case Encoding.TEXT:
            return "".join(chance.choices("AZ az09?é日", k=n)).encode(codepage, "replace").ljust(n, b"\x40")
        case Encoding.GRAPHIC:
            return "日本".encode("cp939")[1:-1] * n
        case Encoding.NATIONAL:
            return "".join(chance.choices("aé日 ", k=n // 2)).encode("utf-16-be")
        case Encoding.PACKED:
            return bytes.fromhex(digits.rjust(2 * n - 1, "0") + chance.choice("CDF"))
        case Encoding.UNSIGNED_PACKED:
            return bytes.fromhex(digits.rjust(2 * n, "0"))
        case Encoding.BINARY:
            return (int(digits) % 256**n).to_bytes(n, "big")
        case Encoding.FLOAT:
            return chance.randbytes(n)
        case Encoding.EDITED:
            symbols = [s for s in field.template if s not in "SV"]
            return "".join("5" if s in "9Z*" else " " if s in "+-B$CRD" else s for s in symbols).encode(codepage)
    sign = chance.choice("+-").encode(codepage)
    zoned = digits.encode(codepage)
    return zoned if not field.sign_separate else sign + zoned if field.sign_leading else zoned + sign
