"""Children get the columns of the last parent before them, however a file is cut into batches."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from driver.core.carrying import carry
from mfdecode.columns import Column, ColumnKind, ColumnType

NUMBER = ColumnType(ColumnKind.NUMBER, digits=4)


def positions(kinds: str, kind: str) -> np.ndarray:
    return np.array([at for at, found in enumerate(kinds) if found == kind], np.int64)


def expected(kinds: str) -> list[int | None]:
    """The number of the parent of each child, record by record."""
    parent: int | None = None
    found = []
    for number, kind in enumerate(kinds):
        if kind == "P":
            parent = number
        elif kind == "B":
            parent = None
        else:
            found.append(parent)
    return found


@given(st.text("PBC", max_size=20), st.lists(st.integers(0, 20), max_size=4))
def test_a_child_has_the_last_parent_unless_a_barrier_lies_between(kinds, cuts):
    borders = [0, *sorted(min(cut, len(kinds)) for cut in cuts), len(kinds)]
    before, found = None, []
    for begin, end in pairwise(borders):
        batch = kinds[begin:end]
        parents = positions(batch, "P")
        column = Column("N", NUMBER, (parents + begin).astype(np.int32), np.zeros(len(parents), np.uint8))
        carried = carry(before, parents, [column], positions(batch, "C"), positions(batch, "B"))
        before = carried.after
        (given_,) = carried.columns
        assert ((given_.status != 0) == carried.orphans).all()
        found += [
            None if orphan else int(number) for number, orphan in zip(given_.values, carried.orphans, strict=True)
        ]
    assert found == expected(kinds)
