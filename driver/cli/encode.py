"""``encode``: JSON Lines, CSV, Parquet or Arrow as a mainframe file."""

import json
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated, BinaryIO

import numpy as np
import typer

from driver.batch.exit_codes import ExitCode
from driver.input.json_lines import read_json_lines
from driver.input.originals import Originals
from driver.input.tables import read_arrow, read_csv, read_parquet
from driver.output.files import named, refuse_overwriting, replacing
from mfdecode import EncodedBatch, EncodeStatus, LayoutError
from mfdecode.codepages import Family
from mfdecode.codepages import codepage as find_codepage
from mfdecode.encoding.encoder import Filler
from mfdecode.framing import RecordWriter

from .decode import TableFormat
from .record_options import RecordOptions, with_record_options

_BATCH = 5_000
_SHOWN = 20
_READERS = {
    TableFormat.JSONL: read_json_lines,
    TableFormat.CSV: read_csv,
    TableFormat.PARQUET: read_parquet,
    TableFormat.ARROW: read_arrow,
}


@with_record_options
def encode(
    file: Annotated[Path, typer.Argument(help="The table: a column a field, named as decode names them.")],
    records: RecordOptions,
    out: Annotated[Path, typer.Option("--out", "-o", help="The mainframe file to write.")],
    format_: Annotated[TableFormat, typer.Option("--format", help="What the table is.")] = TableFormat.JSONL,
    like: Annotated[
        Path | None, typer.Option(help="The file that was decoded: what has not changed keeps its bytes.")
    ] = None,
    filler: Annotated[Filler, typer.Option(help="What is in the bytes of no column.")] = Filler.BLANKS,
    errors: Annotated[Path | None, typer.Option(help="JSON Lines of the cells that could not be written.")] = None,
) -> None:
    """Encode JSON Lines, CSV, Parquet or Arrow as a mainframe file; records with cells that do not fit are left out."""
    layout = records.layout()
    if not layout.cells:
        raise LayoutError(f"{layout.name} has nothing but FILLER, and a table needs a column")
    encoder = records.encoder(layout, filler)
    kept = [("the input", file), ("the copybook", records.copybook)]
    if like is not None:
        kept.append(("the original", like))
    refuse_overwriting("--out", out, kept)
    if errors is not None:
        refuse_overwriting("--errors", errors, [*kept, ("--out, too", out)])
    ebcdic = find_codepage(encoder.options.codepage).family is Family.EBCDIC
    originals = None if like is None else Originals(records.decoder(layout), like)
    with ExitStack() as stack:
        found = _Findings(None if errors is None else stack.enter_context(replacing(errors)))
        sink = stack.enter_context(replacing(out))
        stack.enter_context(named(out))
        writer = stack.enter_context(closing(RecordWriter(sink, encoder.framing, ebcdic=ebcdic)))
        with named(file):
            for batch in _READERS[format_](file, layout, _BATCH):
                encoded = encoder.encode(batch, like=None if originals is None else originals.next(batch.num_rows))
                fits = writer.fits(encoded.rows, encoded.lengths)
                found.add(encoded, fits)
                good = encoded.good & fits
                writer.write(encoded.rows[good], encoded.lengths[good])
        if originals is not None:
            originals.check_end()
    found.tell(file)
    if found.rejected:
        raise typer.Exit(ExitCode.REJECTS)


class _Findings:
    """The cells that could not be written.

    Args:
        out: where to, as JSON Lines; None shows the first ones on standard error.
    """

    def __init__(self, out: BinaryIO | None) -> None:
        self._out = out
        self._first = 0
        self._shown = 0
        self._counts: Counter[EncodeStatus] = Counter()
        self.rejected = 0

    def add(self, batch: EncodedBatch, fits: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> None:
        """Take those of a batch."""
        for record, cell, status in batch.errors():
            self._add(record, cell.column, status)
        for record in np.flatnonzero(~fits).tolist():
            self._add(record, "", EncodeStatus.NOT_FRAMED)
        self.rejected += int((~(batch.good & fits)).sum())
        self._first += len(batch)

    def tell(self, file: Path) -> None:
        """Say how many there were."""
        if self.rejected:
            codes = ", ".join(f"{count:,} {status.name}" for status, count in sorted(self._counts.items()))
            typer.echo(f"{file}: {self.rejected:,} of {self._first:,} records are not written: {codes}", err=True)

    def _add(self, record: int, column: str, status: EncodeStatus) -> None:
        self._counts[status] += 1
        number = self._first + record
        if self._out is not None:
            finding = {"record": number, "column": column, "code": status.name, "message": status.message}
            self._out.write(json.dumps(finding).encode() + b"\n")
        elif self._shown < _SHOWN:
            self._shown += 1
            typer.echo(f"record {number}: {column}: {status.name}: {status.message}", err=True)
