"""Files of several record types: each record is decoded by the 01 level that its own fields choose."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .batch import DecodedBatch
from .conditions import Condition, field_names
from .decoder import Decoder
from .errors import LayoutError
from .framing import Offsets, RawBatch
from .layout import Field, Group, Layout, Member, walk
from .matching import Mask, matcher
from .memory import BatchMemory
from .options import OdoLayout
from .positions import all_positions


@dataclass(frozen=True, slots=True)
class RecordType:
    """One of the record types of a file.

    Attributes:
        name: of the type.
        decoder: of its 01 level.
        when: over the fields of that 01 level; None takes every record that no type before it has taken.
    """

    name: str
    decoder: Decoder
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class TypedRecords:
    """The records of one type in a batch.

    Attributes:
        positions: in the batch, ascending.
        decoded: the records, one for each of ``positions``.
    """

    positions: Offsets
    decoded: DecodedBatch


@dataclass(frozen=True, slots=True)
class SortedBatch:
    """A batch, sorted by record type.

    Attributes:
        types: the records of each type, in the order of the types.
        without: positions of the records that are of none, gaps left out.
    """

    types: tuple[TypedRecords, ...]
    without: Offsets


class RecordTypes:
    """The record types of a file: a record is of the first whose condition holds.

    Args:
        types: in the order in which they are asked; one without a condition is the last.

    Raises:
        LayoutError: there are none, two have one name, a condition does not fit its layout, or types that come after
            one without a condition would never be asked.
    """

    def __init__(self, types: Sequence[RecordType]) -> None:
        if not types:
            raise LayoutError("a file has at least one record type")
        names = [type_.name for type_ in types]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise LayoutError(f"there is more than one record type {', '.join(twice)}")
        for type_ in types[:-1]:
            if type_.when is None:
                raise LayoutError(f"the record type {type_.name} has no condition and takes every record: put it last")
        self.types = tuple(types)
        self._tests = tuple(_Test(type_.decoder, type_.when) for type_ in types if type_.when is not None)

    def decoded_size(self, records: int) -> int:
        """Bytes that so many records take decoded, at most, of whatever types they are."""
        return max(type_.decoder.decoded_size(records) for type_ in self.types)

    def decode_frames(self, raw: RawBatch, memory: BatchMemory | None = None) -> SortedBatch:
        """Decode a batch, each record by its type. The GIL is free while the kernels run.

        Args:
            raw: the batch.
            memory: where to, at least ``decoded_size`` bytes; overwrites the batch that was there. New memory if None.
        """
        if not self._tests:
            (only,) = self.types
            everything = all_positions(raw.records)
            return SortedBatch((TypedRecords(everything, only.decoder.decode_frames(raw, memory)),), everything[:0])
        if memory is None:
            memory = BatchMemory(np.empty(self.decoded_size(raw.records), np.uint8))
        chosen, without = self._chosen(raw)
        sorted_, at = [], 0
        for type_, positions in zip(self.types, chosen, strict=True):
            size = type_.decoder.decoded_size(len(positions))
            part = _records(raw, positions)
            own = BatchMemory(memory.content[at : at + size])
            sorted_.append(TypedRecords(positions, type_.decoder.decode_frames(part, own)))
            at += size
        return SortedBatch(tuple(sorted_), without)

    def types_of(self, records: Sequence[bytes]) -> list[int]:
        """The position of each record's type among ``types``; -1 of one that has none."""
        found = np.zeros(len(records), np.int64)
        if self._tests:
            lengths = np.array([len(record) for record in records], np.int64)
            data = np.frombuffer(b"".join(records) + b"\0", np.uint8)
            starts = np.cumsum(lengths) - lengths
            raw = RawBatch(0, 0, 0, 0, len(data), len(records), data, starts, lengths, 0, data)
            chosen, without = self._chosen(raw)
            for position, of_type in enumerate(chosen):
                found[of_type] = position
            found[without] = -1
        return found.tolist()

    def _chosen(self, raw: RawBatch) -> tuple[list[Offsets], Offsets]:
        """The positions of the records of each type, and of those of none; gaps are in neither."""
        left = np.ones(raw.records, np.bool_)
        left[[gap for gap in raw.gaps if gap < raw.records]] = False
        chosen = []
        for test in self._tests:
            mask = left & test.holds(raw)
            left &= ~mask
            chosen.append(np.flatnonzero(mask))
        without = np.flatnonzero(left)
        if len(self._tests) < len(self.types):
            chosen.append(without)
            without = without[:0]
        return chosen, without


class _Test:
    """Tells by the fields of a condition alone, which are decoded for it, whether a record is of a type."""

    def __init__(self, decoder: Decoder, when: Condition) -> None:
        fields = [decoder.layout.field(name) for name in field_names(when)]
        if decoder.odo_layout is OdoLayout.PACKED:
            _check_places(decoder.layout, fields)
        layout = _only(decoder.layout, fields)
        self._decoder = decoder.over(layout)
        self._matcher = matcher(layout, when)

    def holds(self, raw: RawBatch) -> Mask:
        return self._matcher(self._decoder.decode_frames(raw).columns)


def _records(raw: RawBatch, positions: Offsets) -> RawBatch:
    """Some of a batch's records, none of which is a gap."""
    return replace(
        raw,
        records=len(positions),
        starts=raw.starts[positions],
        lengths=raw.lengths[positions],
        stride=0,
        gaps=(),
        cut=None,
    )


def _check_places(layout: Layout, fields: Sequence[Field]) -> None:
    """See that fields have their places, whatever the tables of variable size have."""
    tables = [member for member in walk(layout.members) if member.own is not None and member.own.depending_on]
    first = min((table.offset for table in tables), default=layout.length)
    for field in fields:
        if field.offset >= first:
            raise LayoutError(
                f"{field.name} cannot tell the record type: it stands behind a table of variable size, or in it"
            )


def _only(layout: Layout, fields: Sequence[Field]) -> Layout:
    """The layout with these fields alone."""

    def kept(members: tuple[Member, ...]) -> tuple[Member, ...]:
        found: list[Member] = []
        for member in members:
            if isinstance(member, Group):
                if children := kept(member.children):
                    found.append(replace(member, children=children))
            elif member in fields:
                found.append(member)
        return tuple(found)

    return Layout(layout.name, layout.length, kept(layout.members))
