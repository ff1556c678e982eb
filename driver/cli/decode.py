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
from driver.config.framing_keys import FramingKeys
from driver.config.numbers import numbers_of
from driver.config.record_rules import framing_of
from driver.output.files import named, refuse_overwriting, replacing
from driver.output.json_lines import JsonLines
from driver.output.tables import ArrowFile, CsvTable, ParquetFile
from driver.pipeline.in_order import decode_in_order
from driver.pipeline.processors import BROKEN_RDW
from mfdecode import Copybook, DecodedBatch, Decoder, FloatFormat, LayoutError, RecordFormat, Selection, Trim
from mfdecode.alternatives import find_member
from mfdecode.arrow import schema
from mfdecode.framing import Endian, LineEnd, OnBrokenRdw, RawBatch
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
    record_format: Annotated[
        RecordFormat, typer.Option(help="F, FB: fixed length; V: RDWs; VB, VBS: BDWs too; D: lines; U: --length-field.")
    ] = RecordFormat.F,
    record_length: Annotated[int | None, typer.Option(min=1, help="Bytes of an F record, if longer.")] = None,
    block_size: Annotated[int | None, typer.Option(min=1, help="FB: bytes of a block, to be checked.")] = None,
    rdw_endian: Annotated[Endian, typer.Option(help="The order of an RDW's bytes.")] = Endian.BIG,
    rdw_inclusive: Annotated[
        bool, typer.Option("--rdw-inclusive/--rdw-exclusive", help="Lengths count the RDW's own four bytes.")
    ] = True,
    rdw_adjust: Annotated[int, typer.Option(min=-32_767, max=32_767, help="Is added to an RDW's length.")] = 0,
    bdw_endian: Annotated[Endian, typer.Option(help="The order of a BDW's bytes.")] = Endian.BIG,
    bdw_inclusive: Annotated[
        bool, typer.Option("--bdw-inclusive/--bdw-exclusive", help="Lengths count the BDW's own four bytes.")
    ] = True,
    bdw_adjust: Annotated[int, typer.Option(min=-32_767, max=32_767, help="Is added to a BDW's length.")] = 0,
    header_bytes: Annotated[int, typer.Option(min=0, help="Of the file, before its first record.")] = 0,
    trailer_bytes: Annotated[int, typer.Option(min=0, help="Of the file, behind its last record.")] = 0,
    record_start: Annotated[int, typer.Option(min=0, help="Bytes of each record before its data.")] = 0,
    record_end: Annotated[int, typer.Option(min=0, help="Bytes of each record behind its data.")] = 0,
    line_end: Annotated[LineEnd, typer.Option(help="D: what ends a line.")] = LineEnd.AUTO,
    on_broken_rdw: Annotated[
        OnBrokenRdw, typer.Option(help="Stop, or go on at the next plausible record.")
    ] = OnBrokenRdw.STOP,
    length_field: Annotated[str | None, typer.Option(help="U, or V without RDWs: it holds the length.")] = None,
    record_rules: Annotated[
        Path | None, typer.Option(help="The same: a YAML file with length_field, length or map.")
    ] = None,
    copy_path: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Where copied copybooks are; repeatable.")
    ] = None,
    record: Annotated[str | None, typer.Option(help="The level 01, where there are several.")] = None,
    format_: Annotated[OutputFormat, typer.Option("--format", help="What to write.")] = OutputFormat.JSONL,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to; standard output if not given.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many records.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="jsonl: add _errors with field, code and bytes.")] = False,
    trim: Annotated[Trim, typer.Option(help="Where texts lose their blanks.")] = Trim.RIGHT,
    float_: Annotated[FloatFormat, typer.Option("--float", help="COMP-1 and COMP-2.")] = FloatFormat.IBM,
    float_endian: Annotated[Endian, typer.Option(help="The order of their bytes.")] = Endian.BIG,
    comp5_endian: Annotated[Endian, typer.Option(help="The order of the bytes of COMP-5.")] = Endian.BIG,
    numbers: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION=ACTION",
            help="blanks, low_values, high_values, no_sign, bad_sign or bad_digit in a number is null, zero, reject or "
            "raw (null, and its bytes told); overpunch=strict: signs C, D and F alone; repeatable.",
        ),
    ] = None,
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
    layout = Copybook.from_file(copybook, copy_path=copy_path or ()).layout(
        record, trunc=trunc, binary_size=binary_size
    )
    if length_field is not None and record_rules is not None:
        raise typer.BadParameter("give either --length-field or --record-rules")
    keys = FramingKeys(
        record_format=record_format,
        record_length=record_length,
        block_size=block_size,
        rdw_endian=rdw_endian,
        rdw_inclusive=rdw_inclusive,
        rdw_adjust=rdw_adjust,
        bdw_endian=bdw_endian,
        bdw_inclusive=bdw_inclusive,
        bdw_adjust=bdw_adjust,
        header_bytes=header_bytes,
        trailer_bytes=trailer_bytes,
        record_start=record_start,
        record_end=record_end,
        line_end=line_end,
        on_broken_rdw=on_broken_rdw,
        length_field=length_field,
        record_rules=record_rules,
    )
    decoder = Decoder(
        layout,
        codepage=codepage,
        framing=framing_of(keys, layout),
        trim=trim,
        float_format=float_,
        float_endian=float_endian,
        comp5_endian=comp5_endian,
        numbers=numbers_of(numbers or ()),
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
            _tell_gaps(file, batch.raw)


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
