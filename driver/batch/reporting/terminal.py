"""The report on a terminal: tables, those left out that would be empty."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from driver.batch.report import CheckedIdentity, ControlTotal, RunReport
from driver.output.numbers import grouped
from driver.repository.counts import MergeCounts

_MOST_REASONS = 10


def show(report: RunReport, console: Console, page: Path | None = None) -> None:
    """Print it.

    Args:
        report: of the run.
        console: where to.
        page: where the report for people is, if it is there.
    """
    total = report.seconds["total"]
    console.print(f"run {report.run_id} of {report.job}: {report.state}, exit code {report.exit_code}", highlight=False)
    for table in _tables(report):
        if table.row_count:
            console.print(table)
    console.print(
        f"{total:.1f} s, {report.records_per_second:,.0f} records/s, {report.bytes_per_second / 1e6:,.1f} MB/s",
        highlight=False,
    )
    if report.retries:
        console.print(f"{report.retries:,} retries of a transaction", highlight=False)
    if page is not None:
        console.print(f"report: {page}", highlight=False, markup=False, soft_wrap=True)


def _tables(report: RunReport) -> Iterator[Table]:
    counts = _table("records", "count")
    for figures in (report.counts, report.merge):
        if figures is not None:
            for name in figures.__slots__:
                _add(counts, name, f"{getattr(figures, name):,}")
    yield counts
    types = _table("record type", "valid", "staged", *MergeCounts.__slots__)
    if len(report.types) > 1:
        for type_ in report.types:
            merged = [getattr(type_.merge, name) for name in MergeCounts.__slots__] if type_.merge else []
            _add(types, type_.record_type, *(f"{cell:,}" for cell in (type_.valid, type_.staged, *merged)))
    yield types
    parts = _table("part", "from byte", "to byte", "read", "valid", "rejected")
    if len(report.parts) > 1:
        for part in report.parts:
            cells = (part.start, part.end, part.read, part.valid, part.rejected)
            _add(parts, part.file, *(f"{cell:,}" for cell in cells))
    yield parts
    workers = _table("worker", "batches", "read", "valid", "rejected", "busy s")
    if len(report.workers) > 1:
        for worker in report.workers:
            done = (worker.batches, worker.read, worker.valid, worker.rejected)
            _add(workers, str(worker.worker), *(f"{figure:,}" for figure in done), f"{worker.busy:,.1f}")
    yield workers
    yield control_table(report.controls)
    yield identity_table(report.identities)
    reasons = _table("rejects: field", "code", "findings", texts=2)
    for reason in report.reasons[:_MOST_REASONS]:
        _add(reasons, reason.field or "(record)", reason.code, f"{reason.findings:,}")
    yield reasons


def control_table(controls: Iterable[ControlTotal]) -> Table:
    """The control totals of a run."""
    table = _table("control total", "source", "staging")
    for control in controls:
        _add(table, control.column, grouped(control.source), grouped(control.staging))
    return table


def identity_table(identities: Iterable[CheckedIdentity]) -> Table:
    """What must hold of a run, and whether it does."""
    table = _table("reconciliation", "left", "right", "")
    for identity in identities:
        mark = "✓" if identity.holds else "✗"
        _add(table, identity.name, grouped(identity.left), grouped(identity.right), mark)
    return table


def _table(*headings: str, texts: int = 1) -> Table:
    """A table whose first columns are texts, and whose others are figures."""
    table = Table()
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="left" if position < texts else "right", overflow="fold")
    return table


def _add(table: Table, *cells: str) -> None:
    """A row; brackets in names are no markup."""
    table.add_row(*map(Text, cells))
