"""CSV, Parquet and Arrow files as batches of columns, in constant memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from mfdecode import Layout
from mfdecode.layout import Cell

from .errors import TableError

_BLOCK = 1 << 20


def read_csv(path: Path, layout: Layout, batch_size: int) -> Iterator[pa.RecordBatch]:
    """A CSV file with a header: all columns as texts, null where nothing is, not even quotes.

    Raises:
        TableError: it is no CSV.
        OSError: it cannot be read.
    """
    cells: tuple[Cell, ...] = layout.cells
    with _readable(path, "CSV with a header, in UTF-8"):
        reader = pa_csv.open_csv(
            str(path),
            read_options=pa_csv.ReadOptions(block_size=_BLOCK),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types={cell.column: pa.utf8() for cell in cells},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        with reader:
            for batch in reader:
                yield from _pieces(batch, batch_size)


def read_parquet(path: Path, layout: Layout, batch_size: int) -> Iterator[pa.RecordBatch]:
    """A Parquet file.

    Raises:
        TableError: it is none.
        OSError: it cannot be read.
    """
    with _readable(path, "Parquet"), pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=batch_size)


def read_arrow(path: Path, layout: Layout, batch_size: int) -> Iterator[pa.RecordBatch]:
    """An Arrow IPC file.

    Raises:
        TableError: it is none.
        OSError: it cannot be read.
    """
    with _readable(path, "Arrow"), pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        for i in range(file.num_record_batches):
            yield from _pieces(file.get_batch(i), batch_size)


def _pieces(batch: pa.RecordBatch, size: int) -> Iterator[pa.RecordBatch]:
    for at in range(0, batch.num_rows, size):
        yield batch.slice(at, size)


@contextmanager
def _readable(path: Path, kind: str) -> Iterator[None]:
    """Tells an error of Arrow as one of the file."""
    try:
        yield
    except OSError:
        raise
    except pa.ArrowException:
        raise TableError(f"{path}: this is no {kind}, or it is broken") from None
