"""What child records get from their parents: columns of the last parent record before them in the file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mfdecode.columns import Column
from mfdecode.framing import Offsets
from mfdecode.status import Status

from .fixed_format import Mask


@dataclass(frozen=True, slots=True)
class Carry:
    """What the records of a type get, and from where.

    Attributes:
        parent: name of the parent's record type.
        columns: positions of what is carried among the parent's columns, those included that it has been given itself.
        ancestors: types above the parent: a record of theirs ends what the parent before it has left.
    """

    parent: str
    columns: tuple[int, ...]
    ancestors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Carried:
    """The columns of a batch's children.

    Attributes:
        columns: a value for each child; none for an orphan.
        orphans: children that have no parent.
        after: the columns, of one row, that the batch leaves to the next one; None if there is no parent.
    """

    columns: tuple[Column, ...]
    orphans: Mask
    after: tuple[Column, ...] | None


def carry(
    before: tuple[Column, ...] | None,
    parents: Offsets,
    columns: Sequence[Column],
    children: Offsets,
    barriers: Offsets,
) -> Carried:
    """Give each child the columns of the last parent before it.

    Args:
        before: what the batches before have left; None if there is no parent.
        parents: positions in the batch, ascending.
        columns: what is carried, a value for each parent.
        children: positions in the batch, ascending.
        barriers: positions, ascending, of the records past which no parent reaches.
    """
    last = np.searchsorted(parents, children) - 1
    barrier = np.append(-2, barriers)[np.searchsorted(barriers, children)]
    orphans: Mask = barrier > np.append(-1, parents)[last + 1]
    if before is None:
        orphans |= last < 0
    each = [_following(column, None if before is None else before[i]) for i, column in enumerate(columns)]
    after = before
    if len(barriers):
        after = None
    if len(parents) and not (len(barriers) and barriers[-1] > parents[-1]):
        after = tuple(_taken(column, np.array([-1])) for column in columns)
    given = [_taken(column, last + 1) for column in each]
    for column in given:
        column.status[orphans] = Status.ABSENT
        column.values[orphans] = np.zeros((), column.values.dtype)
    return Carried(tuple(given), orphans, after)


def _following(column: Column, before: Column | None) -> Column:
    """The column after the row that was before it, which is empty if there was none."""
    values = np.zeros(1, column.values.dtype) if before is None else before.values
    status = np.full(1, Status.ABSENT, np.uint8) if before is None else before.status
    return Column(
        column.name, column.type, np.concatenate([values, column.values]), np.concatenate([status, column.status])
    )


def _taken(column: Column, rows: Offsets) -> Column:
    return Column(column.name, column.type, column.values[rows], column.status[rows])
