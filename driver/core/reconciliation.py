"""The proof that every record read is where it may be: figures that must be equal, to the last unit."""

from collections.abc import Callable, Mapping, Sequence
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
class PartFigures:
    """One part of the input in figures.

    Attributes:
        read: records that the reader framed; None where nobody has read.
        ledger_read: records in the ledger.
        batches: in the ledger.
        batch_numbers: as many batches as there are by the number of the last.
        record_numbers: as many records as there are by the numbers of the first and the last.
        size: bytes of the part; None of a compressed file, and of blocks, which may be empty.
        covered: bytes that the batches in the ledger cover.
    """

    read: int | None
    ledger_read: int
    batches: int
    batch_numbers: int
    record_numbers: int
    size: int | None
    covered: int


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
        ledger_read, valid, rejected: sums over the ledger.
        reject_records: distinct records among the rejects.
        tables: one for each record type.
        parts: of the input.
        workers: those that have processed a batch.
    """

    ledger_read: int
    valid: int
    rejected: int
    reject_records: int
    tables: Sequence[TableFigures]
    parts: Sequence[PartFigures]
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
        *_of_parts(figures.parts),
        Identity("read = valid + rejected", figures.ledger_read, figures.valid + figures.rejected),
        Identity("rejected = records in the reject table", figures.rejected, figures.reject_records),
    ]
    several = len(figures.tables) > 1
    if several:
        of_types = sum(table.valid for table in figures.tables)
        identities.append(Identity("valid = records of all types", figures.valid, of_types))
    for table in figures.tables:
        identities += _of_table(table, f"{table.name}: " if several else "")
    if figures.workers:
        identities += _of_workers(figures)
    return tuple(identities)


def _of_parts(parts: Sequence[PartFigures]) -> list[Identity]:
    """What must hold of each part, added up over all; and of those alone for which it does not."""
    found: list[Identity] = []
    for name, pair in _PART_IDENTITIES.items():
        pairs = [(number, *pair(part)) for number, part in enumerate(parts)]
        known = [(number, left, right) for number, left, right in pairs if left is not None]
        if known:
            found.append(Identity(name, sum(left for _, left, _ in known), sum(right for _, _, right in known)))
        if len(parts) > 1:
            found += [Identity(f"part {n}: {name}", left, right) for n, left, right in known if left != right]
    return found


_PART_IDENTITIES: Mapping[str, Callable[[PartFigures], tuple[int | None, int]]] = {
    "records read = records in the ledger": lambda part: (part.read, part.ledger_read),
    "bytes of the input = bytes in the ledger": lambda part: (part.size, part.covered),
    "batches in the ledger = as many as their numbers tell": lambda part: (part.batches, part.batch_numbers),
    "records in the ledger = as many as their numbers tell": lambda part: (part.ledger_read, part.record_numbers),
}


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
