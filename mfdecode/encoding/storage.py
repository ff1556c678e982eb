"""REDEFINES: which cells say what is in the same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from mfdecode.layout import Layout, walk

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One choice of alternatives: positions of the cells that it writes."""

    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """An item and those that redefine it, in one occurrence of the table around them.

    Attributes:
        cells: positions of all cells in it.
        ways: to fill it, the copybook's first alternative first.
    """

    cells: tuple[int, ...]
    ways: tuple[Way, ...]


def areas_of(layout: Layout) -> tuple[Area, ...]:
    """The areas of a record that have several alternatives; those within an alternative are part of it."""
    depth = {m.path: len(m.dimensions) - (m.own is not None) for m in walk(layout.members)}
    extents = _roots(layout)
    found: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for j, cell in enumerate(layout.cells):
        if cell.field.alternatives:
            root = cell.field.alternatives[0]
            found.setdefault((extents[root], cell.index[: depth.get(root, 0)]), []).append(j)
    return tuple(Area(tuple(cells), tuple(_ways(layout, cells, 0))) for cells in found.values())


def _roots(layout: Layout) -> dict[Path, int]:
    """The offset of each outermost alternative, which those of one area have in common."""
    offsets: dict[Path, int] = {}
    for member in walk(layout.members):
        if member.alternatives:
            offsets.setdefault(member.alternatives[0], member.offset)
    return offsets


def _ways(layout: Layout, cells: list[int], level: int) -> Iterator[Way]:
    """The ways to write these cells, alternatives nested ``level`` deep among them."""
    plain = tuple(j for j in cells if len(layout.cells[j].field.alternatives) <= level)
    by_place: dict[int, dict[Path, list[int]]] = {}
    offsets = {m.path: m.offset for m in walk(layout.members)}
    for j in cells:
        alternatives = layout.cells[j].field.alternatives
        if len(alternatives) > level:
            offset = offsets.get(alternatives[level], layout.cells[j].field.offset)
            by_place.setdefault(offset, {}).setdefault(alternatives[level], []).append(j)
    choices = [
        [way for chosen in place.values() for way in _ways(layout, chosen, level + 1)] for place in by_place.values()
    ]
    for combination in product(*choices):
        yield Way((*plain, *(j for way in combination for j in way.cells)))
