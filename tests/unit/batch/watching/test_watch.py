"""What a watch makes of clocks and figures."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import active_count
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from driver.batch.watching.status import RunStage, StatusError, read_status
from driver.pipeline.bottleneck import Stage
from driver.pipeline.metrics import StageFigures
from driver.repository.target import RunState

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run


def test_the_status_tells_pace_and_what_remains(run: Run) -> None:
    watch = run.watch()
    watch.enter(RunStage.LOAD)
    run.after(5, run.pipeline(1_000))
    run.retries = 3
    watch.look()
    status = run.status
    assert (status.state, status.stage, status.seconds) == (RunState.LOADING, RunStage.LOAD, 5.0)
    assert (status.records_per_second, status.bytes_per_second) == (200.0, 20_000.0)
    assert (status.percent, status.remaining_seconds) == (10.0, 45.0)
    assert (status.rejected, status.retries) == (1, 3)
    assert status.ending is None


def test_the_pace_is_that_of_the_last_seconds(run: Run) -> None:
    watch = run.watch(every=10)
    watch.enter(RunStage.LOAD)
    for second in range(1, 31):
        run.after(1, run.pipeline(100 * second))
        watch.look()
    for _ in range(10):
        run.after(1, run.pipeline(run.figures.written.records + 10))
        watch.look()
    assert run.status.records_per_second == 10.0
    watch.enter(RunStage.COUNT)
    assert run.status.records_per_second == 3_100 / 40
    assert run.status.remaining_seconds is None


def test_nothing_is_said_of_what_remains_while_nothing_is_loaded(run: Run) -> None:
    watch = run.watch()
    watch.enter(RunStage.LOAD)
    run.after(5)
    watch.look()
    assert run.status.remaining_seconds is None


def test_the_stage_that_holds_up_the_others_is_told(run: Run) -> None:
    watch = run.watch()
    watch.enter(RunStage.LOAD)
    run.after(5, run.pipeline(1_000, raw=3, write=3, busy=9.0))
    watch.look()
    assert run.status.bottleneck is Stage.WRITERS


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        (RunStage.LOAD, RunState.LOADING),
        (RunStage.COUNT, RunState.LOADING),
        (RunStage.MERGE, RunState.LOADED),
        (RunStage.RECONCILE, RunState.MERGED),
    ],
)
def test_each_stage_is_told_when_it_begins(run: Run, stage: RunStage, state: RunState) -> None:
    watch = run.watch()
    run.after(60)
    watch.enter(stage)
    status = run.status
    assert (status.stage, status.state, status.seconds) == (stage, state, 0.0)
    assert (status.since - status.started).total_seconds() == 60


def test_the_end_is_told_with_exit_code_and_reason(run: Run) -> None:
    threads = active_count()
    with run.watch() as watch:
        watch.enter(RunStage.LOAD)
        run.after(2, run.pipeline(500))
        watch.stop("SIGTERM")
        watch.end(RunState.INTERRUPTED, 143, "interrupted by SIGTERM")
    assert active_count() == threads
    status = run.status
    assert status.ending is not None
    assert (status.state, status.ending.exit_code, status.ending.message) == (
        RunState.INTERRUPTED,
        143,
        "interrupted by SIGTERM",
    )
    assert (status.stopping, status.written.records) == ("SIGTERM", 500)


def test_a_load_that_ends_early_has_its_last_sample(run: Run) -> None:
    with run.watch() as watch:
        watch.enter(RunStage.LOAD)
        run.after(2, run.pipeline(500))
        watch.end(RunState.FAILED, 16, "")
    samples = [json.loads(line) for line in run.files.samples.read_text().splitlines()]
    assert [(sample["seconds"], sample["written"]) for sample in samples] == [(0.0, 0), (2.0, 500)]


def test_a_fault_is_told_without_its_text(run: Run) -> None:
    with pytest.raises(KeyError), run.watch():
        raise KeyError("123-45-6789")
    status = run.status
    assert status.state is RunState.FAILED
    assert status.ending is not None
    assert "KeyError" in status.ending.message
    assert "123" not in status.ending.message


def test_a_line_is_logged_every_so_many_seconds(run: Run) -> None:
    watch = run.watch(every=10)
    watch.enter(RunStage.LOAD)
    with capture_logs() as logs:
        for second in range(1, 36):
            run.after(1, run.pipeline(100 * second))
            watch.look()
    assert [line["stage_seconds"] for line in logs] == [10.0, 20.0, 30.0]
    assert {line["event"] for line in logs} == {"progress"}
    assert logs[0]["records_per_second"] == 100


def test_later_stages_have_their_lines(run: Run) -> None:
    watch = run.watch(every=10)
    watch.enter(RunStage.MERGE)
    with capture_logs() as logs:
        run.after(10)
        watch.look()
    assert logs == [{"event": "progress", "stage": "merge", "stage_seconds": 10.0, "log_level": "info"}]


@pytest.mark.parametrize("jump", [-3_600.0, 86_400.0])
def test_a_clock_that_is_set_changes_no_duration_and_is_told_once(run: Run, jump: float) -> None:
    watch = run.watch()
    watch.enter(RunStage.LOAD)
    with capture_logs() as logs:
        for second in range(1, 6):
            run.after(1, run.pipeline(100 * second))
            if second == 3:
                run.wall += jump
            watch.look()
    assert [(line["event"], line["seconds"]) for line in logs] == [("clock_set", jump)]
    assert (run.status.seconds, run.status.records_per_second) == (5.0, 100.0)
    assert (run.status.updated - run.status.since).total_seconds() == 5 + jump


def test_a_clock_that_is_corrected_by_little_is_not_told(run: Run) -> None:
    watch = run.watch()
    with capture_logs() as logs:
        for _ in range(5):
            run.after(1)
            run.wall -= 0.5
            watch.look()
    assert logs == []


def test_a_folder_that_takes_nothing_is_told_once_and_the_run_goes_on(run: Run) -> None:
    watch = run.watch()
    run.files.path.rmdir()
    run.files.path.write_text("in the way")
    with capture_logs() as logs:
        watch.look()
        watch.look()
    assert [(line["event"], line["what"]) for line in logs] == [("not_written", "status")]
    assert run.said.count("the status of the run cannot be written") == 1
    run.files.path.unlink()
    watch.look()
    assert run.status.run_id == "RUN1"


def test_a_status_is_read_as_it_was_written_or_refused(tmp_path: Path, status) -> None:
    path = tmp_path / "status.json"
    with pytest.raises(StatusError, match="is not there"):
        read_status(path)
    status.write(path)
    assert read_status(path) == status
    path.write_text(path.read_text().replace('"pid": 1,', '"pid": 0,'))
    with pytest.raises(StatusError, match="is no status"):
        read_status(path)


def test_what_an_earlier_attempt_has_loaded_counts_and_is_no_pace(run: Run) -> None:
    passed = StageFigures(records=5_000, bytes=500_000, rejected=7)
    run.figures = replace(run.figures, passed=passed, consumed=500_000)
    watch = run.watch()
    watch.enter(RunStage.LOAD)
    run.after(5, replace(run.pipeline(1_000), passed=passed, consumed=600_000))
    watch.look()
    status = run.status
    assert (status.percent, status.rejected) == (60.0, 8)
    assert (status.records_per_second, status.bytes_per_second, status.remaining_seconds) == (200.0, 20_000.0, 20.0)
