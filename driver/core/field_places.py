"""Where the fields of a record lie in its bytes, and those of them that hold personal data hidden."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Protocol

from mfdecode.delimited import DelimitedLines
from mfdecode.framing import Delimited
from mfdecode.layout import Field, Layout, walk


class FieldPlaces(Protocol):
    """The places of a record type's fields."""

    @property
    def personal(self) -> bool:
        """Whether any field is personal."""

    def hide(self, record: bytes, heading: bytes) -> bytes | None:
        """The record with asterisks for its personal fields; None where their places cannot be told.

        Args:
            record: its bytes.
            heading: of its file.
        """

    def find(self, record: bytes, heading: bytes, name: str) -> slice | None:
        """The place of a field; None where it cannot be told.

        Args:
            record: its bytes.
            heading: of its file.
            name: the field's, with its subscripts where it occurs; or its column's.
        """


class FixedPlaces:
    """Fields at the offsets of a layout.

    Args:
        layout: of the records.
        personal: fields that are hidden.
        asterisk: the byte that hides.
        packed: what follows a table of variable size begins behind its last occurrence. Where that is, the record
            itself tells, and it may be a bad one: if there is personal data there, all is hidden from the table on.
    """

    def __init__(self, layout: Layout, personal: Collection[Field], asterisk: int, *, packed: bool) -> None:
        tables = [member.offset for member in walk(layout.members) if member.own and member.own.depending_on]
        sure = min(tables) if packed and tables else layout.length
        spans = sorted(span for field in personal for span in _occurrences(field))
        self._spans: list[slice] = [slice(begin, end) for begin, end in spans if end <= sure]
        if len(self._spans) < len(spans):
            self._spans.append(slice(sure, None))
        self._places = _named(layout, sure)
        self._asterisk = bytes([asterisk])

    @property
    def personal(self) -> bool:
        """Whether any field is."""
        return bool(self._spans)

    def hide(self, record: bytes, heading: bytes) -> bytes:
        """The record with asterisks."""
        return _covered(record, self._spans, self._asterisk)

    def find(self, record: bytes, heading: bytes, name: str) -> slice | None:
        """The place of a field."""
        return self._places.get(name)


class ColumnPlaces:
    """Fields in the columns of delimited lines.

    Args:
        layout: of the records.
        personal: fields that are hidden.
        asterisk: the byte that hides.
        lines: tell the order of the columns.
        delimited: what is around them.
    """

    def __init__(
        self, layout: Layout, personal: Collection[Field], asterisk: int, lines: DelimitedLines, delimited: Delimited
    ) -> None:
        self._hidden = {position for position, cell in enumerate(layout.cells) if cell.field in personal}
        self._positions = {cell.label: position for position, cell in enumerate(layout.cells)}
        self._positions |= {cell.column: position for position, cell in enumerate(layout.cells)}
        self._asterisk = bytes([asterisk])
        self._lines = lines
        self._delimiter = delimited.delimiter.encode()
        quote, delimiter = re.escape(delimited.quote), re.escape(delimited.delimiter)
        # Stricter than what is decoded: of a line with quotes in odd places nobody should trust the columns.
        self._column = re.compile(f"(?:{quote}(?:[^{quote}]|{quote}{quote})*{quote}|[^{quote}{delimiter}]*)".encode())

    @property
    def personal(self) -> bool:
        """Whether any field is."""
        return bool(self._hidden)

    def hide(self, record: bytes, heading: bytes) -> bytes | None:
        """The line with asterisks for whole columns, their quotes included."""
        columns = self._columns(record, heading)
        if columns is None:
            return None
        spans = [span for position, span in columns.items() if position in self._hidden]
        return _covered(record, spans, self._asterisk)

    def find(self, record: bytes, heading: bytes, name: str) -> slice | None:
        """The place of a field's column."""
        return (self._columns(record, heading) or {}).get(self._positions.get(name, -1))

    def _columns(self, record: bytes, heading: bytes) -> dict[int, slice] | None:
        """The place of each column, by the position of its cell."""
        order, spans, at = self._lines.order(heading), [], 0
        while found := self._column.match(record, at):
            spans.append(slice(at, found.end()))
            if found.end() == len(record):
                break
            if not record.startswith(self._delimiter, found.end()):
                return None
            at = found.end() + 1
        return dict(zip(order, spans, strict=True)) if len(spans) == len(order) else None


def _occurrences(field: Field) -> Iterator[tuple[int, int]]:
    """Begin and end of each occurrence."""
    for index in product(*(range(dimension.count) for dimension in field.dimensions)):
        begin = field.offset + sum(i * d.stride for i, d in zip(index, field.dimensions, strict=True))
        yield begin, begin + field.length


def _named(layout: Layout, sure: int) -> Mapping[str, slice]:
    """The places of the cells up to an offset; those of one name are nowhere."""
    labels = Counter(cell.label for cell in layout.cells)
    places: dict[str, slice] = {}
    for cell in layout.cells:
        end = cell.offset + cell.field.length
        if end <= sure:
            places[cell.column] = slice(cell.offset, end)
    for cell in layout.cells:
        if labels[cell.label] == 1 and cell.column in places:
            places[cell.label] = places[cell.column]
    return places


def _covered(record: bytes, spans: Sequence[slice], asterisk: bytes) -> bytes:
    content = bytearray(record)
    for span in spans:
        content[span] = asterisk * len(content[span])
    return bytes(content)
