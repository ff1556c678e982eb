"""The metrics, read again as Prometheus reads them."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from driver.batch.watching.metrics_file import MetricsFile
from driver.batch.watching.status import Ending, RunStage, Status
from driver.pipeline.bottleneck import Stage
from driver.repository.target import RunState

PAGE = Path("docs/watching.md").read_text(encoding="utf-8")
NOT_YET = {"mfdecode_run_end_timestamp_seconds", "mfdecode_run_exit_code"}


def values(path: Path) -> dict[tuple[str, ...], float]:
    """By name and labels but the job."""
    families = text_string_to_metric_families(path.read_text())
    samples = [sample for family in families for sample in family.samples]
    assert {sample.labels.pop("job") for sample in samples} == {"payments"}
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def test_figures_of_a_run_that_loads(tmp_path: Path, status: Status) -> None:
    path = tmp_path / "payments.prom"
    MetricsFile(path).write(replace(status, bottleneck=Stage.WRITERS))
    found = values(path)
    assert found["mfdecode_records_total", "readers"] == 1_000
    assert found["mfdecode_bytes_total", "writers"] == 100_000
    assert found["mfdecode_busy_seconds_total", "processors"] == 2.5
    assert found[("mfdecode_rejected_records_total",)] == 3
    assert found[("mfdecode_retries_total",)] == 2
    assert found["mfdecode_queue_depth_batches", "write"] == 5
    assert found["mfdecode_queue_capacity_batches", "raw"] == 20
    assert [found["mfdecode_bottleneck", stage] for stage in Stage] == [0, 0, 1]
    assert [found["mfdecode_run_stage", stage] for stage in RunStage] == [0, 1, 0, 0, 0]
    assert found["mfdecode_run_state", RunState.LOADING] == 1
    assert found[("mfdecode_remaining_seconds",)] == 90
    assert found[("mfdecode_run_start_timestamp_seconds",)] == status.started.timestamp()
    assert NOT_YET.isdisjoint(name for name, *_ in found)


def test_no_metric_grows_with_the_number_of_runs(tmp_path: Path, status: Status) -> None:
    path = tmp_path / "payments.prom"
    MetricsFile(path).write(status)
    before = set(values(path))
    MetricsFile(path).write(replace(status, run_id="RUN2"))
    assert set(values(path)) == before


@pytest.mark.parametrize(("exit_code", "success"), [(0, True), (4, True), (8, False), (16, False), (143, False)])
def test_the_last_success_outlives_runs_that_have_none(
    tmp_path: Path, status: Status, exit_code: int, success: bool
) -> None:
    path = tmp_path / "payments.prom"
    first, second = status.started, status.started + timedelta(days=1)
    MetricsFile(path).write(replace(status, ending=Ending(first, 0, "")))
    MetricsFile(path).write(replace(status, ending=Ending(second, exit_code, "")))
    found = values(path)
    assert found[("mfdecode_run_exit_code",)] == exit_code
    assert found[("mfdecode_run_end_timestamp_seconds",)] == second.timestamp()
    succeeded = found[("mfdecode_run_last_success_timestamp_seconds",)]
    assert succeeded == (second if success else first).timestamp()


def test_a_file_of_someone_else_is_no_trouble(tmp_path: Path, status: Status) -> None:
    path = tmp_path / "payments.prom"
    path.write_text("{ this is no metric\n")
    MetricsFile(path).write(status)
    assert ("mfdecode_run_last_success_timestamp_seconds",) not in values(path)


def test_the_page_has_every_metric_and_no_other(tmp_path: Path, status: Status) -> None:
    path = tmp_path / "payments.prom"
    MetricsFile(path).write(replace(status, ending=Ending(status.started, 0, "")))
    assert set(re.findall(r"^\| `(mfdecode_\w+)`", PAGE, re.MULTILINE)) == {name for name, *_ in values(path)}
