"""Rows per second into Db2 by each insert method: a bare loop, and the whole pipeline beside it in the same run."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from db2_workload import Rate, Workload
from drda.derby import missing
from drda.laboratory import Laboratory

from driver.repository.insert_method import InsertMethod
from driver.telemetry.logs import logging_to

RECORDS = {InsertMethod.BIND: 400_000, InsertMethod.ARRAY: 20_000, InsertMethod.EXECUTEMANY: 20_000}
ROUNDS = 3
LEAST_BY_CPU = {7: 1_000_000, 30: 250_000}
"""Rows that `bind` has to send per second of the client's CPU, by columns."""


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
def workload(sink, tmp_path_factory) -> Callable[[int, int], Workload]:
    folder = tmp_path_factory.mktemp("workload")
    return lambda columns, records: Workload(folder, sink.port, columns, records)


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
        work = workload(columns, RECORDS[method])
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
    show(columns, figures, capsys)
    bind, execute_many = figures[InsertMethod.BIND]["bare 1"], figures[InsertMethod.EXECUTEMANY]["bare 1"]
    assert bind.by_cpu >= LEAST_BY_CPU[columns]
    assert bind.by_cpu >= 15 * execute_many.by_cpu


def test_memory_stays_flat(workload):
    """Five million rows, after a first million has made all buffers."""
    with workload(7, 1_000_000).pipeline(InsertMethod.BIND, 2) as once:
        once()
        before = resident_bytes()
        for _ in range(5):
            once()
        assert resident_bytes() - before < 16 * 1024**2


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def show(columns, figures, capsys):
    with capsys.disabled():
        print(
            f"\n{columns} columns, rows/s      {'1 thread':>12}{'2 threads':>12}{'whole, 1':>12}{'whole, 2':>12}"
            f"{'a CPU s, 1':>12}"
        )
        for method, each in figures.items():
            clock = [each[name].by_clock for name in ("bare 1", "bare 2", "whole 1", "whole 2")]
            print(f"{method:25}", *(f"{rate:11,.0f}" for rate in [*clock, each["bare 1"].by_cpu]))
