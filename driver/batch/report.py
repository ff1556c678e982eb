"""What a run says at its end: its figures as tables on the terminal, and as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from driver.core.reconciliation import Identity
from driver.output.files import named, replacing
from driver.output.numbers import exact_text
from driver.pipeline.metrics import PipelineFigures
from driver.repository.target import MergeCounts, RunState

from .exit_codes import ExitCode
from .reconciling import ControlTotal

_MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """Records, as the target counts them."""

    read: int
    valid: int
    rejected: int
    staged: int


@dataclass(frozen=True, slots=True)
class PartReport:
    """A part of the input: its file, the bytes of it, and its records by the ledger."""

    file: str
    start: int
    end: int
    read: int
    valid: int
    rejected: int


@dataclass(frozen=True, slots=True)
class TypeReport:
    """The records of one type: those that are valid, those that are staged, and what became of these."""

    record_type: str
    valid: int
    staged: int
    merge: MergeCounts | None


@dataclass(frozen=True, slots=True)
class RejectSample:
    """One of the records that were rejected for a reason.

    Attributes:
        record: its number in the input, from 0.
        offset: of its data in the file.
        value: the field's bytes in hexadecimal, of a personal datum masked; the record's first where it is all wrong.
    """

    record: int
    offset: int
    value: str


@dataclass(frozen=True, slots=True)
class Reason:
    """How often a field was found wrong in the same way; the field is empty where the record is."""

    field: str
    code: str
    findings: int
    samples: tuple[RejectSample, ...] = ()


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run in figures.

    Attributes:
        run_id: of the run.
        job: its name.
        file: the input: a file, or the pattern of its files.
        file_size: in bytes.
        file_xxh128: its checksum, in hexadecimal; None if it was not read to its end.
        started: when.
        state: how far it has come.
        exit_code: of the process.
        message: why it ended where it did; empty where it has come to its end.
        counts: None where the target could not be asked.
        parts: of the input.
        types: the records by their types, in the order in which their tables were merged.
        merge: what became of the staged records of all types; None where it did not come to that.
        identities: what must hold between the counts.
        controls: the control totals.
        reasons: for the rejects, the most frequent first.
        retries: transactions that the database had to be asked for again.
        seconds: by phase (load, merge, reconcile), as far as it came, and in total.
        pipeline: stages and queues.
    """

    run_id: str
    job: str
    file: str
    file_size: int
    file_xxh128: str | None
    started: datetime
    state: RunState
    exit_code: ExitCode
    message: str
    counts: RecordCounts | None
    parts: tuple[PartReport, ...]
    types: tuple[TypeReport, ...]
    merge: MergeCounts | None
    identities: tuple[Identity, ...]
    controls: tuple[ControlTotal, ...]
    reasons: tuple[Reason, ...]
    retries: int
    seconds: Mapping[str, float]
    pipeline: PipelineFigures

    def write(self, path: Path) -> None:
        """Write it as JSON.

        Raises:
            OSError: the file cannot be written.
        """
        with replacing(path) as file, named(path):
            file.write(_JSON.dump_json(self, indent=2) + b"\n")

    def show(self, console: Console) -> None:
        """Print it as tables, those left out that would be empty."""
        total = self.seconds["total"]
        console.print(f"run {self.run_id} of {self.job}: {self.state}, exit code {self.exit_code}", highlight=False)
        for table in self._tables():
            if table.row_count:
                console.print(table)
        read = self.pipeline.read
        console.print(
            f"{total:.1f} s, {read.records / total:,.0f} records/s, {read.bytes / total / 1e6:,.1f} MB/s",
            highlight=False,
        )
        if self.retries:
            console.print(f"{self.retries:,} retries of a transaction", highlight=False)

    def _tables(self) -> Iterator[Table]:
        counts = _table("records", "count")
        for figures in (self.counts, self.merge):
            if figures is not None:
                for name in figures.__slots__:
                    counts.add_row(name, f"{getattr(figures, name):,}")
        yield counts
        types = _table("record type", "valid", "staged", *MergeCounts.__slots__)
        if len(self.types) > 1:
            for type_ in self.types:
                merged = [getattr(type_.merge, name) for name in MergeCounts.__slots__] if type_.merge else []
                types.add_row(type_.record_type, *(f"{cell:,}" for cell in (type_.valid, type_.staged, *merged)))
        yield types
        parts = _table("part", "from byte", "to byte", "read", "valid", "rejected")
        if len(self.parts) > 1:
            for part in self.parts:
                cells = (part.start, part.end, part.read, part.valid, part.rejected)
                parts.add_row(part.file, *(f"{cell:,}" for cell in cells))
        yield parts
        yield control_table(self.controls)
        yield identity_table(self.identities)
        reasons = _table("rejects: field", "code", "findings", texts=2)
        for reason in self.reasons[:_MOST_REASONS]:
            reasons.add_row(reason.field or "(record)", reason.code, f"{reason.findings:,}")
        yield reasons


def control_table(controls: Iterable[ControlTotal]) -> Table:
    """The control totals of a run."""
    table = _table("control total", "source", "staging")
    for control in controls:
        table.add_row(control.column, f"{Decimal(control.source):,f}", f"{Decimal(control.staging):,f}")
    return table


def identity_table(identities: Iterable[Identity]) -> Table:
    """What must hold of a run, and whether it does."""
    table = _table("reconciliation", "left", "right", "")
    for identity in identities:
        left, right = (_shown(figure, identity.scale) for figure in (identity.left, identity.right))
        table.add_row(identity.name, left, right, "✓" if identity.holds else "✗")
    return table


def _shown(figure: int, scale: int) -> str:
    return f"{Decimal(exact_text(figure, scale)):,f}"


def _table(*headings: str, texts: int = 1) -> Table:
    """A table whose first columns are texts, and whose others are figures."""
    table = Table()
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="left" if position < texts else "right", overflow="fold")
    return table


_JSON = TypeAdapter(RunReport)
