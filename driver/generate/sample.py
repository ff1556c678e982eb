"""A sample file: records of a layout, in blocks, the same for the same seed."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mfdecode import Decoder, Layout, LayoutError, RecordFormat
from mfdecode.codepages import Family, codepage
from mfdecode.encoding.packing import packed
from mfdecode.framing import Bytes, Framing, RecordWriter
from mfdecode.layout import Cell, Encoding, Field
from mfdecode.odo import odo_steps
from mfdecode.options import DecodeOptions, OdoLayout
from mfdecode.tables import variable_tables

from .damage import damages
from .values import ValueMaker

_BLOCK = 20_000


@dataclass(frozen=True, slots=True)
class Generated:
    """What a sample file holds.

    Attributes:
        records: in all.
        repeated: records whose key an earlier one has, too.
        damaged: records by kind of damage.
    """

    records: int
    repeated: int
    damaged: Mapping[str, int]


def generate_sample(
    layout: Layout,
    path: Path,
    *,
    records: int,
    seed: int,
    bad: float,
    duplicates: float,
    options: DecodeOptions,
    record_format: RecordFormat,
) -> Generated:
    """Write a sample file.

    Args:
        layout: of the records; the first number or text that is in no table and no alternative is the key.
        path: of the file; its folder is made.
        records: how many.
        seed: the same seed makes the same file.
        bad: share of the records that are damaged.
        duplicates: share of the records that repeat the key of an earlier one.
        options: code page and float format.
        record_format: of the file; its descriptors as z/OS writes them.

    Raises:
        LayoutError: no field can be the key.
        OSError: the file cannot be written.
    """
    key = _key_field(layout)
    random = np.random.default_rng(seed)
    maker = ValueMaker(random, options, key, _counts(layout))
    kinds = damages(layout, options)
    pack = _packing(layout, options, record_format)
    damaged: Counter[str] = Counter()
    repeated = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    page = codepage(options.codepage)
    with path.open("wb") as file:
        writer = RecordWriter(file, Framing(record_format, layout.length), ebcdic=page.family is Family.EBCDIC)
        for first in range(0, records, _BLOCK):
            n = min(_BLOCK, records - first)
            again = random.random(n) < duplicates
            again[0] &= first > 0
            keys = _keys(random, key, first - repeated, again)
            repeated += int(again.sum())
            block = _records(layout, maker, keys, blank=page.blank)
            # A repeated key is not damaged: it is to win over the earlier record.
            spoiled = (random.random(n) < bad) & ~again if kinds else np.zeros(n, np.bool_)
            chosen = np.where(spoiled, random.integers(0, max(1, len(kinds)), n), -1)
            for number, damage in enumerate(kinds):
                rows = np.flatnonzero(chosen == number)
                cells = block[rows, damage.cell.offset : damage.cell.offset + damage.cell.field.length]
                damage.spoil(cells)
                block[rows, damage.cell.offset : damage.cell.offset + damage.cell.field.length] = cells
                damaged[damage.kind] += len(rows)
            writer.write(*pack(block))
        writer.close()
    return Generated(records, repeated, dict(damaged))


def _key_field(layout: Layout) -> Field:
    for field in layout.fields:
        if not field.dimensions and not field.alternatives and field.encoding not in {Encoding.FLOAT, Encoding.EDITED}:
            return field
    raise LayoutError(f"{layout.name} has no field that could tell its records apart")


def _keys(random: np.random.Generator, key: Field, given: int, again: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The next number for each new record, a given one for each that repeats; as far as the key's digits go."""
    numbers = given + np.cumsum(~again)
    earlier = (random.random(len(again)) * numbers).astype(np.int64) + 1
    digits = min(key.digits or key.length, 18)
    keys: npt.NDArray[np.int64] = (np.where(again, earlier, numbers) - 1) % (10**digits - 1) + 1
    return keys


def _counts(layout: Layout) -> dict[tuple[str, ...], tuple[int, int]]:
    """The fewest and the most occurrences that each counter may count."""
    counts: dict[tuple[str, ...], tuple[int, int]] = {}
    for table in (dimension for field in layout.fields for dimension in field.dimensions):
        if table.depending_on is not None:
            least, most = counts.get(table.depending_on, (0, table.count))
            counts[table.depending_on] = max(least, table.minimum), min(most, table.count)
    return counts


def _records(layout: Layout, maker: ValueMaker, keys: npt.NDArray[np.int64], *, blank: int) -> Bytes:
    block = np.full((len(keys), layout.length), blank, np.uint8)
    for cell in _chosen_cells(layout):
        block[:, cell.offset : cell.offset + cell.field.length] = maker.make(cell, keys)
    return block


def _packing(
    layout: Layout, options: DecodeOptions, record_format: RecordFormat
) -> Callable[[Bytes], tuple[Bytes, npt.NDArray[np.int64]]]:
    """Tells how long each record is: where lengths vary, what follows a table of variable size moves up."""
    if record_format.is_fixed or not variable_tables(layout, {}):
        return lambda block: (block, np.full(len(block), layout.length, np.int64))
    decoder = Decoder(
        layout, codepage=options.codepage, float_format=options.float_format, odo_layout=OdoLayout.MAXIMUM
    )
    steps = odo_steps(layout, decoder.odo_codes, decoder.options)

    def pack(block: Bytes) -> tuple[Bytes, npt.NDArray[np.int64]]:
        columns = decoder.decode(np.ascontiguousarray(block).reshape(-1)).columns
        return packed(block, steps, decoder.tables, columns)

    return pack


def _chosen_cells(layout: Layout) -> list[Cell]:
    """Of overlapping alternatives the one that comes first."""
    chosen: list[Cell] = []
    end = 0
    for cell in sorted(layout.cells, key=lambda cell: cell.offset):
        if cell.offset >= end:
            chosen.append(cell)
            end = cell.offset + cell.field.length
    return chosen
