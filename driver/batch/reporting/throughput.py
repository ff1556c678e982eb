"""The samples of a run as lines over time: records a second, and how full the queues were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from driver.batch.samples import Sample
from driver.pipeline.metrics import PipelineFigures

WIDTH, HEIGHT = 960.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 80.0, 12.0, 8.0, 24.0
"""Margins; the labels of the axes are in them."""
_MOST_POINTS = 240
_VALUES, _TIMES = 5, 10
"""Steps of the axes, at most."""
_UNITS = ((3 * 3600, 3600, "h"), (180, 60, "min"), (0, 1, "s"))
"""From so many seconds on, time is counted in units of so many."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A name, and points as SVG has them."""

    name: str
    points: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over time."""

    name: str
    lines: tuple[Line, ...]
    times: tuple[Tick, ...]
    values: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    bottom: float = HEIGHT - BOTTOM


def charts(samples: Sequence[Sample], figures: PipelineFigures) -> tuple[Chart, ...]:
    """Throughput and queues; none where there are too few samples for a line.

    Args:
        samples: in the order of time.
        figures: which tell how long the queues may be.
    """
    spans = _spans(samples)
    if len(spans) < 2:
        return ()
    times = [(first.seconds + last.seconds) / 2 for first, last in spans]
    end = spans[-1][1].seconds
    rates = {
        name: [(getattr(last, name) - getattr(first, name)) / (last.seconds - first.seconds) for first, last in spans]
        for name in ("read", "processed", "written")
    }
    fill = {
        "raw queue": [100 * last.raw_queue / figures.raw_queue.capacity for _, last in spans],
        "write queue": [100 * last.write_queue / figures.write_queue.capacity for _, last in spans],
    }
    return (
        _chart("records/s", times, end, rates, max(_VALUES, *map(max, rates.values())), lambda value: f"{value:,.0f}"),
        _chart("queue fill", times, end, fill, 100.0, lambda value: f"{value:.0f} %"),
    )


def _spans(samples: Sequence[Sample]) -> list[tuple[Sample, Sample]]:
    """Spans of time from the beginning to the last sample, no more than can be told apart."""
    ordered = [Sample(0.0, 0, 0, 0, 0, 0, 0, 0, 0)]
    ordered += [later for earlier, later in pairwise([*ordered, *samples]) if later.seconds > earlier.seconds]
    step = max(1, -(-(len(ordered) - 1) // _MOST_POINTS))
    kept = [*ordered[:-1:step], ordered[-1]]
    return list(pairwise(kept))


def _chart(
    name: str,
    times: Sequence[float],
    end: float,
    values: dict[str, list[float]],
    most: float,
    text: Callable[[float], str],
) -> Chart:
    step = nice_step(most, _VALUES)
    top = step * max(1, -(-most // step))
    x_scale = (WIDTH - LEFT - RIGHT) / end
    y_scale = (HEIGHT - TOP - BOTTOM) / top

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value * y_scale

    lines = tuple(
        Line(what, " ".join(f"{LEFT + x * x_scale:.1f},{y(value):.1f}" for x, value in zip(times, column, strict=True)))
        for what, column in values.items()
    )
    of_values = tuple(Tick(y(value), text(value)) for value in _multiples(step, top))
    unit, unit_name = next((unit, name) for least, unit, name in _UNITS if end >= least)
    of_times = tuple(
        Tick(LEFT + value * unit * x_scale, f"{value:g} {unit_name}")
        for value in _multiples(nice_step(end / unit, _TIMES), end / unit)
    )
    return Chart(name, lines, of_times, of_values)


def nice_step(most: float, steps: int) -> float:
    """The least of 1, 2 and 5 times a power of ten that leads to ``most`` in so many steps."""
    power = 10.0 ** floor(log10(most / steps))
    return next(power * by for by in (1, 2, 5, 10) if power * by * steps >= most)


def _multiples(step: float, last: float) -> list[float]:
    return [step * number for number in range(int(last / step + 1e-9) + 1)]
