import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from driver.config.pipeline import Pipeline
from driver.core.records import LoadBatch, Reject, Rejects, TableRows
from driver.core.reject_limits import RejectLimits
from driver.pipeline.metrics import PipelineFigures, QueueFigures
from driver.pipeline.orchestrator import Orchestrator
from driver.pipeline.processors import Process
from mfdecode.errors import FramingError, MfdecodeError
from mfdecode.framing import (
    Framing,
    Parts,
    RawBatch,
    RecordFormat,
    find_boundaries,
    open_part,
    ranges_of_file,
    whole_file,
)

RECORD = 8
FRAMING = Framing(RecordFormat.F, RECORD)
BAD = 0xFF
"""The first byte of a record that is rejected."""
PATIENCE = 10.0
"""Seconds after which a stage counts as stuck; no test waits that long unless it fails."""


class TroubleError(MfdecodeError):
    """What a stage raises in these tests."""


def numbers(raw: RawBatch, worker: int) -> LoadBatch:
    """A process that takes a record for a number, and sums them."""
    rows = raw.data.reshape(raw.records, RECORD)
    bad = rows[:, 0] == BAD
    rejects = tuple(
        Reject(raw.first_record + i, raw.offset(i), "", "BAD", "", raw.record(i)) for i in np.flatnonzero(bad).tolist()
    )
    total = int(rows[~bad].copy().view(">i8").sum())
    span = (raw.part, raw.number, worker, raw.first_record, raw.start, raw.end, raw.records)
    table = TableRows((), np.arange(raw.records), np.flatnonzero(~bad), {"NUMBER": total})
    return LoadBatch(*span, (table,), Rejects.of(rejects))


@dataclass
class Loaded:
    """A target in memory: the batches that its writers were given."""

    trouble: Callable[[LoadBatch], None] = lambda _: None
    batches: list[LoadBatch] = field(default_factory=list)
    open: int = 0
    opened: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def connect(self) -> "Connection":
        with self.lock:
            self.open += 1
            self.opened += 1
        return Connection(self)

    @property
    def ranges(self) -> list[tuple[int, int, int, int, int]]:
        """Number, first record, records, first and last byte of each batch, by number."""
        return sorted((b.number, b.first_record, b.records, b.start, b.end) for b in self.batches)


@dataclass
class Connection:
    """One writer's."""

    loaded: Loaded

    def load(self, batch: LoadBatch) -> int:
        self.loaded.trouble(batch)
        with self.loaded.lock:
            self.loaded.batches.append(batch)
        return batch.rejected

    def close(self) -> None:
        with self.loaded.lock:
            self.loaded.open -= 1


BORNE = RejectLimits(1_000_000)


@dataclass
class Bench:
    """A file of numbers, and what a pipeline over it needs."""

    path: Path
    loaded: Loaded = field(default_factory=Loaded)
    stop: threading.Event = field(default_factory=threading.Event)
    cut_to: int | None = None
    """Bytes that the file has left when the pipeline begins."""
    loaded_all: bool = False
    """What the last run has said."""

    def run(
        self,
        process: Process = numbers,
        tick: Callable[[PipelineFigures], None] = lambda _: None,
        limits: RejectLimits = BORNE,
        readers: int = 1,
        parts: int = 1,
        clock: Callable[[], float] = time.monotonic,
        **settings: int | str,
    ) -> PipelineFigures:
        """Run the pipeline to its end, in batches of ten records."""
        small = {"batch_size": 10, "processors": 3, "writers": 2, "raw_queue": 2, "write_queue": 2}
        multi = {"reading_mode": "multi", "multi_reader": {"num_readers": readers}}
        pipeline = Pipeline.model_validate(small | multi | settings)
        ranges = (
            ranges_of_file(self.path, find_boundaries(self.path, FRAMING), parts)
            if parts > 1
            else [whole_file(self.path, FRAMING)]
        )
        if self.cut_to is not None:
            os.truncate(self.path, self.cut_to)
        with Parts([open_part(part, FRAMING, pipeline.batch_size) for part in ranges]) as opened:
            orchestrator = Orchestrator(
                opened,
                process,
                self.loaded.connect,
                pipeline,
                stop=self.stop,
                reject_limits=limits,
                clock=clock,
            )
            orchestrator.run(tick)
            self.loaded_all = orchestrator.loaded_all
            return orchestrator.figures


MakeBench = Callable[..., Bench]


