"""OCCURS DEPENDING ON: which occurrences a record has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .columns import Column, equals_text
from .int128 import compare
from .layout import Dimension, Layout
from .odo import CounterCodes
from .status import Status


@dataclass(frozen=True, slots=True)
class VariableTable:
    """The cells of one table of variable size under one counter.

    Attributes:
        counter: position of the counter among the layout's cells.
        dimension: of the table.
        occurrences: position of each cell of the table, with the number of its occurrence, from 0.
        codes: of a counter that is text: how many occurrences each of its values counts.
    """

    counter: int
    dimension: Dimension
    occurrences: tuple[tuple[int, int], ...]
    codes: Mapping[str, int] | None = None

    def counts(self, columns: Sequence[Column]) -> npt.NDArray[np.generic]:
        """What the counter says in each record; -1 of a text that is no code."""
        counter = columns[self.counter]
        return counter.values if self.codes is None else _counts(counter, self.codes)

    def leave_out(self, columns: Sequence[Column]) -> None:
        """Make what lies past the counter absent; a counter out of range is an error and counts nothing."""
        counter = columns[self.counter]
        known = counter.status == Status.OK
        counts = self.counts(columns)
        low = compare(counts, self.dimension.minimum) < 0
        high = compare(counts, self.dimension.count) > 0
        wrong = known & (low | high)
        trusted = known & ~wrong
        for position, occurrence in self.occurrences:
            absent = ~trusted | (compare(counts, occurrence) <= 0)
            if absent.any():
                columns[position].status[absent] = Status.ABSENT
                clear(columns[position], absent)
        counter.status[wrong] = Status.BAD_COUNT
        clear(counter, wrong)


def variable_tables(layout: Layout, codes: CounterCodes) -> tuple[VariableTable, ...]:
    """The tables of a layout whose size a counter tells, outer ones first.

    Args:
        layout: of the records.
        codes: of counters that are text.
    """
    position = {(cell.field.path, cell.index): j for j, cell in enumerate(layout.cells)}
    depth_of = {field.path: len(field.dimensions) for field in layout.fields}
    found: dict[tuple[int, int, int, int], tuple[Dimension, list[tuple[int, int]]]] = {}
    for j, cell in enumerate(layout.cells):
        for depth, dimension in enumerate(cell.field.dimensions):
            if dimension.depending_on is None:
                continue
            # A counter within an outer table has the outer table's index.
            counter = position[dimension.depending_on, cell.index[: depth_of[dimension.depending_on]]]
            key = (counter, depth, dimension.minimum, dimension.count)
            found.setdefault(key, (dimension, []))[1].append((j, cell.index[depth]))
    return tuple(
        VariableTable(counter, dimension, tuple(cells), codes.get(layout.cells[counter].field.path))
        for (counter, *_), (dimension, cells) in found.items()
    )


def _counts(counter: Column, codes: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """What each text counts; -1 what is no code."""
    counts = np.full(len(counter.values), -1, np.int64)
    for text, count in codes.items():
        counts[equals_text(counter.values, text)] = count
    return counts


def clear(column: Column, where: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    """Cells without a value hold zeros."""
    column.values[where] = np.zeros((), column.values.dtype)
