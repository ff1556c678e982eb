"""Rows per second into Db2 by each insert method: a bare loop, and the whole pipeline beside it in the same run."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import pytest
from db2_workload import Rate, Workload
from drda.derby import missing
from drda.laboratory import Laboratory

from driver.repository.insert_method import InsertMethod
from driver.telemetry.logs import logging_to

RECORDS = {InsertMethod.BIND: 400_000, InsertMethod.ARRAY: 20_000, InsertMethod.EXECUTEMANY: 20_000}
ROUNDS = 3


@dataclass(frozen=True)
class Medians:
    """Rows per second of the clock and of the client's CPU."""

    by_clock: float
    by_cpu: float


@pytest.fixture(scope="module")
def sink(tmp_path_factory) -> Iterator[Laboratory]:
    if why := missing():
        if os.environ.get("MFDECODE_REQUIRE_DB2") == "1":
            pytest.fail(why)
        pytest.skip(why)
    with logging_to(None, level="warning"), Laboratory(tmp_path_factory.mktemp("derby")) as laboratory:
        laboratory.let_inserts_go()
        yield laboratory


@pytest.fixture
def workload(sink, tmp_path_factory) -> Callable[[int, InsertMethod], Workload]:
    folder = tmp_path_factory.mktemp("workload")
    return lambda columns, method: Workload(folder, sink.port, columns, RECORDS[method])


def in_turns(ways: dict[str, Callable[[], Rate]]) -> dict[str, Medians]:
    """Each way once to warm up, and then all of them in each round, so that a slow moment falls on all."""
    for once in ways.values():
        once()
    rates: dict[str, list[Rate]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, once in ways.items():
            rates[name].append(once())
    return {
        name: Medians(median(r.rows / r.seconds for r in each), median(r.rows / r.cpu for r in each))
        for name, each in rates.items()
    }


@pytest.mark.parametrize("columns", [7, 30])
def test_inserts(workload, columns, capsys):
    figures = {}
    for method in InsertMethod:
        work = workload(columns, method)
        with ExitStack() as open_ways:
            ways = {
                name: open_ways.enter_context(way(method, writers))
                for name, way, writers in [
                    ("bare 1", work.bare_loop, 1),
                    ("bare 2", work.bare_loop, 2),
                    ("whole 1", work.pipeline, 1),
                    ("whole 2", work.pipeline, 2),
                ]
            }
            figures[method] = in_turns(ways)
    with capsys.disabled():
        print(f"\n{columns} columns, rows/s      {'1 thread':>12}{'2 threads':>12}{'whole, 1':>12}{'whole, 2':>12}"
              f"{'a CPU s, 1':>12}")
        for method, each in figures.items():
            clock = [each[name].by_clock for name in ("bare 1", "bare 2", "whole 1", "whole 2")]
            print(f"{method:25}", *(f"{rate:11,.0f}" for rate in [*clock, each["bare 1"].by_cpu]))
