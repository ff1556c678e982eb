"""The slow reference's way through a record whose tables of variable size are packed, member by member.

Enterprise COBOL for z/OS Language Reference (SC27-8713), "OCCURS DEPENDING ON clause".
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

from .layout import Dimension, Group, Layout, Member

Count = Callable[[tuple[str, ...], tuple[int, ...], bytes], int | None]
"""What the counter of this path says in the occurrence of this index, of the bytes that are laid out so far."""


class _EndedError(Exception):
    """Nothing more of the record can be found."""


def unpacked(layout: Layout, record: bytes, count: Count) -> bytes:
    """The record laid out as at its longest, up to where it ends or a counter counts nothing.

    Args:
        layout: of the record.
        record: its bytes; it may end early.
        count: reads counters.
    """
    unpacking = _Unpacking(record, count)
    with suppress(_EndedError):
        unpacking.all(layout.members, 0, ())
    return bytes(unpacking.found)


class _Unpacking:
    def __init__(self, record: bytes, count: Count) -> None:
        self.found = bytearray()
        self._rest = record
        self._count = count

    def all(self, members: Sequence[Member], shift: int, index: tuple[int, ...]) -> None:
        for member in members:
            begin, table = member.offset + shift, member.own
            self._take(begin)  # slack bytes
            if table is None:
                self._one(member, shift, index)
                continue
            there = self._occurrences(table, index)
            for i in range(there):
                self._one(member, shift + i * table.stride, (*index, i))
                self._take(begin + (i + 1) * table.stride)  # slack bytes
            self.found += bytes(begin + table.count * table.stride - len(self.found))

    def _one(self, member: Member, shift: int, index: tuple[int, ...]) -> None:
        if isinstance(member, Group) and _varies(member):
            self.all(member.children, shift, index)
        else:
            self._take(member.offset + shift + (member.own.stride if member.own else member.length))

    def _take(self, until: int) -> None:
        """Go on to this byte."""
        size = max(0, until - len(self.found))
        self.found += self._rest[:size]
        if len(self._rest) < size:
            raise _EndedError
        self._rest = self._rest[size:]

    def _occurrences(self, table: Dimension, index: tuple[int, ...]) -> int:
        if table.depending_on is None:
            return table.count
        count = self._count(table.depending_on, index, bytes(self.found))
        if count is None or not table.minimum <= count <= table.count:
            raise _EndedError
        return count


def _varies(member: Member) -> bool:
    below = isinstance(member, Group) and any(_varies(child) for child in member.children)
    return below or (member.own is not None and member.own.depending_on is not None)
