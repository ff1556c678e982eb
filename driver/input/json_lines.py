"""JSON Lines to flat columns: objects for groups, arrays for OCCURS, as decode writes them."""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import NoReturn

import pyarrow as pa

from mfdecode import Layout
from mfdecode.layout import Group, Member, visible_members

from .errors import TableError

_ERRORS = "_errors"
"""Which decode adds if asked; nothing to be written."""

Index = tuple[int, ...]


class _JsonRow:
    """One line, taken apart into the cells of a layout."""

    def __init__(self, where: str, positions: dict[tuple[tuple[str, ...], Index], int]) -> None:
        self._where = where
        self._positions = positions
        self.values: list[str | None] = [None] * len(positions)

    def take(self, content: object, members: tuple[Member, ...], index: Index, name: str) -> None:
        if content is None:
            return
        if not isinstance(content, dict):
            self._refuse(f"{name} is no object")
        visible = {member.member: member for member in visible_members(members)}
        for key, value in content.items():
            member = visible.get(key)
            if member is not None:
                self._take_member(value, member, index)
            elif key != _ERRORS:
                nearest = get_close_matches(key, visible, n=1)
                self._refuse(f"{name} has no {key}{f'; did you mean {nearest[0]}?' if nearest else ''}")

    def _take_member(self, value: object, member: Member, index: Index) -> None:
        if member.own is None:
            self._take_element(value, member, index)
            return
        if value is None:
            return
        if not isinstance(value, list):
            self._refuse(f"{member.name} occurs, and is no array")
        if len(value) > member.own.count:
            self._refuse(f"{member.name} has {len(value)} occurrences, and there is room for {member.own.count}")
        for i, element in enumerate(value):
            self._take_element(element, member, (*index, i))

    def _take_element(self, value: object, member: Member, index: Index) -> None:
        if isinstance(member, Group):
            self.take(value, member.children, index, member.name)
        elif value is None or isinstance(value, str):
            self.values[self._positions[member.path, index]] = value
        else:
            self._refuse(f"{member.name} is neither a text nor a number")

    def _refuse(self, message: str) -> NoReturn:
        raise TableError(f"{self._where}: {message}")


def read_json_lines(path: Path, layout: Layout, batch_size: int) -> Iterator[pa.RecordBatch]:
    """The records as texts; numbers as they are written, so that they stay exact.

    Args:
        path: the file.
        layout: of the records.
        batch_size: records of a batch.

    Raises:
        TableError: a line is no JSON object of the layout.
        OSError: it cannot be read.
    """
    positions = {(cell.field.path, cell.index): j for j, cell in enumerate(layout.cells)}
    names = [cell.column for cell in layout.cells]
    with path.open("rb") as file:
        lines = ((number, line) for number, line in enumerate(file, 1) if line.strip())
        while chunk := list(islice(lines, batch_size)):
            rows = []
            for number, line in chunk:
                row = _JsonRow(f"{path}: line {number}", positions)
                row.take(_parsed(path, number, line), layout.members, (), layout.name)
                rows.append(row.values)
            columns = zip(*rows, strict=True)
            yield pa.RecordBatch.from_arrays([pa.array(values, pa.utf8()) for values in columns], names)


def _parsed(path: Path, number: int, line: bytes) -> object:
    try:
        content: object = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
        if b"\\" in line or not line.isascii():  # else there can be no half of a surrogate pair, which is no text
            json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise TableError(f"{path}: line {number}: this is no JSON, or not in UTF-8") from None
    return content
