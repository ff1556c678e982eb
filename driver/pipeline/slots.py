"""The process pool's shared memory: slots for raw batches on their way to a worker, and for what it makes of them.

Parent and workers compute the same places from the same job, so that nothing but the number of a slot is sent.
"""

import mmap
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from driver.config.pipeline import Pipeline
from driver.core.records import LoadBatch, keep
from mfdecode.framing import Bytes, Offsets, RawBatch, batch_limits
from mfdecode.memory import BatchMemory
from mfdecode.positions import all_positions

from .processors import Processor

_SEGMENTS = Path("/dev/shm")  # noqa: S108 - where Linux keeps the segments that shm_open names
_LINE = 64
"""Bytes of a cache line: no two processes write the same one."""
_INT64, _BYTE = np.dtype(np.int64), np.dtype(np.uint8)
_NO_BYTES: Bytes = np.empty(0, np.uint8)
_NO_OFFSETS: Offsets = np.empty(0, np.int64)

Part = tuple[np.dtype[np.generic], int]
"""An array of a slot: the type and the number of its elements."""


def map_segment(name: str, size: int, *, allocate: bool = False) -> Bytes:
    """A segment's memory, for as long as an array over it lives.

    Args:
        name: of the segment.
        size: bytes.
        allocate: take the memory now: a page that cannot be had later is a bus error, and no exception.

    Raises:
        OSError: there is no such segment, or not so much memory.
    """
    with (_SEGMENTS / name).open("r+b") as file:
        if allocate:
            os.posix_fallocate(file.fileno(), 0, size)
        return np.frombuffer(mmap.mmap(file.fileno(), size), np.uint8)


class RawSlot:
    """Room for a raw batch."""

    def __init__(self, memory: Bytes, parts: Sequence[Part]) -> None:
        self._data, self._starts, self._lengths = _carve(memory, parts)

    def put(self, raw: RawBatch) -> RawBatch:
        """Copy a batch into the slot; return what is left to be sent."""
        self._data[: len(raw.data)] = raw.data
        self._starts[: raw.records] = raw.starts
        self._lengths[: raw.records] = raw.lengths
        return replace(raw, data=_NO_BYTES, starts=_NO_OFFSETS, lengths=_NO_OFFSETS, buffer=_NO_BYTES)

    def get(self, sent: RawBatch) -> RawBatch:
        """The batch again, over the slot's memory."""
        return replace(
            sent,
            data=self._data[: sent.end - sent.start],
            starts=self._starts[: sent.records],
            lengths=self._lengths[: sent.records],
            buffer=self._data,
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch to load, without what is in its slot.

    Attributes:
        batch: the rest of it.
        valid: how many of its records are.
    """

    batch: LoadBatch
    valid: int


class ResultSlot:
    """Room for a batch to load: its rows and statuses as decoded, and beside them the columns made of others.

    Attributes:
        decoded: where the batch is to be decoded.
    """

    def __init__(self, memory: Bytes, plan: "SlotPlan") -> None:
        decoded, self._valid, *made = _carve(memory, plan.result_parts)
        self.decoded = BatchMemory(decoded)
        self._made = dict(zip(plan.made, zip(made[::2], made[1::2], strict=True), strict=True))
        self._plan = plan

    def put(self, batch: LoadBatch) -> Sent:
        """Copy into the slot what is not there yet; return what is left to be sent."""
        (table,) = batch.tables
        valid = len(table.valid)
        self._valid[:valid] = table.valid
        for position, (values, status) in self._made.items():
            values[: batch.records] = table.columns[position].values
            status[: batch.records] = table.columns[position].status
        left = replace(table, columns=(), positions=_NO_OFFSETS, valid=_NO_OFFSETS)
        return Sent(replace(batch, tables=(left,), recycle=keep), valid)

    def get(self, sent: Sent, raw: RawBatch, recycle: Callable[[], None]) -> LoadBatch:
        """The batch again, over the slot's memory.

        Args:
            sent: what ``put`` has returned.
            raw: of which the batch was made.
            recycle: for the batch.
        """
        decoded = self._plan.decoder.views_in(self.decoded, raw.records).columns
        columns = []
        for position, (column, source) in enumerate(zip(self._plan.columns, self._plan.sources, strict=True)):
            if source is not None:
                found = decoded[source]
                columns.append(found if found.name == column.name else replace(found, name=column.name))
            else:
                values, status = self._made[position]
                columns.append(replace(column, values=values[: raw.records], status=status[: raw.records]))
        (left,) = sent.batch.tables
        positions = all_positions(raw.records)
        table = replace(left, columns=tuple(columns), positions=positions, valid=self._valid[: sent.valid])
        return replace(sent.batch, tables=(table,), recycle=recycle)


class SlotPlan:
    """Where everything is in the segment.

    Args:
        processor: of the job, which has one record type.
        settings: how large batches are, and how many of them are on their way at once.

    Attributes:
        size: bytes of the segment.
        decoder: of the job.
        columns: of the table, each without records.
        sources: of each of these, the decoded column that it is; None where it is made.
        made: the positions of the latter.
        result_parts: of a result slot.
    """

    def __init__(self, processor: Processor, settings: Pipeline) -> None:
        (type_,), (loaded,) = processor.types.types, processor.loaded
        self.decoder = decoder = type_.decoder
        limits = batch_limits(decoder.framing, settings.batch_size, settings.batch_bytes)
        self.columns = loaded.plan.without_rules().apply(decoder.decode(b"").columns).columns
        self.sources = loaded.plan.sources
        self.made = tuple(position for position, source in enumerate(self.sources) if source is None)
        self._raw_parts = ((_BYTE, limits.bytes), (_INT64, limits.records), (_INT64, limits.records))
        self.result_parts: tuple[Part, ...] = (
            (_BYTE, decoder.decoded_size(limits.records)),
            (_INT64, limits.records),
            *(
                (dtype, limits.records)
                for position in self.made
                for dtype in (self.columns[position].values.dtype, _BYTE)
            ),
        )
        self._raw_slots = settings.most_processors  # a worker has one raw batch at a time
        self._result_slots = settings.decoded_batches
        self.size = self._raw_slots * _room(self._raw_parts) + self._result_slots * _room(self.result_parts)

    def slots(self, memory: Bytes) -> tuple[list[RawSlot], list[ResultSlot]]:
        """A raw slot for each worker, and as many result slots as batches can be on their way.

        Args:
            memory: of the segment.
        """
        raw, result = _room(self._raw_parts), _room(self.result_parts)
        end = self._raw_slots * raw
        return (
            [RawSlot(memory[at : at + raw], self._raw_parts) for at in range(0, end, raw)],
            [ResultSlot(memory[at : at + result], self) for at in range(end, self.size, result)],
        )


def _size(part: Part) -> int:
    dtype, count = part
    return -(-dtype.itemsize * count // _LINE) * _LINE


def _room(parts: Sequence[Part]) -> int:
    return sum(map(_size, parts))


def _carve(memory: Bytes, parts: Sequence[Part]) -> list[npt.NDArray[Any]]:
    """The arrays of a slot, one after the other."""
    arrays = []
    at = 0
    for part in parts:
        dtype, count = part
        arrays.append(np.ndarray(count, dtype, memory, at))
        at += _size(part)
    return arrays
