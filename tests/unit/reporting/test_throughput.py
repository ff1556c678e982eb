"""The lines over time: what the samples say, from their beginning to their end."""

import pytest

from driver.batch.reporting.throughput import charts, nice_step
from driver.batch.samples import Sample, read_samples


def sample(seconds: float, read: int, written: int, raw: int = 0, write: int = 0) -> Sample:
    return Sample(seconds, read, written, written, 0, written * 22, raw, write, 0)


def values_of(chart, name: str) -> list[tuple[float, float]]:
    """The points of a line in the units of the axes, by their first two ticks."""
    [line] = [line for line in chart.lines if line.name == name]
    points = [tuple(map(float, point.split(","))) for point in line.points.split(" ")]
    scales = []
    for ticks in (chart.times, chart.values):
        zero, one = ticks[:2]
        scales.append((zero.at, float(one.text.split()[0].replace(",", "")) / (one.at - zero.at)))
    return [tuple((at - zero) * unit for at, (zero, unit) in zip(point, scales, strict=True)) for point in points]


def test_rates_are_of_the_time_between_two_samples(report):
    rates, queues = charts(
        [sample(2, 1_000, 0, raw=20), sample(4, 4_000, 2_000, raw=10, write=10), sample(5, 4_000, 4_000)],
        report().pipeline,
    )
    assert [time for time, _ in values_of(rates, "read")] == pytest.approx([1, 3, 4.5], abs=0.01)
    assert [value for _, value in values_of(rates, "read")] == pytest.approx([500, 1_500, 0], abs=10)
    assert [value for _, value in values_of(rates, "written")] == pytest.approx([0, 1_000, 2_000], abs=10)
    assert [value for _, value in values_of(queues, "raw queue")] == pytest.approx([100, 50, 0], abs=1)
    assert [value for _, value in values_of(queues, "write queue")] == pytest.approx([0, 100, 0], abs=1)


@pytest.mark.parametrize("samples", [[], [sample(1, 10, 10)], [sample(0, 0, 0), sample(1, 10, 10)]])
def test_a_point_is_no_line(report, samples):
    assert charts(samples, report().pipeline) == ()


def test_samples_of_the_same_moment_are_no_division_by_zero(report):
    rates, _ = charts([sample(0, 0, 0), sample(1, 10, 0), sample(1, 10, 10), sample(2, 20, 20)], report().pipeline)
    assert len(values_of(rates, "read")) == 2


def test_a_load_that_stood_still_is_a_line_at_zero(report):
    rates, _ = charts([sample(second, 0, 0) for second in (1, 2, 3)], report().pipeline)
    assert {value for _, value in values_of(rates, "read")} == {0}
    assert [tick.text for tick in rates.values] == ["0", "1", "2", "3", "4", "5"]


def test_many_samples_are_drawn_by_fewer_points_to_the_last(report):
    many = [sample(second, 10 * second, 10 * second) for second in range(1, 100_001)]
    rates, _ = charts(many, report().pipeline)
    points = values_of(rates, "read")
    assert 200 < len(points) <= 241
    assert {round(rate) for _, rate in points} == {10}
    assert points[-1][0] * 3_600 == pytest.approx(100_000, rel=0.01)
    assert rates.times[1].text == "5 h"


@pytest.mark.parametrize(
    ("most", "step"),
    [(1, 0.2), (5, 1), (5.1, 2), (99, 20), (100, 20), (101, 50), (600_001, 200_000), (1_000, 200), (5_000, 1_000)],
)
def test_axes_have_steps_that_are_easily_counted(most, step):
    assert nice_step(most, 5) == pytest.approx(step)


def test_samples_are_read_as_far_as_they_are_whole(tmp_path):
    path = tmp_path / "samples.jsonl"
    assert read_samples(path) == []
    line = (
        '{"seconds": 1.5, "read": 3, "processed": 2, "written": 1, "rejected": 0, "bytes": 22, '
        '"raw_queue": 1, "write_queue": 1, "retries": 0}\n'
    )
    path.write_text(line + line[:40])
    assert read_samples(path) == [Sample(1.5, 3, 2, 1, 0, 22, 1, 1, 0)]