@pytest.fixture
def bench(tmp_path: Path) -> MakeBench:
    def make(records: int = 1_003, bad: Sequence[int] = ()) -> Bench:
        data = np.arange(records, dtype=">i8").view(np.uint8).reshape(records, RECORD)
        data[list(bad), 0] = BAD
        path = tmp_path / "numbers.dat"
        path.write_bytes(data.tobytes())
        return Bench(path)

    return make


def test_every_record_is_loaded_exactly_once(bench: MakeBench) -> None:
    a = bench(1_003)
    a.run()
    assert a.loaded.ranges == [
        (n, 10 * n, min(10, 1_003 - 10 * n), 80 * n, min(80 * n + 80, 8_024)) for n in range(101)
    ]
    assert sum(batch.tables[0].controls["NUMBER"] for batch in a.loaded.batches) == sum(range(1_003))


def test_the_cut_into_batches_does_not_depend_on_the_threads(bench: MakeBench) -> None:
    one, many = bench(), bench()
    one.run(processors=1, writers=1)
    many.run(processors=6, writers=5)
    assert one.loaded.ranges == many.loaded.ranges


def test_rejects_keep_their_bytes_though_buffers_are_read_into_again(bench: MakeBench) -> None:
    a = bench(500, bad=range(0, 500, 7))
    a.run()
    raw = {reject.record: reject.raw for batch in a.loaded.batches for reject in batch.rejects}
    assert raw == {n: bytes([BAD]) + n.to_bytes(7, "big") for n in range(0, 500, 7)}


def test_each_batch_s_memory_goes_back_once_and_not_before_it_is_loaded(bench: MakeBench) -> None:
    a = bench()
    returned: list[int] = []

    def lend(raw: RawBatch, worker: int) -> LoadBatch:
        return replace(numbers(raw, worker), recycle=partial(returned.append, raw.number))

    def check(batch: LoadBatch) -> None:
        assert batch.number not in returned

    a.loaded.trouble = check
    a.run(lend)
    assert sorted(returned) == list(range(101))


def test_each_writer_has_a_connection_of_its_own_and_gives_it_back(bench: MakeBench) -> None:
    a = bench()
    a.run(writers=4)
    assert (a.loaded.opened, a.loaded.open) == (4, 0)


def test_the_figures_of_all_stages_agree_at_the_end(bench: MakeBench) -> None:
    figures = bench(1_003, bad=[1, 2, 300]).run()
    for stage in (figures.read, figures.processed, figures.written):
        assert (stage.batches, stage.records, stage.bytes) == (101, 1_003, 8_024)
    assert (figures.processed.rejected, figures.written.rejected) == (3, 3)
    assert (figures.raw_queue.depth, figures.write_queue.depth) == (0, 0)
    assert 1 <= figures.raw_queue.high_water <= 2


def test_a_stop_lets_everything_that_was_read_be_loaded_and_nothing_more(bench: MakeBench) -> None:
    a = bench()

    def stop_past_the_fifth(batch: LoadBatch) -> None:
        if batch.number >= 5:
            a.stop.set()

    a.loaded.trouble = stop_past_the_fifth
    figures = a.run()
    assert figures.read.records == figures.written.records == sum(batch.records for batch in a.loaded.batches)
    assert [batch[0] for batch in a.loaded.ranges] == list(range(len(a.loaded.batches)))
    # Past the first five there can be only what writers, queue, processors, queue and reader held.
    assert 6 <= figures.read.batches <= 5 + 2 + 2 + 3 + 2 + 1


def test_nothing_is_read_after_a_stop_that_came_first(bench: MakeBench) -> None:
    a = bench()
    a.stop.set()
    assert a.run().read.records == 0


@pytest.mark.parametrize("parts", [1, 3])
def test_passing_the_percentage_stops_the_reading_once_it_is_certain(bench: MakeBench, parts: int) -> None:
    a = bench(1_000, bad=range(300))  # all of the first 30 batches, whose share of what is read is 100 % at once
    figures = a.run(limits=RejectLimits(1_000, Decimal(20)), parts=parts, readers=1)
    assert figures.processed.rejected > 200
    assert figures.read.records < 400
    assert figures.written.records == figures.processed.records <= figures.read.records
    assert not a.loaded_all


def test_a_percentage_that_the_rest_can_bring_down_stops_nothing(bench: MakeBench) -> None:
    figures = bench(1_000, bad=range(200)).run(limits=RejectLimits(1_000, Decimal(20)))
    assert (figures.read.records, figures.processed.rejected) == (1_000, 200)


