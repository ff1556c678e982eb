"""``split``: a large file into pieces that each hold whole records."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from driver.batch.progress import SplitBars
from driver.batch.splitting import split_file
from mfdecode import Decoder, RecordFormat

from .copybook_options import CopyPath, DecimalComma, RecordName, read_copybook


def split(
    file: Annotated[Path, typer.Argument(help="The mainframe file.")],
    copybook: Annotated[Path, typer.Option(help="The copybook of its records.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder for the pieces.")],
    chunk_size_gb: Annotated[float, typer.Option(min=1e-9, help="GiB of a piece, at most.")] = 25,
    record_format: Annotated[RecordFormat, typer.Option(help="F: fixed length; V: RDW.")] = RecordFormat.F,
    rdw_inclusive: Annotated[
        bool, typer.Option("--rdw-inclusive/--rdw-exclusive", help="V: lengths count the RDW's own four bytes.")
    ] = True,
    record_length: Annotated[int | None, typer.Option(min=1, help="Bytes of an F record, if longer.")] = None,
    copy_path: CopyPath = None,
    decimal_comma: DecimalComma = False,
    record: RecordName = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, and no list of the pieces.")] = False,
) -> None:
    """Split a file at record boundaries, for several readers. Pieces of an earlier split of it are replaced."""
    decoder = Decoder(
        read_copybook(copybook, copy_path, decimal_comma=decimal_comma).layout(record),
        record_format=record_format,
        rdw_inclusive=rdw_inclusive,
        record_length=record_length,
    )
    with SplitBars(Console(stderr=True, quiet=quiet)) as bars:
        pieces = split_file(file, decoder.framing, out, int(chunk_size_gb * 1024**3), bars.show)
    if not quiet:
        for piece in pieces:
            typer.echo(f"{piece.path}: {piece.records:,} records, {piece.end:,} bytes")
