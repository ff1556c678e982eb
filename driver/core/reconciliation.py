"""The proof that every record read is where it may be: figures that must be equal, to the last unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableFigures:
    """One table of a run in figures.

    Attributes:
        name: of the record type.
        valid: records of it in the ledger.
        staged: rows of the run in the staging table.
        merged: inserted, updated, unchanged and superseded; None for a target that does not merge.
        source_controls: control totals of what was decoded.
        staged_controls: the same, summed over the staging table.
        scales: decimals of these sums.
    """

    name: str
    valid: int
    staged: int
    merged: tuple[int, int, int, int] | None
    source_controls: Mapping[str, int]
    staged_controls: Mapping[str, int]
    scales: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """One worker of a run in figures.

    Attributes:
        worker: its number.
        processed: records that it counted itself, with those in the ledger from before; None where nobody has counted.
        read, valid, rejected: sums over its batches in the ledger.
    """

    worker: int
    processed: int | None
    read: int
    valid: int
    rejected: int


@dataclass(frozen=True, slots=True)
class RunFigures:
    """A run in figures.

    Attributes:
        read: records that the reader framed.
        ledger_read, valid, rejected: sums over the ledger.
        reject_records: distinct records among the rejects.
        tables: one for each record type.
        parts: of each part of the input, the records that its reader framed, and those in the ledger.
        workers: those that have processed a batch.
    """

    read: int
    ledger_read: int
    valid: int
    rejected: int
    reject_records: int
    tables: Sequence[TableFigures]
    parts: Sequence[tuple[int, int]] = ()
    workers: Sequence[WorkerFigures] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Two figures that must be equal, in units of 10**-scale."""

    name: str
    left: int
    right: int
    scale: int = 0

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return self.left == self.right


def reconcile(figures: RunFigures) -> tuple[Identity, ...]:
    """Every identity of a run, whether it holds or not."""
    identities = [
        Identity("records read = records in the ledger", figures.read, figures.ledger_read),
        Identity("read = valid + rejected", figures.ledger_read, figures.valid + figures.rejected),
        Identity("rejected = records in the reject table", figures.rejected, figures.reject_records),
    ]
    several = len(figures.tables) > 1
    if several:
        of_types = sum(table.valid for table in figures.tables)
        identities.append(Identity("valid = records of all types", figures.valid, of_types))
    for table in figures.tables:
        identities += _of_table(table, f"{table.name}: " if several else "")
    if len(figures.parts) > 1:
        identities += [
            Identity(f"part {part}: records read = records in the ledger", read, ledger_read)
            for part, (read, ledger_read) in enumerate(figures.parts)
        ]
    if figures.workers:
        identities += _of_workers(figures)
    return tuple(identities)


def _of_workers(figures: RunFigures) -> list[Identity]:
    of_all = [
        Identity(f"{name} = {name} of all workers", total, sum(getattr(worker, name) for worker in figures.workers))
        for name, total in (("read", figures.ledger_read), ("valid", figures.valid), ("rejected", figures.rejected))
    ]
    of_each = [
        Identity(f"worker {worker.worker}: records processed = records in the ledger", worker.processed, worker.read)
        for worker in figures.workers
        if worker.processed is not None
    ]
    return of_all + of_each


def _of_table(table: TableFigures, prefix: str) -> list[Identity]:
    identities = [Identity(f"{prefix}valid = staged", table.valid, table.staged)]
    if table.merged is not None:
        name = f"{prefix}staged = inserted + updated + unchanged + superseded"
        identities.append(Identity(name, table.staged, sum(table.merged)))
    for name, source in table.source_controls.items():
        staged = table.staged_controls.get(name, 0)
        identities.append(Identity(f"{prefix}sum of {name}: source = staging", source, staged, table.scales[name]))
    return identities
