"""What the stages that are set to auto get, by what they are seen to do."""

from dataclasses import replace

import pytest

from driver.config.pipeline import Pipeline
from driver.pipeline.bottleneck import Stage
from driver.pipeline.growth import INTERVAL, Crew, Decision, Growth
from driver.pipeline.metrics import PipelineFigures, QueueFigures, StageFigures

BATCH = 100
"""Records of one."""


class Machine:
    """A pipeline by its figures: what its stages would write, were they held up by nothing else."""

    def __init__(self, **settings: int | str) -> None:
        pipeline = Pipeline.model_validate({"processors": "auto", "writers": "auto", "auto_processors": 8} | settings)
        self.growth = Growth(Crew.of(pipeline))
        self.threads = {stage: crew.first for stage, crew in Crew.of(pipeline).items()}
        self.seconds = 0.0
        done = StageFigures()
        queue = QueueFigures(0, 0, 10)
        self.figures = PipelineFigures(done, done, done, done, queue, queue, (), (), 1, 0)
        assert self.growth.look(0.0, self.figures) is None

    def look(self, batches: int, raw: int, write: int, seconds: float = INTERVAL) -> Decision | None:
        """Let time go by, in which so many batches are processed and written and the queues are so full."""
        self.seconds += seconds
        done = replace(
            self.figures.written,
            batches=self.figures.written.batches + batches,
            records=self.figures.written.records + BATCH * batches,
        )
        self.figures = replace(
            self.figures,
            processed=done,
            written=done,
            raw_queue=QueueFigures(raw, raw, 10),
            write_queue=QueueFigures(write, write, 10),
        )
        decision = self.growth.look(self.seconds, self.figures)
        if decision and decision.grow:
            self.threads[decision.grow] += 1
        return decision

    @property
    def counts(self) -> tuple[int, int]:
        return self.threads[Stage.PROCESSORS], self.threads[Stage.WRITERS]


def test_a_stage_grows_while_a_thread_more_brings_something():
    machine = Machine()
    for rate in (20, 40, 60):
        decision = machine.look(rate, raw=10, write=0)
        assert decision == Decision(Stage.PROCESSORS, settled=False, records_per_second=2 * BATCH * rate)
    assert machine.look(62, raw=10, write=0) == Decision(None, settled=False, records_per_second=2 * BATCH * 62)
    assert machine.counts == (4, 1)


def test_the_writers_grow_where_both_queues_are_full():
    decision = Machine().look(20, raw=10, write=8)
    assert decision is not None
    assert decision.grow is Stage.WRITERS


def test_nothing_grows_where_the_reader_is_what_holds_the_pipeline_up():
    machine = Machine()
    decisions = [machine.look(20, raw=7, write=7) for _ in range(4)]
    assert [decision and decision.settled for decision in decisions] == [False, False, False, True]
    assert machine.counts == (1, 1)
    assert machine.look(20, raw=10, write=10) is None


def test_what_holds_up_is_what_was_full_most_of_the_time():
    machine = Machine()
    assert machine.look(4, raw=10, write=0, seconds=INTERVAL / 3) is None
    assert machine.look(4, raw=10, write=10, seconds=INTERVAL / 3) is None
    decision = machine.look(4, raw=10, write=0, seconds=INTERVAL / 3)
    assert decision is not None
    assert decision.grow is Stage.PROCESSORS


def test_an_interval_lasts_until_enough_is_written_to_be_compared():
    machine = Machine()
    for _ in range(3):
        assert machine.look(3, raw=10, write=10) is None
    decision = machine.look(3, raw=10, write=10)
    assert decision == Decision(Stage.WRITERS, settled=False, records_per_second=BATCH * 12 // 2)


def test_a_stage_is_not_judged_where_its_thread_more_lets_another_stage_hold_up():
    machine = Machine()
    machine.look(20, raw=10, write=0)  # a processor more
    machine.look(20, raw=10, write=10)  # now it is the writer: nothing is said against processors
    machine.look(40, raw=10, write=0)
    assert machine.counts == (3, 2)


def test_a_stage_ends_at_its_most_and_then_all_is_settled():
    machine = Machine(auto_processors=2, auto_writers=2)
    assert machine.look(20, raw=10, write=0) == Decision(Stage.PROCESSORS, settled=False, records_per_second=4_000)
    assert machine.look(40, raw=10, write=10) == Decision(Stage.WRITERS, settled=True, records_per_second=8_000)
    assert machine.look(80, raw=10, write=10) is None
    assert machine.counts == (2, 2)


@pytest.mark.parametrize("settings", [{"processors": 3, "writers": 2}, {"auto_processors": 1, "auto_writers": 1}])
def test_numbers_are_kept(settings):
    machine = Machine(**settings)
    assert machine.look(20, raw=10, write=10) is None


def test_one_stage_grows_beside_a_number():
    machine = Machine(processors=3)
    assert machine.counts == (3, 1)
    assert machine.look(20, raw=10, write=0) == Decision(None, settled=False, records_per_second=4_000)
    decision = machine.look(20, raw=10, write=10)
    assert decision is not None
    assert decision.grow is Stage.WRITERS
