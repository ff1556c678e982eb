"""What a run takes of memory, at most: an itemised sum of what its settings let it hold at one time.

Left out is what no setting bounds: rejected records, which are kept in columns, and records that are longer than their
layout.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from driver.config.model import Db2Target, DuckDbTarget, Job
from driver.config.pipeline import Pool
from driver.core.records import TableColumn
from driver.pipeline.processors import Processor
from driver.pipeline.slots import SlotPlan
from driver.repository.duckdb.storage import BLOCK, ROW_GROUP
from driver.repository.duckdb.tables import staging_of
from driver.repository.duckdb.writer import INSERT_BYTES
from driver.repository.insert_method import InsertMethod
from mfdecode.arrow import arrow_type
from mfdecode.columns import Column, ColumnKind
from mfdecode.framing import Compression, RecordFormat, batch_limits, compression_of

from .preparation import Prepared
from .source import input_files

_MB = 1000**2
_OFFSETS = 16
"""Bytes of a record's place in its raw batch."""
_POSITIONS = 16
"""Bytes of a record's place in the batch and among the valid ones."""
_SCRATCH = 64
"""Bytes a record that rules and transformations take while they run, about."""
_STREAM = 6 * _MB
"""Of a compressed file that is being read: bzip2 takes the most; measured, as what follows."""
_AGAIN = 20 * _MB
"""The same, of its records that are read again since Db2 has refused some."""
_WORKER = 60 * _MB
"""A worker process, beside the libraries that all share."""
_TRACKER = 8 * _MB
"""The process in which Python keeps track of shared memory."""
_READ_AHEAD = 512 * 1024
"""Bytes by which a batch of records that vary is read on."""
_DESCRIPTOR = 8
"""Bytes around such a record, at most."""
_CODE = {"discard": 12 * _MB, "duckdb": 36 * _MB, "db2": 40 * _MB}
"""Code and tables of libraries that are mapped, or loaded, only when they are first used."""
_DUCKDB_WRITER = 20 * _MB
"""A writer of DuckDB beside the rows that wait for their INSERT: what DuckDB takes for it outside of its own memory."""
_OF_ROW_GROUP = 3_500
"""What DuckDB keeps of a row group that it has written, a column, outside of its own memory, until the run ends."""
_OF_BLOCK = 2_000
"""The same of what is in its file already, a block."""
_DB2_CONNECTION = 6 * _MB
"""A connection of IBM's driver, and what it sends and receives."""
_PYTHON_VALUE = 110
"""A value as an object of Python, which the insert methods array and executemany make, and its place in a list."""
_MOST_OBJECTS = 32_767
"""Rows of one INSERT."""
_BOOKKEEPING = 24
"""Bytes of the columns that say whose row it is."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something of which there may be several at one time.

    Attributes:
        name: of it, and the settings that say how many there are.
        count: at most.
        size: bytes of one, at most.
    """

    name: str
    count: int
    size: int

    @property
    def total(self) -> int:
        """Bytes of all."""
        return self.count * self.size


