"""How a figure is made: each round measures a yardstick and then the work, so that a slow moment falls on both."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from goals import GOALS
from pytest_benchmark.fixture import BenchmarkFixture
from workloads import in_pages


@dataclass(frozen=True)
class Yardstick:
    """Something plain over the same bytes.

    Attributes:
        name: for the table.
        run: does it once.
    """

    name: str
    run: Callable[[], Any]

    def seconds(self) -> float:
        begin = time.perf_counter()
        self.run()
        return time.perf_counter() - begin


def memcpy(blocks: list[npt.NDArray[np.uint8]]) -> Yardstick:
    """Each block copied to one place: source and target stay in cache."""
    target = in_pages(blocks[0])

    def run() -> None:
        for block in blocks:
            np.copyto(target, block)

    return Yardstick("memcpy", run)


def look_up(data: npt.NDArray[np.uint8]) -> Yardstick:
    """Each byte looked up in a table by numpy."""
    table, target = np.arange(256, dtype=np.uint8)[::-1].copy(), np.empty_like(data)

    return Yardstick("np.take", lambda: np.take(table, data, out=target, mode="clip"))


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
