"""The records that are measured: layouts, and bytes for them that vary as a real file's do, the same in every run."""

from dataclasses import dataclass
from functools import cached_property
from mmap import mmap
from pathlib import Path
from string import ascii_letters, digits

import numpy as np
import numpy.typing as npt

from mfdecode import Copybook, Layout
from mfdecode.encoding.cells import encode_float, encode_number
from mfdecode.framing import Bytes, RawBatch
from mfdecode.layout import Encoding, Field
from mfdecode.options import DecodeOptions

BLOCK = 65_536
OPTIONS = DecodeOptions("cp037")

_LETTERS = np.frombuffer((ascii_letters + digits + "   -.").encode("cp037"), np.uint8)
_TEXTS = 3_000
"""Different ones of a field."""
_BLANK = 0x40


@dataclass(frozen=True)
class Workload:
    """Records of one layout.

    Args:
        name: as the goals have it.
        pictures: of the fields, in order.
    """

    name: str
    pictures: tuple[str, ...]

    @property
    def copybook(self) -> str:
        fields = (f"           05  FIELD-{i:03}  PIC {picture}." for i, picture in enumerate(self.pictures))
        return "\n".join(["       01  MEASURED.", *fields, ""]).replace("PIC COMP", "COMP")

    @cached_property
    def layout(self) -> Layout:
        return Copybook.from_text(self.copybook).layout()

    def records(self, count: int, seed: int = 1) -> Bytes:
        """(count, length); the first field tells the records apart where it is an unsigned number."""
        random = np.random.default_rng(seed)
        block = np.empty((count, self.layout.length), np.uint8)
        for field in self.layout.fields:
            block[:, field.offset : field.offset + field.length] = _cells(field, count, random)
        return block

    def blocks(self, count: int) -> list[RawBatch]:
        """As many different blocks of 64 KB, as a reader cuts them from a file."""
        records = BLOCK // self.layout.length
        return [batch(self.records(records, seed)) for seed in range(count)]

    def write(self, folder: Path, records: int) -> tuple[Path, Path]:
        """The copybook, and a file of so many records whose first field counts them.

        What follows the first field comes again every 50,000 records.
        """
        copybook, data = folder / f"{self.name}.cpy", folder / f"{self.name}.dat"
        copybook.write_text(self.copybook)
        key, piece = self.layout.fields[0], self.records(50_000)
        with data.open("wb") as file:
            for first in range(0, records, len(piece)):
                if key.encoding is Encoding.BINARY:
                    numbers = np.arange(first, first + len(piece))
                    piece[:, : key.length] = encode_number(key, numbers, OPTIONS)
                file.write(piece[: records - first].data)
        return copybook, data


def batch(records: Bytes) -> RawBatch:
    """Records of fixed length as a reader would give them."""
    count, length = records.shape
    data = in_pages(records)
    starts = np.arange(count, dtype=np.int64) * length
    return RawBatch(0, 0, 0, 0, len(data), count, data, starts, np.full(count, length, np.int64), length, data)


def in_pages(data: Bytes) -> Bytes:
    """The same bytes where a page begins: the speed of a copy must not hang on where they happen to lie."""
    pages = np.frombuffer(mmap(-1, data.size), np.uint8)
    pages[:] = data.reshape(-1)
    return pages


def _cells(field: Field, count: int, random: np.random.Generator) -> Bytes:
    match field.encoding:
        case Encoding.TEXT:
            return _texts(field.length, count, random)
        case Encoding.FLOAT:
            return encode_float(field, random.normal(0, 1_000, count), OPTIONS)
        case Encoding.EDITED:
            return encode_number(field, _numbers(field.digits, count, random), OPTIONS)
        case _:
            numbers = _numbers(field.digits, count, random)
            return encode_number(field, numbers if field.signed else np.abs(numbers), OPTIONS)


def _texts(length: int, count: int, random: np.random.Generator) -> Bytes:
    """Texts of every length from none to all, with blanks inside, too; they come again, as names and places do."""
    texts = _LETTERS[random.integers(0, len(_LETTERS), (_TEXTS, length))]
    ends = random.integers(0, length + 1, _TEXTS)
    blank = np.where(np.arange(length) < ends[:, None], texts, np.uint8(_BLANK))
    return blank[random.integers(0, _TEXTS, count)]


def _numbers(precision: int, count: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Numbers of every size that the digits allow, half of them negative."""
    sizes = (10.0 ** random.uniform(0, precision, count)).astype(np.int64)
    return np.minimum(sizes, 10**precision - 1) * random.choice([1, -1], count)


_WIDE = (
    *(f"X({size})" for size in [2, 8, 10, 15, 25] * 9 + [2, 8, 10, 15, 29]),
    *["S9(9)V99 COMP-3"] * 40,
    *["S9(7)V99"] * 25,
    *["S9(5) SIGN LEADING SEPARATE"] * 10,
    *["S9(4) COMP"] * 12,
    *["S9(9) COMP"] * 12,
    *["S9(18) COMP"] * 6,
    *["COMP-1"] * 4,
    *["COMP-2"] * 4,
    *["ZZZ,ZZ9.99-"] * 4,
)

DISPLAY_HEAVY = Workload("display-heavy", ("X(50)",) * 10)
PACKED_HEAVY = Workload("comp3-heavy", ("S9(9)V99 COMP-3",) * 10)
ZONED_HEAVY = Workload("zoned-heavy", ("S9(9)V99",) * 10)
BINARY_HEAVY = Workload("binary-heavy", ("S9(9) COMP",) * 10)
# 37 and 167 have no divisor in common: each field once, the types mixed.
MIXED_WIDE = Workload("mixed-wide", tuple(_WIDE[37 * i % len(_WIDE)] for i in range(len(_WIDE))))
DECODED = (DISPLAY_HEAVY, PACKED_HEAVY, ZONED_HEAVY, BINARY_HEAVY, MIXED_WIDE)

ROWS = Workload(
    "rows",
    (
        *("X(20)", "S9(9) COMP", "S9(9)V99 COMP-3", "X(8)", "S9(4) COMP"),
        *("S9(7)V99", "X(30)", "S9(9)", "S9(13)V99 COMP-3", "X(2)"),
    ),
)
TWENTY_COLUMNS = Workload(
    "twenty-columns",
    (
        "9(9) COMP",
        *("X(20)", "X(15)", "S9(9)V99 COMP-3", "S9(4) COMP", "9(8)", "X(2)"),
        *("X(30)", "S9(7)V99", "S9(9) COMP", "S9(11)V99 COMP-3", "X(10)", "S9(5)V99 COMP-3"),
        *("X(3)", "S9(9)", "S9(15) COMP", "S9(7)V99 COMP-3", "X(8)", "S9(5)", "S9(13)V99 COMP-3"),
    ),
)


def framed_blocks(count: int) -> list[npt.NDArray[np.uint8]]:
    """64 KB each of records with RDWs, 64 bytes long on the average and RDW included, from 48 to 80."""
    blocks = []
    for seed in range(count):
        random = np.random.default_rng(seed)
        lengths = random.integers(48, 81, BLOCK // 64 + 100)
        records = [
            int(length).to_bytes(2, "big") + b"\0\0" + random.bytes(int(length) - 4) for length in lengths.tolist()
        ]
        blocks.append(in_pages(np.frombuffer(b"".join(records), np.uint8)[:BLOCK]))
    return blocks