def test_passing_the_reject_limit_stops_the_reading(bench: MakeBench) -> None:
    a = bench(1_003, bad=range(100, 1_003))
    figures = a.run(limits=RejectLimits(25))
    assert a.stop.is_set()
    assert 25 < figures.written.rejected < 903
    assert figures.written.records == figures.processed.records <= figures.read.records
    assert not a.loaded_all


def test_as_many_rejects_as_the_limit_stop_nothing(bench: MakeBench) -> None:
    a = bench(1_003, bad=range(25))
    assert a.run(limits=RejectLimits(25)).written.records == 1_003
    assert not a.stop.is_set()
    assert a.loaded_all


def test_a_failing_processor_ends_the_run_with_its_error(bench: MakeBench) -> None:
    def fail(raw: RawBatch, worker: int) -> LoadBatch:
        if raw.number >= 3:
            raise TroubleError("past batch 3")
        return numbers(raw, worker)

    a = bench()
    with pytest.raises(TroubleError, match="past batch 3"):
        a.run(fail)
    assert {batch.number for batch in a.loaded.batches} <= {0, 1, 2}
    assert a.loaded.open == 0


def test_a_failing_writer_ends_the_run_with_its_error_though_the_queues_are_full(bench: MakeBench) -> None:
    def fail(batch: LoadBatch) -> None:
        raise TroubleError("no table")

    a = bench()
    a.loaded.trouble = fail
    with pytest.raises(TroubleError, match="no table"):
        a.run()
    assert a.loaded.batches == []
    assert a.loaded.open == 0


def test_a_writer_that_cannot_connect_ends_the_run(bench: MakeBench) -> None:
    def refuse() -> Connection:
        raise TroubleError("no connection")

    a = bench()
    a.loaded.connect = refuse  # type: ignore[method-assign]
    with pytest.raises(TroubleError, match="no connection"):
        a.run()


def test_a_file_that_ends_inside_a_record_ends_the_run(bench: MakeBench) -> None:
    a = bench()
    with a.path.open("ab") as file:
        file.write(b"123")
    with pytest.raises(FramingError, match="ends 3 bytes into a record"):
        a.run()


