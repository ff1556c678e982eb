"""OCCURS DEPENDING ON in records as compilers write them: what follows a table begins behind its last occurrence.

Enterprise COBOL for z/OS Language Reference, "OCCURS DEPENDING ON clause" and "Complex OCCURS DEPENDING ON".
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from .dtypes import field_dtype
from .errors import LayoutError
from .framing import RecordFormat
from .layout import Dimension, Encoding, Field, Group, Layout, Member, end_of
from .options import DecodeOptions, OdoLayout, Trim

CounterCodes = Mapping[tuple[str, ...], Mapping[str, int]]
"""How many occurrences each value of a counter that is text counts, by the counter's path."""

_MOST_CHARACTERS = 64
"""Of a counter that is text: four bytes each are ``MF_MOST_CODE``."""


_TRIMMED: Mapping[Trim, Callable[[str], str]] = {
    Trim.RIGHT: str.rstrip,
    Trim.LEFT: str.lstrip,
    Trim.BOTH: str.strip,
    Trim.NONE: str,
}


@dataclass(frozen=True, slots=True)
class Step:
    """What is done next when a record is laid out as at its longest; the members are those of ``mf_odo_step``.

    Attributes:
        offset, length: bytes to copy; of one occurrence, if there is a counter, and of the first where it begins.
        counter: position among the layout's cells of the one that counts occurrences; -1 copies.
        occurrence: the steps up to ``next`` are left out unless there are more than so many; -1 copies them all.
        minimum, maximum: how many occurrences there may be.
        next: number of a step.
        code_count, codes: of a counter that is text: its value in the array, then a native int32, each.
    """

    offset: int
    length: int
    counter: int = -1
    occurrence: int = -1
    minimum: int = 0
    maximum: int = 0
    next: int = 0
    code_count: int = 0
    codes: bytes = b""


def odo_layout_of(record_format: RecordFormat, given: OdoLayout | str | None) -> OdoLayout:
    """As given; if None as in MAXIMUM for records of fixed length, and as in PACKED for others."""
    return OdoLayout(given or (OdoLayout.MAXIMUM if record_format.is_fixed else OdoLayout.PACKED))


def counter_codes(layout: Layout, given: Mapping[str, Mapping[str, int]], options: DecodeOptions) -> CounterCodes:
    """What the codes of counters count.

    Args:
        layout: of the records.
        given: by the names of fields.
        options: of decoding.

    Raises:
        LayoutError: a field is not there, or is no counter or no text; or a counter is text, and nothing says what it
            counts.
    """
    counters = {d.depending_on for f in layout.fields for d in f.dimensions if d.depending_on is not None}
    codes = {}
    for name, counts in given.items():
        field = layout.field(name)
        if field.path not in counters or field.encoding is not Encoding.TEXT:
            raise LayoutError(f"odo_counters: {field.name} is no text that a table depends on")
        if field.length > _MOST_CHARACTERS or max(map(len, counts), default=0) > field.length:
            raise LayoutError(
                f"odo_counters: {field.name} has {field.length} characters, and its codes at most as many, and "
                f"{_MOST_CHARACTERS}"
            )
        trimmed = _TRIMMED[options.of(field).trim]
        codes[field.path] = {trimmed(text.ljust(field.length)): n for text, n in counts.items()}
    for field in layout.fields:
        if field.path in counters and field.encoding.unit and field.path not in codes:
            raise LayoutError(f"{field.name} is text, and a table depends on it: say in odo_counters what it counts")
    return codes


def odo_steps(layout: Layout, codes: CounterCodes, options: DecodeOptions) -> tuple[Step, ...]:
    """The steps of a layout; none if no table in it is of variable size.

    Raises:
        LayoutError: a table of variable size is in a REDEFINES, where no compiler takes it.
    """
    if not any(_varies(member) for member in layout.members):
        return ()
    steps = _Steps(layout, codes, options)
    steps.through(layout.members, 0, ())
    steps.copy_pending()
    return tuple(steps.found)


def _varies(member: Member) -> bool:
    if member.own is not None and member.own.depending_on is not None:
        return True
    return isinstance(member, Group) and any(_varies(child) for child in member.children)


class _Steps:
    """Goes through the members in the order of their bytes."""

    def __init__(self, layout: Layout, codes: CounterCodes, options: DecodeOptions) -> None:
        self.found: list[Step] = []
        self._options = options
        self._codes = codes
        self._fields = {field.path: field for field in layout.fields}
        self._positions = {(cell.field.path, cell.index): j for j, cell in enumerate(layout.cells)}
        self._begin = self._end = 0  # of what is to be copied

    def through(self, members: tuple[Member, ...], shift: int, index: tuple[int, ...]) -> None:
        for member in members:
            offset = member.offset + shift
            if not _varies(member):
                self._end = max(self._end, end_of(member) + shift)
                continue
            if member.alternatives:
                raise LayoutError(
                    f"{member.name} is of variable size and in a REDEFINES, which cannot be packed: set odo_layout to "
                    "maximum"
                )
            if member.own is not None and member.own.depending_on is not None:
                self._end = max(self._end, offset)
                self.copy_pending()
                self._table(member, member.own, shift, index)
            elif isinstance(member, Group):
                for i in range(member.own.count if member.own else 1):
                    stride = member.own.stride if member.own else 0
                    self.through(member.children, shift + i * stride, (*index, i) if member.own else index)
                    self._end = max(self._end, offset + (i + 1) * stride)  # slack bytes too

    def copy_pending(self) -> None:
        if self._end > self._begin:
            self.found.append(Step(self._begin, self._end - self._begin))
        self._begin = self._end

    def _table(self, member: Member, table: Dimension, shift: int, index: tuple[int, ...]) -> None:
        counting = replace(
            self._counting(table, index), offset=member.offset + shift, minimum=table.minimum, maximum=table.count
        )
        if isinstance(member, Field) or not any(_varies(child) for child in member.children):
            self.found.append(replace(counting, length=table.stride))
        else:
            tests = []
            for i in range(table.count):
                tests.append(len(self.found))
                self.found.append(replace(counting, length=table.stride, occurrence=i))
                self._begin = self._end = member.offset + shift + i * table.stride
                self.through(member.children, shift + i * table.stride, (*index, i))
                self._end = member.offset + shift + (i + 1) * table.stride  # slack bytes too
                self.copy_pending()
            for number in tests:
                self.found[number] = replace(self.found[number], next=len(self.found))
        self._begin = self._end = member.offset + shift + table.count * table.stride

    def _counting(self, table: Dimension, index: tuple[int, ...]) -> Step:
        path = table.depending_on
        assert path is not None  # noqa: S101 - who calls has seen to it
        counter = self._fields[path]
        step = Step(0, 0, counter=self._positions[path, index[: len(counter.dimensions)]])
        if path not in self._codes:
            return step
        dtype = field_dtype(counter, self._options)
        content = b"".join(
            np.array([text], dtype).tobytes() + n.to_bytes(4, sys.byteorder) for text, n in self._codes[path].items()
        )
        return replace(step, code_count=len(self._codes[path]), codes=content)
