"""A row of the ledger, and what it says of each table as JSON: rows, control totals, and what was read for it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Self

from driver.core.records import LoadBatch, LoadTable, ReadFigures, ReadSum, TableRows
from driver.core.validation import scaled

from .counts import TableCounts


@dataclass(slots=True)
class TableFigures:
    """Rows of a table, and sums of its columns; records that were read for it, and sums over all of these."""

    rows: int = 0
    sums: Counter[str] = field(default_factory=Counter)
    read: int = 0
    read_sums: dict[str, ReadSum] = field(default_factory=dict)

    @classmethod
    def of(cls, table: TableRows, rows: int, sums: Mapping[str, int]) -> Self:
        """What a batch brings to a table.

        Args:
            table: of the batch.
            rows: that are loaded of it.
            sums: over these.
        """
        return cls(rows, Counter(sums), len(table.positions), dict(table.read_sums))

    def add(self, batch: Self) -> None:
        """Add what a batch brings."""
        self.rows += batch.rows
        self.sums.update(batch.sums)
        self.read += batch.read
        for name, sum_ in batch.read_sums.items():
            self.read_sums[name] = self.read_sums.get(name, ReadSum()) + sum_

    @property
    def as_read(self) -> ReadFigures:
        """What was read, valid or not."""
        return ReadFigures(self.read, dict(self.read_sums))

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
        return TableCounts(table.name, self.rows, staged, dict(self.sums), controls, self.as_read)

    def at_end(self, table: LoadTable, staged: int, controls: str) -> TableCounts:
        """The figures, and what the database had in the staging table before it was merged.

        Args:
            table: whose figures they are.
            staged: rows.
            controls: their totals, by ``controls_json``.
        """
        staged_controls = json.loads(controls)
        return TableCounts(
            table.name, self.rows, staged, dict(self.sums), staged_controls, self.as_read, forgotten=True
        )


def ledger_row(
    batch: LoadBatch, valid: int, figures: Iterable[tuple[LoadTable, TableFigures]]
) -> tuple[int | str, ...]:
    """The batch's row of MF_LEDGER behind its RUN_ID, in the order of ``ledger_table``.

    Args:
        batch: whatever of it is loaded.
        valid: records that are.
        figures: what it brings to each table.
    """
    return (
        batch.part,
        batch.number,
        batch.worker,
        batch.start,
        batch.end,
        batch.first_record,
        batch.records,
        valid,
        batch.records - valid,
        as_json(figures),
        batch.checksum,
        batch.block_left,
        batch.gap_left,
    )


def as_json(batch: Iterable[tuple[LoadTable, TableFigures]]) -> str:
    """What a batch brings to each table."""
    return json.dumps({table.name: _content(figures) for table, figures in batch})


def controls_json(counts: TableCounts) -> str:
    """The control totals of a staging table."""
    return json.dumps(dict(counts.staged_controls))


def added_up(batches: Iterable[str], tables: Iterable[LoadTable]) -> dict[str, TableFigures]:
    """What all batches have brought, by the names of the tables."""
    found = {table.name: TableFigures() for table in tables}
    for text in batches:
        for name, figures in json.loads(text).items():
            read_sums = {column: ReadSum(*sum_) for column, sum_ in figures.get("read_sums", {}).items()}
            found[name].add(TableFigures(figures["rows"], figures["sums"], figures["read"], read_sums))
    return found


def _content(figures: TableFigures) -> dict[str, object]:
    content: dict[str, object] = {"rows": figures.rows, "sums": dict(figures.sums), "read": figures.read}
    if figures.read_sums:
        content["read_sums"] = {name: [sum_.total, sum_.numbers] for name, sum_ in figures.read_sums.items()}
    return content
