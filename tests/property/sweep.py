"""A record with a field of every length, full to its last byte or not: what random layouts seldom hit."""

import random
from collections.abc import Iterator

from mfdecode import Copybook, Layout
from mfdecode.layout import Encoding, Field


def layout_of_every_length() -> Layout:
    pictures = [f"X({n})" for n in range(1, 132)]
    for n in range(1, 39):
        pictures += [f"9({n})", f"S9({n})", f"S9({n}) LEADING SEPARATE", f"S9({n}) LEADING", f"S9({n}) COMP-3"]
        pictures += [f"9({n}) COMP-3", f"S9({n}) COMP", f"9({n}) COMP"]
        pictures += [f"9({n}) COMP-6", f"9({n}) COMP-X", f"S9({n}) COMP-X"]
    pictures += [f"X({n}) COMP-X" for n in range(1, 17)] + [f"N({n})" for n in range(1, 20)]
    lines = [f"05 F-{i} PIC {picture}." for i, picture in enumerate(pictures)]
    return Copybook.from_text("\n".join(["01 R.", *lines])).layout()


def records_of(layout: Layout, count: int, wrong: bool) -> list[bytes]:
    """Records in cp037; ``wrong``: with a byte of anything in every twentieth cell."""
    chance = random.Random(count)
    return [b"".join(_cells(layout, chance, wrong)) for _ in range(count)]


def _cells(layout: Layout, chance: random.Random, wrong: bool) -> Iterator[bytes]:
    for cell in layout.cells:
        content = bytearray(_content(cell.field, chance))
        if wrong and chance.random() < 0.05:
            content[chance.randrange(len(content))] = chance.randrange(256)
        yield bytes(content)


def _content(field: Field, chance: random.Random) -> bytes:
    n = field.length
    digits = "".join(chance.choices("0123456789", k=field.digits))
    match field.encoding:
        case Encoding.TEXT:
            used = n if chance.random() < 0.5 else chance.randrange(n + 1)
            return bytes(chance.randrange(0x41, 256) for _ in range(used)).ljust(n, b"\x40")
        case Encoding.PACKED:
            return bytes.fromhex(digits.rjust(2 * n - 1, "0") + chance.choice("CDF" if field.signed else "CF"))
        case Encoding.NATIONAL:
            return "".join(chance.choices("aé日 ", k=n // 2)).encode("utf-16-be")
        case Encoding.UNSIGNED_PACKED:
            return bytes.fromhex(digits.rjust(2 * n, "0"))
        case Encoding.BINARY if field.full_range:
            return chance.randbytes(n)
        case Encoding.BINARY:
            value = int(digits) * (-1 if field.signed and chance.random() < 0.5 else 1)
            return value.to_bytes(n, "big", signed=field.signed)
    content = bytearray(digits.encode("cp037"))
    if field.sign_separate:
        return chance.choice([b"\x4e", b"\x60"]) + content
    if field.signed:
        content[0 if field.sign_leading else -1] &= chance.choice([0xCF, 0xDF, 0xFF])
    return bytes(content)
