"""Flat tables through Arrow: CSV, Parquet and Arrow files."""

from concurrent.futures import Future, ThreadPoolExecutor
from io import IOBase
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc
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
    """A Parquet file; batches are gathered into row groups of 100,000 records, or of 64 MiB.

    A row group is encoded in a thread of its own, while the next one is gathered.
    """

    def __init__(self, out: BinaryIO, schema: pa.Schema) -> None:
        self._out, self._schema = out, schema
        self._writer: pq.ParquetWriter | None = None
        self._gathered: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parquet")
        self._encoded: Future[None] | None = None

    def write(self, batch: DecodedBatch) -> None:
        """Write a batch."""
        rows = batch.to_arrow()
        self._gathered.append(rows)
        self._rows += rows.num_rows
        self._bytes += rows.nbytes
        if self._rows >= _ROW_GROUP or self._bytes >= _ROW_GROUP_BYTES:
            self._end_row_group()

    def close(self) -> None:
        """Write what is left, and the footer."""
        with self._thread:
            self._end_row_group()
            self._wait()
        if self._writer is not None:
            self._writer.close()

    def _end_row_group(self) -> None:
        self._wait()
        self._encoded = self._thread.submit(self._encode, self._gathered)
        self._gathered, self._rows, self._bytes = [], 0, 0

    def _wait(self) -> None:
        if self._encoded is not None:
            self._encoded.result()

    def _encode(self, batches: list[pa.RecordBatch]) -> None:
        if self._writer is None:
            # A decimal of up to 18 digits as the integer that it is: cheaper to compress, and as exact.
            self._writer = pq.ParquetWriter(
                self._out,
                self._schema,
                store_decimal_as_integer=True,
                use_dictionary=_repeating(batches[:1]),  # type: ignore[arg-type] # the stubs know of no list
            )
        if batches:
            table = pa.Table.from_batches(batches)
            self._writer.write_table(table, row_group_size=table.num_rows)


def _repeating(sample: list[pa.RecordBatch]) -> list[str]:
    """Columns of which less than half of the values are different: a dictionary of others is made in vain."""
    return [
        name
        for batch in sample
        for name, values in zip(batch.schema.names, batch.columns, strict=True)
        if 2 * pc.count_distinct(values).as_py() < len(values)
    ]


def _exact(column: Column) -> "pa.Array[Any]":
    return pa.array(exact_texts(to_ints(column.values), column.type.scale), pa.utf8(), mask=column.status != 0)


def _csv_type(type_: pa.DataType) -> pa.DataType:
    return pa.utf8() if pa.types.is_decimal(type_) else type_
