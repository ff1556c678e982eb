"""The processor stage: raw batches decoded, validated and transformed into batches to load."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from driver.core.plan import Finding, ProcessingPlan
from driver.core.records import LoadBatch, Reject, keep
from mfdecode.decoder import Decoder
from mfdecode.framing import Bytes, RawBatch

from .metrics import StageCounter
from .queues import BoundedQueue

Process = Callable[[RawBatch, int], LoadBatch]
"""Makes a batch to load of a raw one and the number of the worker."""


class ProcessorPool(Protocol):
    """Who processes; entered while there are batches to come."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def process(self, raw: RawBatch, worker: int) -> LoadBatch:
        """A ``Process``.

        Raises:
            PluginError: a plug-in failed.
            ChildProcessError: the process that was to do it is gone.
        """

    def kill(self) -> None:
        """Leave nothing behind, though batches are being processed; from any thread, before the process ends."""


LONG_RECORD = "LONG_RECORD"
"""The code of a record that goes on after its layout has ended."""
COLUMN_COUNT = "COLUMN_COUNT"
"""The code of a delimited line that has too few or too many columns."""
BROKEN_RDW = "BROKEN_RDW"
"""The code of a stretch of the file in which no record could be found."""


@dataclass(frozen=True, slots=True)
class Processor:
    """What is done to a batch between reading and loading; safe to be used by many threads at once."""

    decoder: Decoder
    plan: ProcessingPlan

    def process(self, raw: RawBatch, worker: int, memory: Bytes, recycle: Callable[[], None] = keep) -> LoadBatch:
        """Decode, validate and transform; what is not to be loaded leaves with its bytes and the reasons.

        Args:
            raw: the batch; nothing of what is returned needs its buffer.
            worker: number of the processor.
            memory: decoded into; columns that are not transformed are views of it.
            recycle: takes the memory back when the batch is loaded.
        """
        decoded = self.decoder.decode_frames(raw, memory)
        too_long = np.flatnonzero(raw.decodable > self.decoder.longest)
        findings = [self._too_long(int(position), raw) for position in too_long]
        findings += [_no_record(position, raw) for position in raw.gaps]
        findings += [Finding(misfit.record, "", COLUMN_COUNT, misfit.message) for misfit in decoded.misfits]
        processed = self.plan.apply(decoded.columns, findings)
        unread = {*raw.gaps, *(misfit.record for misfit in decoded.misfits)}
        return LoadBatch(
            part=raw.part,
            number=raw.number,
            worker=worker,
            first_record=raw.first_record,
            start=raw.start,
            end=raw.end,
            records=raw.records,
            columns=processed.columns,
            valid=processed.valid,
            rejects=tuple(
                _reject(finding, raw)
                for finding in processed.findings
                if finding.record not in unread or not finding.field  # what has no fields breaks no rule
            ),
            controls=processed.controls,
            recycle=recycle,
        )

    def _too_long(self, position: int, raw: RawBatch) -> Finding:
        return Finding(
            position,
            field="",
            code=LONG_RECORD,
            message=f"the record has {raw.lengths[position]} bytes, its layout {self.decoder.record_length}",
        )


def process_batches(
    process: Process,
    worker: int,
    raw_queue: BoundedQueue[RawBatch],
    write_queue: BoundedQueue[LoadBatch],
    recycle: Callable[[RawBatch], None],
    counter: StageCounter,
    after: Callable[[int], None],
) -> None:
    """Process what comes until the raw queue ends.

    Args:
        process: of a batch.
        worker: number of this thread among the processors.
        raw_queue: where the batches come from.
        write_queue: where they go.
        recycle: takes a raw batch's buffer back when nothing needs it any more.
        counter: of this stage.
        after: called after each batch with the records that the whole stage has rejected so far.
    """
    for raw in raw_queue:
        began = perf_counter()
        batch = process(raw, worker)
        recycle(raw)
        figures = counter.add(
            records=batch.records,
            size=batch.end - batch.start,
            busy=perf_counter() - began,
            rejected=batch.rejected,
        )
        after(figures.rejected)
        write_queue.put(batch)
    write_queue.close()


def _no_record(position: int, raw: RawBatch) -> Finding:
    message = f"no record begins here: these {raw.lengths[position]} bytes lie before the next plausible one"
    return Finding(position, field="", code=BROKEN_RDW, message=message)


def _reject(finding: Finding, raw: RawBatch) -> Reject:
    return Reject(
        record=raw.first_record + finding.record,
        offset=raw.offset(finding.record),
        field=finding.field,
        code=finding.code,
        message=finding.message,
        raw=raw.record(finding.record),
    )
