"""How a figure is made: each round measures a yardstick and then the work, so that a slow moment falls on both."""

from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

import pytest
from goals import GOALS
from pytest_benchmark.fixture import BenchmarkFixture
from yardstick import Yardstick

Compare = Callable[..., None]


@pytest.fixture
def compare(benchmark: BenchmarkFixture) -> Compare:
    """Measure work beside a yardstick; ``amount`` is what one round of it does, in the unit of its goal."""

    def compare(name: str, work: Callable[[], Any], yardstick: Yardstick, amount: float, rounds: int) -> None:
        beside: list[float] = []
        benchmark.pedantic(work, setup=lambda: beside.append(yardstick.seconds()), rounds=rounds, warmup_rounds=1)
        seconds = benchmark.stats.stats.data
        ratios = [yard / took for yard, took in zip(beside[-rounds:], seconds, strict=True)]
        figures = [GOALS[name].unit.figure(amount, took) for took in seconds]
        benchmark.extra_info |= {
            "workload": name,
            "figure": median(figures),
            "figure_spread": spread(figures),
            "yardstick": yardstick.name,
            "ratio": median(ratios),
            "ratio_spread": spread(ratios),
        }

    return compare


def spread(values: list[float]) -> float:
    """The distance of the quartiles."""
    low, _, high = quantiles(values, n=4)
    return high - low