@pytest.mark.parametrize("readers", [1, 2, 7, 9])
def test_several_readers_load_every_record_exactly_once(bench: MakeBench, readers: int) -> None:
    a = bench(1_003, bad=[5, 900])
    figures = a.run(readers=readers, parts=7)
    for stage in (figures.read, figures.processed, figures.written):
        assert (stage.records, stage.bytes) == (1_003, 8_024)
    assert [part.records for part in figures.parts] == [143, 143, 143, 144, 143, 143, 144]
    firsts = [(b.part, b.number, b.first_record, b.records) for b in a.loaded.batches]
    wanted = []
    first = 0
    for part, records in enumerate(part.records for part in figures.parts):
        wanted += [(part, n // 10, first + n, min(10, records - n)) for n in range(0, records, 10)]
        first += records
    assert sorted(firsts) == wanted
    assert sorted(r.record for b in a.loaded.batches for r in b.rejects) == [5, 900]
    assert sorted(r.offset for b in a.loaded.batches for r in b.rejects) == [40, 7_200]


def test_a_stop_is_heeded_by_every_reader(bench: MakeBench) -> None:
    a = bench(10_000)

    def stop_past_the_fifth(batch: LoadBatch) -> None:
        if batch.number >= 5:
            a.stop.set()

    a.loaded.trouble = stop_past_the_fifth
    figures = a.run(readers=3, parts=30)
    assert figures.read.records == figures.written.records == sum(batch.records for batch in a.loaded.batches)
    for part in {batch.part for batch in a.loaded.batches}:
        numbers_ = sorted(batch.number for batch in a.loaded.batches if batch.part == part)
        assert numbers_ == list(range(len(numbers_)))
    assert {batch.part for batch in a.loaded.batches} <= {0, 1, 2}
    assert figures.read.records < 10_000


def test_a_failing_reader_ends_the_others(bench: MakeBench) -> None:
    a = bench(1_000)
    a.cut_to = 7_995
    with pytest.raises(FramingError, match="record 999 at byte 7992: the file ends 3 bytes into a record"):
        a.run(readers=3, parts=3)
    assert a.loaded.open == 0


def test_a_failing_stage_lets_go_of_stages_that_wait_for_it(bench: MakeBench) -> None:
    # One writer fails only when the other, the processors and the reader all wait for the gate or for each other.
    gate = threading.Event()
    arrived = threading.Semaphore(0)

    def fail_behind_the_gate(batch: LoadBatch) -> None:
        arrived.release()
        assert gate.wait(PATIENCE)
        raise TroubleError("late")

    def tick(figures: PipelineFigures) -> None:
        if figures.raw_queue.depth == 2 and figures.write_queue.depth == 2:
            gate.set()

    a = bench()
    a.loaded.trouble = fail_behind_the_gate
    with pytest.raises(TroubleError, match="late"):
        a.run(tick=tick)
    assert arrived.acquire(blocking=False)


def test_an_error_of_the_caller_s_own_tick_ends_the_stages_too(bench: MakeBench) -> None:
    def tick(figures: PipelineFigures) -> None:
        raise TroubleError("the terminal is gone")

    before = threading.active_count()
    with pytest.raises(TroubleError, match="terminal"):
        bench().run(tick=tick)
    assert threading.active_count() == before


@dataclass
class Rounds:
    """Lets the threads of a slow stage go on by rounds: a batch a thread, and at most ``bears`` batches, in each.

    Time goes by with the rounds alone, and a round begins when nothing has moved for a tick: every thread of the stage
    waits, and the queue before it is full. So nothing hangs on how fast the machine is.

    Attributes:
        bears: what the stage has in common (a disk, a database) takes no more.
    """

    bears: int
    passes: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    waiting: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    seconds: float = 0.0
    still: bool = False

    def work(self) -> None:
        """What a thread of the stage does for a batch."""
        with self.lock:
            self.waiting += 1
        assert self.passes.acquire(timeout=PATIENCE)

    def clock(self) -> float:
        return self.seconds

    def next(self, threads: int, queue: QueueFigures, *, ended: bool) -> None:
        """Begin one if all have come."""
        with self.lock:
            if ended:
                self.passes.release(threads)
                return
            was_still, self.still = self.still, self.waiting == threads and queue.depth == queue.capacity
            if was_still and self.still:
                going = min(threads, self.bears)
                self.waiting -= going
                self.still = False
                self.seconds += 0.01
                self.passes.release(going)


def test_writers_set_to_auto_grow_as_long_as_the_target_takes_more(
    bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("driver.pipeline.orchestrator._TICK", 0.0005)
    a, rounds = bench(20_000), Rounds(bears=3)
    a.loaded.trouble = lambda batch: rounds.work()

    def tick(figures: PipelineFigures) -> None:
        rounds.next(figures.writers, figures.write_queue, ended=figures.processed.batches == 2_000)

    with capture_logs() as logs:
        figures = a.run(tick=tick, clock=rounds.clock, writers="auto", auto_writers=8)
    grown = [(log["stage"], log["threads"]) for log in logs if log["event"] == "stage_grown"]
    assert grown == [("writers", 2), ("writers", 3), ("writers", 4)]
    settled = [log for log in logs if log["event"] == "settled"]
    assert [(log["processors"], log["writers"], log["records_per_second"]) for log in settled] == [(3, 4, 3_000)]
    assert (len(figures.workers), figures.writers, a.loaded.opened, a.loaded.open) == (3, 4, 4, 0)
    assert sorted(batch.number for batch in a.loaded.batches) == list(range(2_000))


def test_processors_set_to_auto_grow_as_long_as_they_bring_something(
    bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("driver.pipeline.orchestrator._TICK", 0.0005)
    a, rounds = bench(20_000), Rounds(bears=2)
    workers: set[int] = set()

    def process(raw: RawBatch, worker: int) -> LoadBatch:
        workers.add(worker)
        rounds.work()
        return numbers(raw, worker)

    def tick(figures: PipelineFigures) -> None:
        rounds.next(len(figures.workers), figures.raw_queue, ended=figures.read.batches == 2_000)

    with capture_logs() as logs:
        settings = {"processors": "auto", "auto_processors": 8, "write_queue": 10}
        figures = a.run(process, tick=tick, clock=rounds.clock, **settings)
    grown = [(log["stage"], log["threads"]) for log in logs if log["event"] == "stage_grown"]
    assert grown == [("processors", 2), ("processors", 3)]
    assert (len(figures.workers), figures.writers, workers) == (3, 2, {0, 1, 2})
    assert sorted(batch.number for batch in a.loaded.batches) == list(range(2_000))
