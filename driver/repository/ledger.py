"""What a row of the ledger says of each table: rows and control totals, as JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from driver.core.records import LoadTable
from driver.core.validation import scaled

from .target import TableCounts


@dataclass(slots=True)
class TableFigures:
    """Rows of a table, and sums of its columns."""

    rows: int = 0
    sums: Counter[str] = field(default_factory=Counter)

    def beside(self, table: LoadTable, staged: int, totals: Iterable[object]) -> TableCounts:
        """The figures, and what the database has in the staging table.

        Args:
            table: whose figures they are.
            staged: rows.
            totals: of each of ``sums``, as the driver gives them; None where there are no rows.
        """
        scales = {column.name: column.type.scale for column in table.columns}
        controls = {
            name: scaled(Decimal(str(total or 0)), scales[name], ROUND_DOWN)
            for name, total in zip(self.sums, totals, strict=True)
        }
        return TableCounts(table.name, self.rows, staged, dict(self.sums), controls)

    def at_end(self, table: LoadTable, staged: int, controls: str) -> TableCounts:
        """The figures, and what the database had in the staging table when the run completed.

        Args:
            table: whose figures they are.
            staged: rows.
            controls: their totals, by ``controls_json``.
        """
        return TableCounts(table.name, self.rows, staged, dict(self.sums), json.loads(controls), forgotten=True)


def as_json(figures: Iterable[tuple[LoadTable, int, Mapping[str, int]]]) -> str:
    """What a batch brings to each table: the table, rows, and control totals."""
    return json.dumps({table.name: {"rows": rows, "sums": dict(sums)} for table, rows, sums in figures})


def controls_json(counts: TableCounts) -> str:
    """The control totals of a staging table."""
    return json.dumps(dict(counts.staged_controls))


def added_up(batches: Iterable[str], tables: Iterable[LoadTable]) -> dict[str, TableFigures]:
    """What all batches have brought, by the names of the tables."""
    found = {table.name: TableFigures() for table in tables}
    for text in batches:
        for name, figures in json.loads(text).items():
            found[name].rows += figures["rows"]
            found[name].sums.update(figures["sums"])
    return found
