"""``layout``: a copybook as a table, as JSON, or as the DDL of its table."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from driver.core.records import TableColumn
from driver.output.layout_rows import layout_rows
from driver.repository.dialect import DB2, DUCKDB
from driver.repository.schema import final_table_ddl
from mfdecode import Layout
from mfdecode.dtypes import column_type
from mfdecode.layout import BinarySize, Truncation
from mfdecode.options import DecodeOptions

from .console import output
from .copybook_options import BinarySizes, CopyPath, DecimalComma, RecordName, Trunc, read_copybook

_DIALECTS = {"ddl-duckdb": DUCKDB, "ddl-db2": DB2}


class LayoutFormat(StrEnum):
    """How a layout is shown."""

    TABLE = "table"
    JSON = "json"
    DDL_DUCKDB = "ddl-duckdb"
    DDL_DB2 = "ddl-db2"


def layout(
    copybook: Annotated[Path, typer.Argument(help="The copybook.")],
    format_: Annotated[LayoutFormat, typer.Option("--format", help="How to show it.")] = LayoutFormat.TABLE,
    codepage: Annotated[str, typer.Option(help="Decides the dtype of texts.")] = "cp037",
    copy_path: CopyPath = None,
    decimal_comma: DecimalComma = False,
    record: RecordName = None,
    renames: Annotated[bool, typer.Option("--renames", help="Level 66 are fields too.")] = False,
    key: Annotated[list[str] | None, typer.Option(help="DDL: a field of the primary key; repeatable.")] = None,
    trunc: Trunc = Truncation.STD,
    binary_size: BinarySizes = BinarySize.IBM,
) -> None:
    """Show where each field of a record lies, and what it is decoded to."""
    described = read_copybook(copybook, copy_path, decimal_comma=decimal_comma).layout(
        record, trunc=trunc, binary_size=binary_size, renames=renames
    )
    options = DecodeOptions(codepage)
    match format_:
        case LayoutFormat.TABLE:
            output().print(_table(described, options))
        case LayoutFormat.JSON:
            typer.echo(json.dumps(_document(described, options), indent=2))
        case LayoutFormat.DDL_DUCKDB | LayoutFormat.DDL_DB2:
            columns = [TableColumn(cell.column, column_type(cell.field, options)) for cell in described.cells]
            keys = [described.field(name).member for name in key or ()]
            typer.echo(final_table_ddl(_DIALECTS[format_], described.name.replace("-", "_"), columns, keys))


def _table(described: Layout, options: DecodeOptions) -> Table:
    table = Table(title=f"{described.name}: {described.length} bytes", title_justify="left", box=None, pad_edge=False)
    for heading in ("level", "name"):
        table.add_column(heading)
    for heading in ("offset", "length"):
        table.add_column(heading, justify="right")
    for heading in ("picture", "usage"):
        table.add_column(heading)
    for heading in ("digits", "scale"):
        table.add_column(heading, justify="right")
    for heading in ("dtype", "notes"):
        table.add_column(heading)
    for row in layout_rows(described, options):
        cells = [f"{row.level:02}", "  " * row.depth + row.name, row.offset, row.length, row.picture, row.usage]
        cells += [row.digits, row.scale, row.dtype, row.notes]
        table.add_row(*("" if cell is None else str(cell).replace("[", r"\[") for cell in cells))
    return table


def _document(described: Layout, options: DecodeOptions) -> dict[str, object]:
    return {
        "record": described.name,
        "length": described.length,
        "fields": [
            {name: value for name, value in asdict(row).items() if name != "depth"}
            for row in layout_rows(described, options)
        ],
    }
