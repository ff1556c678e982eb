"""The reconciliation of a run: what the target says of it, put beside what was read, or beside what was recorded."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from driver.core.reconciliation import Identity, PartFigures, RunFigures, TableFigures, WorkerFigures, reconcile
from driver.core.trailers import trailer_identities
from driver.output.numbers import exact_text
from driver.repository.counts import LoadCounts, MergeCounts, PartCounts
from mfdecode.framing import Part

from .preparation import Prepared
from .report import ControlTotal


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What the target says of a run, and what must hold of it."""

    counts: LoadCounts
    merged: tuple[MergeCounts, ...] | None
    identities: tuple[Identity, ...]
    controls: tuple[ControlTotal, ...]

    @property
    def broken(self) -> str:
        """Names of the identities that do not hold."""
        return ", ".join(identity.name for identity in self.identities if not identity.holds)


def reconciled(
    prepared: Prepared,
    parts: Sequence[Part],
    read: Sequence[int] | None,
    workers: Sequence[WorkerFigures],
    counts: LoadCounts,
    merged: tuple[MergeCounts, ...] | None,
) -> Reconciliation:
    """Put the figures of a run beside each other.

    Args:
        prepared: the job.
        parts: of the input.
        read: records that were read of each; None where nobody has read.
        workers: that have processed a batch.
        counts: what the target says.
        merged: the same of MERGE; None from one that does not merge.
    """
    ledger = counts.of_parts(len(parts))
    figures = RunFigures(
        ledger_read=counts.read,
        valid=counts.valid,
        rejected=counts.rejected,
        reject_records=counts.reject_records,
        tables=[
            TableFigures(
                table.name,
                table.valid,
                table.staged,
                None if merged is None else astuple(merged[number]),
                table.controls,
                table.staged_controls,
                _scales(prepared, number),
            )
            for number, table in enumerate(counts.tables)
        ],
        parts=[
            _part_figures(prepared, part, None if read is None else read[number], ledger[number])
            for number, part in enumerate(parts)
        ],
        workers=workers,
    )
    identities = (*of_trailers(prepared, counts), *reconcile(figures))
    return Reconciliation(counts, merged, identities, control_totals(prepared, counts))


def of_trailers(prepared: Prepared, counts: LoadCounts) -> tuple[Identity, ...]:
    """What the file's own header or trailer says, put beside what was read."""
    return trailer_identities(prepared.checks, {table.name: table.read for table in counts.tables}, counts.read)


def control_totals(prepared: Prepared, counts: LoadCounts) -> tuple[ControlTotal, ...]:
    """The control totals of all tables, as people read them."""
    several = len(counts.tables) > 1
    return tuple(
        ControlTotal(
            f"{table.name}.{name}" if several else name,
            exact_text(total, scales[name]),
            exact_text(table.staged_controls.get(name, 0), scales[name]),
        )
        for number, table in enumerate(counts.tables)
        for scales in [_scales(prepared, number)]
        for name, total in table.controls.items()
    )


def _part_figures(prepared: Prepared, part: Part, read: int | None, ledger: PartCounts) -> PartFigures:
    blocks = prepared.framing.record_format.has_blocks
    size = None if part.end is None or blocks else part.end - part.start
    return PartFigures(read, ledger.read, ledger.batches, ledger.numbered, ledger.numbers, size, ledger.covered)


def _scales(prepared: Prepared, table: int) -> dict[str, int]:
    return {column.name: column.type.scale for column in prepared.tables[table].columns}
