"""OCCURS DEPENDING ON: which occurrences a record has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .columns import Column
from .int128 import compare
from .layout import Dimension, Layout
from .status import Status


@dataclass(frozen=True, slots=True)
class VariableTable:
    """The cells of one table of variable size under one counter.

    Attributes:
        counter: position of the counter among the layout's cells.
        dimension: of the table.
        occurrences: position of each cell of the table, with the number of its occurrence, from 0.
    """

    counter: int
    dimension: Dimension
    occurrences: tuple[tuple[int, int], ...]

    def leave_out(self, columns: Sequence[Column]) -> None:
        """Make what lies past the counter absent; a counter out of range is an error and counts nothing."""
        counter = columns[self.counter]
        known = counter.status == Status.OK
        low = compare(counter.values, self.dimension.minimum) < 0
        high = compare(counter.values, self.dimension.count) > 0
        wrong = known & (low | high)
        counter.status[wrong] = Status.BAD_COUNT
        clear(counter, wrong)
        trusted = known & ~wrong
        for position, occurrence in self.occurrences:
            absent = ~trusted | (compare(counter.values, occurrence) <= 0)
            if absent.any():
                columns[position].status[absent] = Status.ABSENT
                clear(columns[position], absent)


def variable_tables(layout: Layout) -> tuple[VariableTable, ...]:
    """The tables of a layout whose size a counter tells, outer ones first."""
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
    return tuple(VariableTable(counter, dimension, tuple(cells)) for (counter, *_), (dimension, cells) in found.items())


def clear(column: Column, where: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    """Cells without a value hold zeros."""
    column.values[where] = np.zeros((), column.values.dtype)
