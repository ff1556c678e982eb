"""The workers of a run: as they have counted themselves, beside what the ledger says of them."""

from collections import Counter
from collections.abc import Sequence

from driver.core.reconciliation import WorkerFigures
from driver.pipeline.metrics import StageFigures
from driver.repository.counts import WorkerCounts


def worker_figures(
    before: Sequence[WorkerCounts], counted: Sequence[StageFigures], now: Sequence[WorkerCounts]
) -> tuple[WorkerFigures, ...]:
    """Of every worker that has processed a batch, or that the ledger has one of.

    Args:
        before: in the ledger when this process began to load: what earlier ones of the run have left.
        counted: by the workers of this process, in the order of their numbers.
        now: in the ledger.
    """
    processed = Counter({worker.worker: worker.read for worker in before})
    processed.update({worker: done.records for worker, done in enumerate(counted) if done.batches})
    ledger = {worker.worker: worker for worker in now}
    return tuple(
        WorkerFigures(worker, processed[worker], found.read, found.valid, found.rejected)
        for worker in sorted(ledger.keys() | processed.keys())
        for found in [ledger.get(worker, WorkerCounts(worker, 0, 0, 0, 0))]
    )
