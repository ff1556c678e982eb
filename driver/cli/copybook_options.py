"""The options that tell which copybook a layout comes from and how it is read, the same of every command."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from mfdecode import Copybook
from mfdecode.layout import BinarySize, Truncation

CopyPath = Annotated[list[Path] | None, typer.Option(metavar="DIR", help="Where copied copybooks are; repeatable.")]
DecimalComma = Annotated[bool, typer.Option("--decimal-comma", help="DECIMAL-POINT IS COMMA.")]
RecordName = Annotated[str | None, typer.Option(help="The level 01, where there are several.")]
Trunc = Annotated[Truncation, typer.Option(help="COMP: the PICTURE's digits, or all bits.")]
BinarySizes = Annotated[BinarySize, typer.Option(help="Bytes of COMP by digits.")]


def read_copybook(path: Path, copy_path: Sequence[Path] | None, *, decimal_comma: bool) -> Copybook:
    """The copybook, as the options say."""
    return Copybook.from_file(path, copy_path=copy_path or (), decimal_comma=decimal_comma)
