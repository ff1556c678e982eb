"""The run's figures for Prometheus, in a file that the textfile collector of its node_exporter reads."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from driver.batch.exit_codes import ExitCode
from driver.pipeline.bottleneck import Stage
from driver.pipeline.metrics import StageFigures
from driver.repository.target import RunState

from .status import RunStage, Status

_LAST_SUCCESS = "run_last_success_timestamp_seconds"


class MetricsFile:
    """Replaced whenever it is written.

    No metric has the run's id, of which each would be a new series for ever: the figures are of the job's last run.

    Args:
        path: of the file, which is the job's own; what it says of the last success is kept.

    Raises:
        OSError: it is there, and cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._succeeded = _last_success(path)

    def write(self, status: Status) -> None:
        """Replace the file.

        Raises:
            OSError: it cannot be written.
        """
        if status.ending and status.ending.exit_code in (ExitCode.OK, ExitCode.REJECTS):
            self._succeeded = status.ending.at.timestamp()
        registry = CollectorRegistry()
        registry.register(_Figures(status, self._succeeded))
        write_to_textfile(str(self._path), registry)


class _Figures(Collector):
    def __init__(self, status: Status, succeeded: float | None) -> None:
        self._status = status
        self._succeeded = succeeded

    def collect(self) -> Iterator[Metric]:
        """The figures; what is not known yet has no value."""
        status, ending = self._status, self._status.ending
        stages: dict[str, StageFigures] = {
            Stage.READERS: status.read,
            Stage.PROCESSORS: status.processed,
            Stage.WRITERS: status.written,
        }
        counters: list[tuple[str, str, dict[str, float]]] = [
            ("records", "Records through a stage.", {s: f.records for s, f in stages.items()}),
            ("bytes", "Bytes of the input through a stage.", {s: f.bytes for s, f in stages.items()}),
            ("busy_seconds", "Work of a stage, added up over its threads.", {s: f.busy for s, f in stages.items()}),
        ]
        queues = {"raw": status.raw_queue, "write": status.write_queue}
        for name, help_, figures in counters:
            yield self._filled(CounterMetricFamily(f"mfdecode_{name}", help_, labels=["job", "stage"]), figures)
        for name, help_, count in (
            ("rejected_records", "Records that are not loaded.", status.rejected),
            ("retries", "Transactions that were tried again.", status.retries),
        ):
            yield self._filled(CounterMetricFamily(f"mfdecode_{name}", help_, labels=["job"]), {"": count})
        for name, help_, label, values in (
            ("queue_depth_batches", "Batches that wait.", "queue", {q: f.depth for q, f in queues.items()}),
            ("queue_capacity_batches", "As many as may wait.", "queue", {q: f.capacity for q, f in queues.items()}),
            ("bottleneck", "1: the stage that holds up the others.", "stage", _one(Stage, status.bottleneck)),
            ("run_stage", "1: what the run does.", "stage", _one(RunStage, status.stage)),
            ("run_state", "1: how far the run has come.", "state", _one(RunState, status.state)),
        ):
            yield self._filled(GaugeMetricFamily(f"mfdecode_{name}", help_, labels=["job", label]), values)
        for name, help_, value in (
            ("input_bytes", "Size of the input.", status.file_size),
            ("input_loaded_bytes", "Of the input, bytes whose records are loaded.", status.loaded),
            ("remaining_seconds", "Until all is loaded, at the pace of late.", status.remaining_seconds),
            ("run_start_timestamp_seconds", "When the run began.", status.started.timestamp()),
            ("run_update_timestamp_seconds", "When these figures were taken.", status.updated.timestamp()),
            ("run_end_timestamp_seconds", "When the run ended.", None if ending is None else ending.at.timestamp()),
            ("run_exit_code", "Of the run that has ended.", None if ending is None else ending.exit_code),
            (_LAST_SUCCESS, "When a run last ended with all that was to be loaded.", self._succeeded),
        ):
            known = {} if value is None else {"": value}
            yield self._filled(GaugeMetricFamily(f"mfdecode_{name}", help_, labels=["job"]), known)

    def _filled(self, family: CounterMetricFamily | GaugeMetricFamily, values: Mapping[str, float]) -> Metric:
        """Give a metric its values by their label, which is empty where it has none but the job's."""
        for label, value in values.items():
            family.add_metric([self._status.job, label] if label else [self._status.job], value)
        return family


def _one(names: type[StrEnum], chosen: StrEnum | None) -> dict[str, float]:
    return {name: float(name is chosen) for name in names}


def _last_success(path: Path) -> float | None:
    """What a file of an earlier run says."""
    try:
        text = path.read_text(encoding="utf-8")
        families = list(text_string_to_metric_families(text))
    except (FileNotFoundError, ValueError):  # none yet, or someone else's
        return None
    name = f"mfdecode_{_LAST_SUCCESS}"
    return next((sample.value for family in families for sample in family.samples if sample.name == name), None)
