"""The writer stage: batches into the target, each thread over its own connection."""

from collections.abc import Callable
from contextlib import closing
from time import perf_counter

import structlog

from driver.core.records import LoadBatch
from driver.repository.target import BatchWriter

from .metrics import StageCounter
from .queues import BoundedQueue


def write_batches(
    connect: Callable[[], BatchWriter],
    write_queue: BoundedQueue[LoadBatch],
    counter: StageCounter,
    after: Callable[[int], None],
) -> None:
    """Load what comes, a transaction a batch, until the queue ends.

    Args:
        connect: gives this thread its own connection.
        write_queue: where the batches come from.
        counter: of this stage.
        after: called after each batch with the records that the whole stage has seen rejected so far.

    Raises:
        MfdecodeError: the target is not there any more, or refuses a batch.
    """
    log = structlog.get_logger().bind()  # once: what get_logger gives is bound anew each time that it is asked
    with closing(connect()) as writer:
        for batch in write_queue:
            began = perf_counter()
            rejected = writer.load(batch)
            batch.recycle()
            busy = perf_counter() - began
            figures = counter.add(records=batch.records, size=batch.end - batch.start, busy=busy, rejected=rejected)
            log.debug(
                "batch_loaded",
                part=batch.part,
                batch=batch.number,
                records=batch.records,
                rejected=rejected,
                seconds=busy,
            )
            after(figures.rejected)
