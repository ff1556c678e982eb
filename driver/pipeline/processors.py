"""The processor stage: raw batches decoded, validated and transformed into batches to load."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from driver.core.carrying import Carried, Carry, carry
from driver.core.findings import Finding, FindingLog, Findings
from driver.core.hiding import Hiding
from driver.core.plan import ProcessingPlan
from driver.core.records import LoadBatch, Rejects, TableRows, keep
from driver.core.reject_codes import BROKEN_RDW, COLUMN_COUNT, LONG_RECORD, NO_PARENT, NO_RECORD_TYPE
from mfdecode.framing import RawBatch
from mfdecode.memory import BatchMemory
from mfdecode.record_types import RecordTypes, SortedBatch, TypedRecords

from .committed import Committed
from .metrics import StageCounter
from .queues import BoundedQueue
from .relay import Relay

_NO_REJECTS = Rejects.of(())

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


@dataclass(frozen=True, slots=True)
class LoadedType:
    """What becomes of the records of one type.

    Attributes:
        name: of the record type.
        position: among the record types.
        plan: for its records.
        carry: what they get from their parents.
    """

    name: str
    position: int
    plan: ProcessingPlan
    carry: Carry | None = None


@dataclass(frozen=True, slots=True)
class Processor:
    """What is done to a batch between reading and loading; safe to be used by many threads at once.

    Attributes:
        types: the record types, in the order in which they are asked.
        loaded: the same in the order in which their tables are merged, parents first.
        masking: hides personal data in the bytes of rejects; None keeps them as they are.
        relay: hands on what children get, from batch to batch.
    """

    types: RecordTypes
    loaded: tuple[LoadedType, ...]
    masking: Hiding | None = None
    relay: Relay = field(default_factory=Relay)

    @property
    def carries(self) -> bool:
        """Whether batches depend on those before them."""
        return any(loaded.carry is not None for loaded in self.loaded)

    def process(self, raw: RawBatch, worker: int, memory: BatchMemory, recycle: Callable[[], None] = keep) -> LoadBatch:
        """Decode, validate and transform; what is not to be loaded leaves with its bytes and the reasons.

        Args:
            raw: the batch; nothing of what is returned needs its buffer.
            worker: number of the processor.
            memory: decoded into; columns that are not transformed are views of it.
            recycle: takes the memory back when the batch is loaded.
        """
        try:
            batch = self.types.decode_frames(raw, memory)
            carried = self._carried(raw, batch)
        except BaseException:
            self.relay.abort()
            raise
        tables, found = [], FindingLog()
        found.add_each(_of_no_type(int(position)) for position in batch.without)
        if len(self.types.types) > 1:
            found.add_each(_no_record(gap, raw) for gap in raw.gaps if gap < raw.records)
        for loaded in self.loaded:
            records = batch.types[loaded.position]
            rows, refused = self._processed(loaded, records, carried.get(loaded.name))
            tables.append(rows)
            found.add_all(refused, records.positions)
        rejects = _rejects(found.in_record_order(), raw)
        if self.masking is not None:
            rejects = Rejects.of(self.masking.masked(rejects, raw.heading))
        return LoadBatch(
            part=raw.part,
            number=raw.number,
            worker=worker,
            first_record=raw.first_record,
            start=raw.start,
            end=raw.end,
            records=raw.records,
            tables=tuple(tables),
            rejects=rejects,
            checksum=raw.checksum,
            block_left=raw.block_left,
            gap_left=raw.gap_left,
            recycle=recycle,
        )

    def _carried(self, raw: RawBatch, batch: SortedBatch) -> dict[str, Carried]:
        """What the records of each type get, those of parents first, which may hand it on."""
        found: dict[str, Carried] = {}
        if not self.carries:
            return found
        records = {loaded.name: batch.types[loaded.position] for loaded in self.loaded}
        unknown = [batch.without, np.array([gap for gap in raw.gaps if gap < raw.records], np.int64)]
        with self.relay.turn(raw.number) as left:
            for loaded in self.loaded:
                if loaded.carry is None:
                    continue
                parent = loaded.carry.parent
                own = found[parent].columns if parent in found else ()
                columns = (*records[parent].decoded.columns, *own)
                found[loaded.name] = carry(
                    left.get(loaded.name),
                    records[parent].positions,
                    [columns[position] for position in loaded.carry.columns],
                    records[loaded.name].positions,
                    np.sort(np.concatenate([*unknown, *(records[a].positions for a in loaded.carry.ancestors)])),
                )
                left[loaded.name] = found[loaded.name].after
        return found

    def _processed(
        self, loaded: LoadedType, records: TypedRecords, carried: Carried | None
    ) -> tuple[TableRows, Findings]:
        raw, longest = records.decoded.raw, self.types.types[loaded.position].decoder.longest
        findings: list[Finding] = []
        if not raw.stride:  # all are of the layout's length where they are of one
            findings += [_too_long(int(at), raw, longest) for at in np.flatnonzero(raw.decodable > longest)]
        findings += [_no_record(gap, raw) for gap in raw.gaps]
        findings += [Finding(misfit.record, "", COLUMN_COUNT, misfit.message) for misfit in records.decoded.misfits]
        columns = records.decoded.columns
        if carried is not None and loaded.carry is not None:
            columns = (*columns, *carried.columns)
            findings += [_orphan(int(at), loaded.carry.parent) for at in np.flatnonzero(carried.orphans)]
        processed = loaded.plan.apply(columns, findings, records.decoded.worst)
        rows = TableRows(processed.columns, records.positions, processed.valid, processed.controls, processed.read_sums)
        return rows, processed.findings.without_fields_of({*raw.gaps, *(m.record for m in records.decoded.misfits)})


def process_batches(
    process: Process,
    worker: int,
    raw_queue: BoundedQueue[RawBatch],
    write_queue: BoundedQueue[LoadBatch],
    recycle: Callable[[RawBatch], None],
    committed: Committed,
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
        committed: batches that are loaded already: those that come are processed for what they leave to others.
        counter: of this stage.
        after: called after each batch with the records that the whole stage has rejected so far.
    """
    for raw in raw_queue:
        began = perf_counter()
        batch = process(raw, worker)
        loaded = committed.checksum(raw) is not None
        recycle(raw)
        if loaded:
            batch.recycle()
            continue
        figures = counter.add(
            records=batch.records,
            size=batch.end - batch.start,
            busy=perf_counter() - began,
            rejected=batch.rejected,
        )
        after(figures.rejected)
        write_queue.put(batch)
    write_queue.close()


def _too_long(position: int, raw: RawBatch, longest: int) -> Finding:
    message = f"the record has {raw.lengths[position]} bytes, its layout {longest}"
    return Finding(position, field="", code=LONG_RECORD, message=message)


def _no_record(position: int, raw: RawBatch) -> Finding:
    message = f"no record begins here: these {raw.lengths[position]} bytes lie before the next plausible one"
    return Finding(position, field="", code=BROKEN_RDW, message=message)


def _orphan(position: int, parent: str) -> Finding:
    return Finding(position, field="", code=NO_PARENT, message=f"no record of type {parent} comes before it")


def _of_no_type(position: int) -> Finding:
    message = "the record is of none of the job's record types"
    return Finding(position, field="", code=NO_RECORD_TYPE, message=message)


def _rejects(findings: Findings, raw: RawBatch) -> Rejects:
    """Findings of a whole batch as rejects."""
    if not len(findings):
        return _NO_REJECTS
    positions, places = np.unique(findings.records, return_inverse=True)
    return Rejects(
        findings.causes,
        findings.which,
        places,
        raw.first_record + positions,
        raw.start + raw.starts[positions],
        tuple(raw.record(position) for position in positions.tolist()),
    )
