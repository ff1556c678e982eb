"""What the workers have counted, beside what the ledger says of them."""

from driver.batch.workers import worker_figures
from driver.core.reconciliation import WorkerFigures
from driver.pipeline.metrics import StageFigures
from driver.repository.counts import WorkerCounts


def test_the_ledger_has_what_the_workers_have_counted():
    counted = [StageFigures(2, 20, 440, 1), StageFigures(), StageFigures(1, 10, 220, 0)]
    now = [WorkerCounts(0, 2, 20, 19, 1), WorkerCounts(2, 1, 10, 10, 0)]
    assert worker_figures([], counted, now) == (WorkerFigures(0, 20, 20, 19, 1), WorkerFigures(2, 10, 10, 10, 0))


def test_what_an_earlier_process_has_loaded_is_counted_too():
    before = [WorkerCounts(0, 1, 10, 10, 0), WorkerCounts(3, 4, 40, 40, 0)]
    now = [WorkerCounts(0, 3, 30, 29, 1), WorkerCounts(3, 4, 40, 40, 0)]
    assert worker_figures(before, [StageFigures(2, 20, 440, 1)], now) == (
        WorkerFigures(0, 30, 30, 29, 1),
        WorkerFigures(3, 40, 40, 40, 0),
    )


def test_a_worker_that_only_one_of_them_knows_is_not_left_out():
    found = worker_figures([], [StageFigures(1, 10, 220, 0)], [WorkerCounts(1, 1, 10, 10, 0)])
    assert [(worker.worker, worker.processed, worker.read) for worker in found] == [(0, 10, 0), (1, 0, 10)]
