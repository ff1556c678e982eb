"""``split``: a large file into pieces that each hold whole records."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from driver.batch.splitting import SplitStage, split_file
from mfdecode import Copybook, Decoder, RecordFormat


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
    record: Annotated[str | None, typer.Option(help="The level 01, where there are several.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, and no list of the pieces.")] = False,
) -> None:
    """Split a file at record boundaries, for several readers. Pieces of an earlier split of it are replaced."""
    decoder = Decoder(
        Copybook.from_file(copybook).layout(record),
        record_format=record_format,
        rdw_inclusive=rdw_inclusive,
        record_length=record_length,
    )
    with _Bars(Console(stderr=True, quiet=quiet)) as bars:
        pieces = split_file(file, decoder.framing, out, int(chunk_size_gb * 1024**3), bars.show)
    if not quiet:
        for piece in pieces:
            typer.echo(f"{piece.path}: {piece.records:,} records, {piece.end:,} bytes")


class _Bars(ExitStack):
    """A bar for each stage as it begins; nothing where standard error is no terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(compact=True))
        self._progress = self.enter_context(Progress(*columns, console=console, disable=not console.is_terminal))
        self._tasks: dict[SplitStage, TaskID] = {}

    def show(self, stage: SplitStage, done: int, total: int) -> None:
        """Draw a stage anew."""
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage.value, total=total)
        self._progress.update(self._tasks[stage], completed=done)
