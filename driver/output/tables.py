"""Flat tables through Arrow: CSV, Parquet and Arrow files."""

from io import IOBase
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from mfdecode import DecodedBatch
from mfdecode.columns import Column
from mfdecode.int128 import to_ints

from .numbers import exact_texts

_ROW_GROUP = 100_000
_ROW_GROUP_BYTES = 64 * 1024**2


class CsvTable:
    """Comma-separated values with a header; numbers exact, nothing where there is no value."""

    def __init__(self, out: BinaryIO, schema: pa.Schema) -> None:
        # Texts for decimals: Arrow writes those near zero with an exponent.
        self._schema = pa.schema([pa.field(f.name, _csv_type(f.type)) for f in schema])
        self._writer = pa_csv.CSVWriter(out, self._schema, write_options=pa_csv.WriteOptions(quoting_style="needed"))

    def write(self, batch: DecodedBatch) -> None:
        """Write a batch."""
        arrays = [
            _exact(column) if pa.types.is_decimal(array.type) else array
            for column, array in zip(batch.columns, batch.to_arrow().columns, strict=True)
        ]
        self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()


class ArrowFile:
    """An Arrow IPC file."""

    def __init__(self, out: BinaryIO, schema: pa.Schema) -> None:
        self._writer = pa.ipc.new_file(cast(IOBase, out), schema)

    def write(self, batch: DecodedBatch) -> None:
        """Write a batch."""
        self._writer.write_batch(batch.to_arrow())

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


class ParquetFile:
    """A Parquet file; batches are gathered into row groups of 100,000 records, or of 64 MiB."""

    def __init__(self, out: BinaryIO, schema: pa.Schema) -> None:
        # A decimal of up to 18 digits as the integer that it is: cheaper to compress, and as exact.
        self._writer = pq.ParquetWriter(out, schema, store_decimal_as_integer=True)
        self._waiting: list[pa.RecordBatch] = []

    def write(self, batch: DecodedBatch) -> None:
        """Write a batch."""
        self._waiting.append(batch.to_arrow())
        rows = sum(waiting.num_rows for waiting in self._waiting)
        if rows >= _ROW_GROUP or sum(waiting.nbytes for waiting in self._waiting) >= _ROW_GROUP_BYTES:
            self._flush()

    def close(self) -> None:
        """Write what is left, and the footer."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            table = pa.Table.from_batches(self._waiting)
            self._writer.write_table(table, row_group_size=table.num_rows)
            self._waiting = []


def _exact(column: Column) -> "pa.Array[Any]":
    return pa.array(exact_texts(to_ints(column.values), column.type.scale), pa.utf8(), mask=column.status != 0)


def _csv_type(type_: pa.DataType) -> pa.DataType:
    return pa.utf8() if pa.types.is_decimal(type_) else type_
