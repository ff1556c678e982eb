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
from driver.output.files import named, refuse_overwriting, replacing
from driver.output.json_lines import JsonLines
from driver.output.tables import ArrowFile, CsvTable, ParquetFile
from driver.pipeline.in_order import decode_in_order
from mfdecode import Copybook, DecodedBatch, Decoder, FloatFormat, LayoutError, RecordFormat, Selection, Trim
from mfdecode.alternatives import find_member
from mfdecode.arrow import schema
from mfdecode.layout import BinarySize, Layout, Truncation

_STANDARD_OUTPUT = Path("standard output")
_MOST_THREADS = 4


class OutputFormat(StrEnum):
    """What is written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


class _Writer(Protocol):
    def write(self, batch: DecodedBatch) -> None: ...

    def close(self) -> None: ...


def decode(
    file: Annotated[Path, typer.Argument(help="The mainframe file.")],
    copybook: Annotated[Path, typer.Option(help="The copybook of its records.")],
    codepage: Annotated[str, typer.Option(help="cp037, cp500, cp1047, cp1140, cp273, ascii, utf-8, …")] = "cp037",
    record_format: Annotated[RecordFormat, typer.Option(help="F: fixed length; V: RDW.")] = RecordFormat.F,
    rdw_inclusive: Annotated[
        bool, typer.Option("--rdw-inclusive/--rdw-exclusive", help="V: lengths count the RDW's own four bytes.")
    ] = True,
    record_length: Annotated[int | None, typer.Option(min=1, help="Bytes of an F record, if longer.")] = None,
    record: Annotated[str | None, typer.Option(help="The level 01, where there are several.")] = None,
    format_: Annotated[OutputFormat, typer.Option("--format", help="What to write.")] = OutputFormat.JSONL,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to; standard output if not given.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many records.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="jsonl: add _errors with field, code and bytes.")] = False,
    trim: Annotated[Trim, typer.Option(help="Where texts lose their blanks.")] = Trim.RIGHT,
    float_: Annotated[FloatFormat, typer.Option("--float", help="COMP-1 and COMP-2.")] = FloatFormat.IBM,
    strict_signs: Annotated[bool, typer.Option("--strict-signs", help="Signs C, D and F alone.")] = False,
    trunc: Annotated[Truncation, typer.Option(help="COMP: the PICTURE's digits, or all bits.")] = Truncation.STD,
    binary_size: Annotated[BinarySize, typer.Option(help="Bytes of COMP by digits.")] = BinarySize.IBM,
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ALT:FIELD=V1,V2", help="The REDEFINES alternative that a record holds by a field; repeatable."
        ),
    ] = None,
) -> None:
    """Decode a file to JSON Lines, CSV, Parquet or Arrow."""
    layout = Copybook.from_file(copybook).layout(record, trunc=trunc, binary_size=binary_size)
    decoder = Decoder(
        layout,
        codepage=codepage,
        record_format=record_format,
        rdw_inclusive=rdw_inclusive,
        record_length=record_length,
        trim=trim,
        float_format=float_,
        strict_signs=strict_signs,
        selections=[parse_selection(layout, text) for text in select or ()],
    )
    if out is None and format_ is OutputFormat.PARQUET:
        raise typer.BadParameter("a Parquet file cannot go to standard output: give -o FILE")
    if out is not None:
        refuse_overwriting("--out", out, [("the input", file), ("the copybook", copybook)])
    if file.is_file():
        require_content(str(file), file.stat().st_size)
    with ExitStack() as stack:
        sink: BinaryIO = sys.stdout.buffer if out is None else stack.enter_context(replacing(out))
        stack.enter_context(named(out or _STANDARD_OUTPUT))
        writer = stack.enter_context(closing(_writer(format_, sink, decoder, errors=errors)))
        prepare = None if format_ is OutputFormat.JSONL else DecodedBatch.to_arrow
        for batch in _read(decoder, file, limit, prepare):
            writer.write(batch)


def _read(
    decoder: Decoder, file: Path, limit: int | None, prepare: Callable[[DecodedBatch], object] | None
) -> Iterator[DecodedBatch]:
    with named(file), decoder.frames(file) as frames:
        yield from decode_in_order(decoder, frames, threads=_threads(), limit=limit, prepare=prepare)


def parse_selection(layout: Layout, text: str) -> Selection:
    """A rule as the command line has it, ``ALTERNATIVE:FIELD=VALUE,VALUE``.

    Raises:
        LayoutError: it is none, or names what is not there.
    """
    alternative, colon, test = text.partition(":")
    name, equals, values = test.partition("=")
    if not (colon and equals):
        raise LayoutError(f"--select {text}: write ALTERNATIVE:FIELD=VALUE,VALUE")
    return Selection(
        find_member(layout, alternative).path, layout.field(name).path, frozenset(v.rstrip() for v in values.split(","))
    )


def _threads() -> int:
    """To decode with: one thread writes, and no more than these can keep it busy."""
    return min(os.cpu_count() or 1, _MOST_THREADS)


def _writer(format_: OutputFormat, sink: BinaryIO, decoder: Decoder, *, errors: bool) -> _Writer:
    if format_ is not OutputFormat.JSONL and not decoder.layout.cells:
        raise LayoutError(f"{decoder.layout.name} has nothing but FILLER, and a table needs a column")
    table = schema([(cell.column, type_) for cell, type_ in zip(decoder.layout.cells, decoder.types, strict=True)])
    match format_:
        case OutputFormat.JSONL:
            return JsonLines(sink, decoder.layout, errors=errors)
        case OutputFormat.CSV:
            return CsvTable(sink, table)
        case OutputFormat.PARQUET:
            return ParquetFile(sink, table)
        case OutputFormat.ARROW:
            return ArrowFile(sink, table)
