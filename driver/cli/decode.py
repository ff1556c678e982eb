"""``decode``: a file's records as JSON Lines, CSV, Parquet or Arrow."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, Protocol

import typer

from driver.batch.source import require_content
from driver.core.reject_codes import BROKEN_RDW, COLUMN_COUNT
from driver.output.files import named, refuse_overwriting, replacing
from driver.output.json_lines import JsonLines
from driver.output.tables import ArrowFile, CsvTable, ParquetFile
from driver.pipeline.in_order import decode_in_order
from mfdecode import DecodedBatch, Decoder, LayoutError
from mfdecode.arrow import schema
from mfdecode.framing import RawBatch

from .record_options import RecordOptions, with_record_options

_STANDARD_OUTPUT = Path("standard output")
_MOST_THREADS = 4


class TableFormat(StrEnum):
    """Of the tables that decode writes and encode reads."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


class _Writer(Protocol):
    def write(self, batch: DecodedBatch) -> None: ...

    def close(self) -> None: ...


@with_record_options
def decode(
    file: Annotated[Path, typer.Argument(help="The mainframe file.")],
    records: RecordOptions,
    format_: Annotated[TableFormat, typer.Option("--format", help="What to write.")] = TableFormat.JSONL,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to; standard output if not given.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many records.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="jsonl: add _errors with field, code and bytes.")] = False,
) -> None:
    """Decode a file to JSON Lines, CSV, Parquet or Arrow."""
    decoder = records.decoder(records.layout())
    if out is None and format_ is TableFormat.PARQUET:
        raise typer.BadParameter("a Parquet file cannot go to standard output: give -o FILE")
    if out is not None:
        refuse_overwriting("--out", out, [("the input", file), ("the copybook", records.copybook)])
    if file.is_file():
        require_content(str(file), file.stat().st_size)
    with ExitStack() as stack:
        sink: BinaryIO = sys.stdout.buffer if out is None else stack.enter_context(replacing(out))
        stack.enter_context(named(out or _STANDARD_OUTPUT))
        writer = stack.enter_context(closing(_writer(format_, sink, decoder, errors=errors)))
        prepare = None if format_ is TableFormat.JSONL else DecodedBatch.to_arrow
        for batch in _read(decoder, file, limit, prepare):
            writer.write(batch)
            _tell_gaps(file, batch.raw)
            _tell_misfits(file, batch)


def _read(
    decoder: Decoder, file: Path, limit: int | None, prepare: Callable[[DecodedBatch], object] | None
) -> Iterator[DecodedBatch]:
    with named(file), decoder.frames(file) as frames:
        yield from decode_in_order(decoder, frames, threads=_threads(), limit=limit, prepare=prepare)


def _tell_gaps(file: Path, raw: RawBatch) -> None:
    """Say where no record could be found; what is written has a record there without any value."""
    for position in raw.gaps:
        if position < raw.records:
            typer.echo(
                f"{file}: record {raw.first_record + position} at byte {raw.offset(position)}: {BROKEN_RDW}: "
                f"{raw.lengths[position]} bytes lie before the next plausible record",
                err=True,
            )


def _tell_misfits(file: Path, batch: DecodedBatch) -> None:
    """Say which lines have too few or too many columns; what is written has a record there without any value."""
    for misfit in batch.misfits:
        where = f"record {batch.raw.first_record + misfit.record} at byte {batch.raw.offset(misfit.record)}"
        typer.echo(f"{file}: {where}: {COLUMN_COUNT}: {misfit.message}", err=True)


def _threads() -> int:
    """To decode with: one thread writes, and no more than these can keep it busy."""
    return min(os.cpu_count() or 1, _MOST_THREADS)


def _writer(format_: TableFormat, sink: BinaryIO, decoder: Decoder, *, errors: bool) -> _Writer:
    if format_ is not TableFormat.JSONL and not decoder.layout.cells:
        raise LayoutError(f"{decoder.layout.name} has nothing but FILLER, and a table needs a column")
    table = schema([(cell.column, type_) for cell, type_ in zip(decoder.layout.cells, decoder.types, strict=True)])
    match format_:
        case TableFormat.JSONL:
            return JsonLines(sink, decoder.layout, errors=errors)
        case TableFormat.CSV:
            return CsvTable(sink, table)
        case TableFormat.PARQUET:
            return ParquetFile(sink, table)
        case TableFormat.ARROW:
            return ArrowFile(sink, table)