def resident_bytes() -> int:
    """What this process has in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def worst_case(job: Job, prepared: Prepared, resident: int) -> tuple[Item, ...]:
    """The items; their totals add up to what the run takes at most.

    Args:
        job: the configuration.
        prepared: of it.
        resident: bytes that the process has before the run begins.
    """
    return tuple(item for item in _items(job, prepared, resident) if item.count)


def _items(job: Job, prepared: Prepared, resident: int) -> Iterator[Item]:
    pipeline, target = job.pipeline, job.target
    limits = batch_limits(prepared.framing, pipeline.batch_size, pipeline.batch_bytes)
    yield Item("the process as it is now", 1, resident)
    yield Item("libraries that run later", 1, _CODE[target.type])
    varying = not prepared.framing.record_format.is_fixed
    raw = limits.bytes
    if varying and prepared.framing.record_format is not RecordFormat.CSV:
        raw = min(raw, limits.records * (prepared.framing.record_length + _DESCRIPTOR) + _READ_AHEAD)
    yield Item(
        "raw batches: raw_queue + readers + processors",
        pipeline.raw_capacity + pipeline.readers * (1 + varying) + pipeline.most_processors,
        raw + _OFFSETS * limits.records,
    )
    if pipeline.pool is Pool.PROCESS:
        yield Item("shared memory of pool: process", 1, SlotPlan(prepared.processor, pipeline).size + _TRACKER)
        yield Item("worker processes: processors", pipeline.most_processors, _WORKER)
    else:
        yield Item(
            "decoded batches: processors + write_queue + writers",
            pipeline.decoded_batches,
            prepared.processor.types.decoded_size(limits.records)
            + (_made_size(prepared.processor) + _POSITIONS) * limits.records,
        )
    yield Item("rules and transformations at work: processors", pipeline.most_processors, _SCRATCH * limits.records)
    match target:
        case DuckDbTarget():
            yield Item("target.memory", 1, target.most_memory)
            yield Item("writers of DuckDB", pipeline.most_writers, _duckdb_writer(prepared, limits.records))
            columns = max(len(staging_of(table).columns) for table in prepared.tables)
            row_groups = -(-_least_records(job, prepared) // ROW_GROUP)
            yield Item("row groups that DuckDB has written", row_groups, columns * _OF_ROW_GROUP)
            there = target.database.stat().st_size if target.database.exists() else 0
            yield Item("blocks of DuckDB's file", there // BLOCK, _OF_BLOCK)
        case Db2Target():
            yield Item("writers of Db2", pipeline.most_writers, _db2_writer(target, prepared, limits.records))
    files = sum(1 for path in input_files(job) if path.exists() and _is_compressed(job, path))
    yield Item("compressed files", files, _STREAM + (_AGAIN if isinstance(target, Db2Target) else 0))


def _least_records(job: Job, prepared: Prepared) -> int:
    """Records of the input, if each is as long as it may be, and compression has saved nothing."""
    size = sum(path.stat().st_size for path in input_files(job) if path.exists())
    return size // prepared.framing.record_length


def _is_compressed(job: Job, path: Path) -> bool:
    return compression_of(path, job.input.compression) is not Compression.NONE


def _made_size(processor: Processor) -> int:
    """Bytes a record of the columns that are no views of what was decoded, of the record type that has the most."""
    types = processor.types.types
    columns: dict[str, tuple[Column, ...]] = {}
    sizes = []
    for loaded in processor.loaded:
        carried: tuple[Column, ...] = ()
        if loaded.carry is not None:
            carried = tuple(columns[loaded.carry.parent][position] for position in loaded.carry.columns)
        columns[loaded.name] = (*types[loaded.position].decoder.decode(b"").columns, *carried)
        made = loaded.plan.without_rules().apply(columns[loaded.name]).columns
        sizes.append(
            sum(
                column.values.dtype.itemsize + column.status.dtype.itemsize
                for column in (
                    *carried,
                    *(column for column, source in zip(made, loaded.plan.sources, strict=True) if source is None),
                )
            )
        )
    return max(sizes)


def _duckdb_writer(prepared: Prepared, records: int) -> int:
    """The rows that wait for their INSERT, and the batch that begins it."""
    row = max(_BOOKKEEPING + sum(map(_arrow_size, table.columns)) for table in prepared.tables)
    return INSERT_BYTES + row * records + _DUCKDB_WRITER


def _arrow_size(column: TableColumn) -> int:
    """Bytes of a value in Arrow."""
    if column.type.kind is ColumnKind.TEXT:
        return np.dtype(np.int32).itemsize + column.type.length
    return arrow_type(column.type).bit_width // 8


def _db2_writer(target: Db2Target, prepared: Prepared, records: int) -> int:
    """A batch as it is bound, and what the insert method makes of it."""
    columns = max((table.columns for table in prepared.tables), key=len)
    bound = max(_BOOKKEEPING + sum(map(_bound_size, table.columns)) for table in prepared.tables)
    objects = 0
    if target.insert is not InsertMethod.BIND:
        objects = len(columns) * _PYTHON_VALUE + sum(column.type.length for column in columns)
    return bound * records + objects * min(records, _MOST_OBJECTS) + _DB2_CONNECTION


def _bound_size(column: TableColumn) -> int:
    """Bytes of a value as it is bound: its indicator, and texts in UTF-8, numbers as digits, times as structures."""
    length = column.type.length * column.type.width if column.type.kind is ColumnKind.TEXT else 0
    return 4 + 8 + max(length, column.type.precision + 3, 26)
