"""``generate``: a sample file for any copybook."""

from pathlib import Path
from typing import Annotated

import typer

from driver.generate.sample import generate_sample
from driver.output.files import refuse_overwriting
from mfdecode import FloatFormat, RecordFormat
from mfdecode.codepages import codepage as find_codepage
from mfdecode.options import DecodeOptions

from .copybook_options import CopyPath, DecimalComma, read_copybook


def generate(
    copybook: Annotated[Path, typer.Argument(help="The copybook.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    copy_path: CopyPath = None,
    decimal_comma: DecimalComma = False,
    records: Annotated[int, typer.Option(min=0, help="How many.")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same file.")] = 1,
    bad: Annotated[float, typer.Option(min=0, max=1, help="Share of damaged records.")] = 0.001,
    duplicates: Annotated[float, typer.Option(min=0, max=1, help="Share of records that repeat a key.")] = 0.005,
    codepage: Annotated[str, typer.Option(help="Of the texts.")] = "cp037",
    record_format: Annotated[RecordFormat, typer.Option(help="F, FB, V, VB, VBS or D.")] = RecordFormat.F,
    float_: Annotated[FloatFormat, typer.Option("--float", help="COMP-1 and COMP-2.")] = FloatFormat.IBM,
) -> None:
    """Write a file of plausible records, some of them damaged, some repeating a key."""
    refuse_overwriting("--out", out, [("the copybook", copybook)])
    made = generate_sample(
        read_copybook(copybook, copy_path, decimal_comma=decimal_comma).layout(),
        out,
        records=records,
        seed=seed,
        bad=bad,
        duplicates=duplicates,
        options=DecodeOptions(find_codepage(codepage).name, float_format=float_),
        record_format=record_format,
    )
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in made.damaged.items() if count) or "none"
    typer.echo(f"{out}: {made.records:,} records, {made.repeated:,} repeat a key; damaged: {kinds}")
