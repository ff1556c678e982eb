"""No database: batches are counted and let go. For measuring, and for a dry run of rules over a file."""

import threading
from collections.abc import Iterator, Sequence

from driver.core.records import KEPT, LoadBatch, LoadTable, Reject

from .counts import LoadCounts, MergeCounts, PartCounts, TableCounts, WorkerCounts
from .ledger import TableFigures
from .target import CommittedBatch, EarlierRun, RunRecord, RunState, SourceAgain


class DiscardTarget:
    """Keeps figures and rejects, no rows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: dict[int, PartCounts] = {}
        self._workers: dict[int, WorkerCounts] = {}
        self._tables: dict[str, TableFigures] = {}
        self._rejects: list[Reject] = []

    def recorded(self, run_id: str) -> RunRecord | None:
        """Nothing is kept."""
        return None

    def earlier(self, job: str, fingerprint: str) -> list[EarlierRun]:
        """Nothing is kept."""
        return []

    def begin(self, run: RunRecord, source: SourceAgain, abandoned: Sequence[str] = ()) -> None:
        """Nothing is kept."""

    def resume(self, run: RunRecord, source: SourceAgain) -> None:
        """No run is ever recorded, so that none can be resumed."""
        raise AssertionError

    def committed(self) -> Iterator[CommittedBatch]:
        """Nothing is kept."""
        return iter(())

    def prepare(self, run_id: str, tables: Sequence[LoadTable]) -> None:
        """Nothing has to be there."""
        self._tables = {table.name: TableFigures() for table in tables}

    def writer(self) -> "DiscardTarget":
        """All threads count in one place."""
        return self

    @property
    def retries(self) -> int:
        """Nothing fails."""
        return 0

    def load(self, batch: LoadBatch) -> int:
        """Count the batch."""
        valid = batch.valid
        rejected = batch.records - valid
        with self._lock:
            part = self._parts.get(batch.part) or PartCounts(batch.part, start=batch.start)
            worker = self._workers.get(batch.worker) or WorkerCounts(batch.worker, 0, 0, 0, 0)
            self._parts[batch.part] = PartCounts(
                batch.part,
                part.batches + 1,
                max(part.numbered, batch.number + 1),
                min(part.start, batch.start),
                max(part.end, batch.end),
                part.covered + batch.end - batch.start,
                part.numbers + batch.records,
                part.read + batch.records,
                part.valid + valid,
                part.rejected + rejected,
            )
            self._workers[batch.worker] = WorkerCounts(
                batch.worker,
                worker.batches + 1,
                worker.read + batch.records,
                worker.valid + valid,
                worker.rejected + rejected,
            )
            for figures, rows in zip(self._tables.values(), batch.tables, strict=True):
                figures.add(TableFigures.of(rows, len(rows.valid), rows.controls))
            self._rejects += batch.rejects
        return rejected

    def record_checksum(self, xxh128: str) -> None:
        """Nobody could ask for it."""

    def mark(self, state: RunState) -> None:
        """Nobody could ask for it."""

    def merge(self) -> tuple[MergeCounts, ...] | None:
        """Nothing is merged."""
        return None

    def merged(self) -> tuple[MergeCounts, ...] | None:
        """Nothing is merged."""
        return None

    def record_figures(self, counts: LoadCounts) -> None:
        """Nobody could ask for them."""

    def workers(self) -> tuple[WorkerCounts, ...]:
        """What each worker has brought."""
        return tuple(self._workers[worker] for worker in sorted(self._workers))

    def counts(self) -> LoadCounts:
        """What was counted."""
        return LoadCounts(
            parts=tuple(self._parts[part] for part in sorted(self._parts)),
            workers=self.workers(),
            tables=tuple(
                TableCounts(name, figures.rows, figures.rows, dict(figures.sums), dict(figures.sums), figures.as_read)
                for name, figures in self._tables.items()
            ),
            reject_records=len({reject.record for reject in self._rejects if reject.code != KEPT}),
        )

    def rejects(self) -> Iterator[Reject]:
        """In record order."""
        return iter(sorted(self._rejects, key=lambda reject: reject.record))

    def close(self) -> None:
        """Nothing was opened."""
