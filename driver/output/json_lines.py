"""JSON Lines: one object a record, groups as objects, OCCURS as arrays, decimals exact."""

import json
from collections.abc import Sequence
from json.encoder import encode_basestring
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from driver.core.reject_codes import BROKEN_RDW, COLUMN_COUNT
from mfdecode import DecodedBatch, Layout, Status
from mfdecode.columns import Column, ColumnKind
from mfdecode.int128 import to_ints
from mfdecode.layout import Cell, Group, Member, visible_members

from .numbers import exact_texts

_NULL = "null"

Fragments = list[str]
"""A piece of JSON for each record of a batch."""


class JsonLines:
    """Writes batches as JSON Lines.

    Args:
        out: where to.
        layout: of the records.
        errors: whether each object gets ``_errors``: field, code and bytes of each bad cell.
    """

    def __init__(self, out: BinaryIO, layout: Layout, *, errors: bool = False) -> None:
        self._out = out
        self._layout = layout
        self._errors = errors
        self._positions = {(cell.field.path, cell.index): j for j, cell in enumerate(layout.cells)}

    def write(self, batch: DecodedBatch) -> None:
        """Write a batch."""
        objects = _Objects(batch, self._positions).of_members(self._layout.members, ())
        if self._errors:
            separator = "," if self._layout.fields else ""
            objects = [
                f'{text[:-1]}{separator}"_errors":{json.dumps(errors)}}}'
                for text, errors in zip(objects, _errors(batch), strict=True)
            ]
        self._out.write("".join(text + "\n" for text in objects).encode())

    def close(self) -> None:
        """Nothing is left to be written."""


class _Objects:
    """The JSON of a batch, put together column by column: records meet only where strings are joined."""

    def __init__(self, batch: DecodedBatch, positions: dict[tuple[tuple[str, ...], tuple[int, ...]], int]) -> None:
        self._batch = batch
        self._positions = positions

    def of_members(self, members: tuple[Member, ...], index: tuple[int, ...]) -> Fragments:
        visible = list(visible_members(members))
        template = ",".join(f"{encode_basestring(member.member)}:%s" for member in visible)
        rows = zip(*(self._of_member(member, index) for member in visible), strict=True)
        return [f"{{{template}}}" % row for row in rows] if visible else ["{}"] * len(self._batch)

    def _of_member(self, member: Member, index: tuple[int, ...]) -> Fragments:
        if member.own is None:
            return self._of_element(member, index)
        indices = [(*index, i) for i in range(member.own.count)]
        elements = zip(*(self._of_element(member, i) for i in indices), strict=True)
        if member.own.depending_on is None:
            return [f"[{','.join(row)}]" for row in elements]
        counts = np.sum([self._is_present(member, i) for i in indices], axis=0)
        return [f"[{','.join(row[:count])}]" for row, count in zip(elements, counts, strict=True)]

    def _of_element(self, member: Member, index: tuple[int, ...]) -> Fragments:
        if isinstance(member, Group):
            return self.of_members(member.children, index)
        return fragments(self._batch.columns[self._positions[member.path, index]])

    def _is_present(self, member: Member, index: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        """Whether the counter of a variable table counts this occurrence: then some cell of it is there."""
        depth = len(index)
        cells = [
            j
            for (path, at), j in self._positions.items()
            if path[: len(member.path)] == member.path and at[:depth] == index
        ]
        present: npt.NDArray[np.bool_] = (self._batch.status[:, cells] != Status.ABSENT).any(axis=1)
        return present


def fragments(column: Column) -> Fragments:
    """A column's values as JSON, ``null`` where there is none."""
    texts = _texts(column)
    for record in np.flatnonzero(column.status):
        texts[record] = _NULL
    return texts


def _texts(column: Column) -> Fragments:
    match column.type.kind:
        case ColumnKind.TEXT:
            values: Sequence[str | bytes] = column.values.tolist()
            return [encode_basestring(v.decode("latin-1") if isinstance(v, bytes) else v) for v in values]
        case ColumnKind.NUMBER:
            return exact_texts(to_ints(column.values), column.type.scale)
        case _:
            return [str(value) for value in column.values]  # numpy's shortest text that reads back the same


def _errors(batch: DecodedBatch) -> list[list[dict[str, str]]]:
    found: list[list[dict[str, str]]] = [[] for _ in range(len(batch))]
    for record, cell, status in batch.errors():
        raw = batch.bytes_of(record, cell)
        found[record].append({"field": _label(cell), "code": Status(status).name, "raw": raw.hex().upper()})
    for misfit in batch.misfits:
        if misfit.record < len(batch):
            raw = batch.raw.record(misfit.record)
            found[misfit.record].append({"field": "", "code": COLUMN_COUNT, "raw": raw.hex().upper()})
    for gap in batch.raw.gaps:
        if gap < len(batch):
            found[gap].append({"field": "", "code": BROKEN_RDW, "raw": batch.raw.record(gap).hex().upper()})
    return found


def _label(cell: Cell) -> str:
    subscripts = f"({','.join(str(i + 1) for i in cell.index)})" if cell.index else ""
    return ".".join(cell.field.path) + subscripts
