"""Cost as work grows: ever larger files through the whole pipeline, time and peak memory, on one core and on two.

    python benchmarks/growth.py --sizes 1 2 5 --loaded 2

Files of ``sizes`` gigabytes go to a discarding target, those up to ``loaded`` into DuckDB, too.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from charts import curves
from jobs import DISCARD, check, describe_job, duckdb_target
from machine import Machine
from markdown import replace_section, table
from pydantic import BaseModel
from report import RESULTS, ROOT
from workloads import TWENTY_COLUMNS

GIGABYTE = 10**9
ONE, TWO = "discard, one core", "discard, two cores"
LOADED = "DuckDB, two cores"


class Run(BaseModel):
    """One file, once.

    Attributes:
        kind: target and cores.
        gigabytes: of the file.
        seconds: of the whole command.
        cpu: seconds of all its threads, which hang less on what else the machine does.
        peak: most megabytes resident.
    """

    kind: str
    gigabytes: float
    seconds: float
    cpu: float
    peak: float

    @property
    def speed(self) -> float:
        """In MB/s."""
        return 1_000 * self.gigabytes / self.seconds


class Growth(BaseModel):
    """All runs."""

    when: datetime
    machine: Machine
    runs: list[Run]

    def by_kind(self) -> dict[str, list[Run]]:
        """The runs of each kind, by size."""
        return {
            kind: [run for run in self.runs if run.kind == kind] for kind in dict.fromkeys(r.kind for r in self.runs)
        }

    @property
    def table(self) -> str:
        """In Markdown; how many times faster two cores are than one."""
        one = {run.gigabytes: run.seconds for run in self.runs if run.kind == ONE}
        rows = [
            [
                run.kind,
                f"{run.gigabytes:g} GB",
                f"{run.seconds:.1f} s",
                f"{run.cpu / run.gigabytes:.2f} s/GB",
                f"{run.speed:,.0f} MB/s",
                f"{run.peak:,.0f} MB",
                f"{one[run.gigabytes] / run.seconds:.2f}" if run.kind == TWO else "",
            ]
            for run in self.runs
        ]
        return table(["pipeline", "file", "time", "CPU", "speed", "peak memory", "times one core"], rows)


def run_job(kind: str, gigabytes: float, job: Path, cores: set[int], report: Path) -> Run:
    """Run a job as a process of its own.

    Raises:
        RuntimeError: it fails.
    """
    command = [sys.executable, "-m", "driver", "run", str(job), "--quiet", "--force", "--report", str(report)]
    begin = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.sched_setaffinity(0, cores)
        os.execv(command[0], command)  # noqa: S606 - the interpreter itself
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begin
    if status:
        raise RuntimeError(f"{' '.join(command)} left with {os.waitstatus_to_exitcode(status)}")
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1_024 / 1e6
    return Run(kind=kind, gigabytes=gigabytes, seconds=seconds, cpu=cpu, peak=peak)


def measure(gigabytes: float, *, loaded: bool) -> Iterable[Run]:
    records = int(gigabytes * GIGABYTE) // TWENTY_COLUMNS.layout.length
    cores = sorted(os.sched_getaffinity(0))
    with TemporaryDirectory(dir=ROOT / "out") as name:
        folder = Path(name)
        kinds = [(ONE, cores[:1], DISCARD), (TWO, cores[:2], DISCARD)]
        if loaded:
            kinds.append((LOADED, cores[:2], duckdb_target(folder)))
        TWENTY_COLUMNS.write(folder, records)
        for kind, own, target in kinds:
            job = describe_job(folder, TWENTY_COLUMNS, target)
            run = run_job(kind, gigabytes, job, set(own), folder / "report.json")
            check(folder / "report.json", records, merged=kind == LOADED)
            print(f"{kind}: {gigabytes:g} GB in {run.seconds:.1f} s, {run.peak:,.0f} MB", flush=True)
            yield run


def main(sizes: list[float], loaded: float) -> None:
    (ROOT / "out").mkdir(exist_ok=True)
    runs = [run for size in sizes for run in measure(size, loaded=size <= loaded)]
    growth = Growth(when=datetime.now(UTC).replace(microsecond=0), machine=Machine.here(), runs=runs)
    (RESULTS / "growth.json").write_text(growth.model_dump_json(indent=2) + "\n")
    kinds = growth.by_kind()
    for name, title, points in (
        ("growth-time", "seconds", {k: [(r.gigabytes, r.seconds) for r in each] for k, each in kinds.items()}),
        ("growth-memory", "peak megabytes", {k: [(r.gigabytes, r.peak) for r in each] for k, each in kinds.items()}),
    ):
        (RESULTS / f"{name}.svg").write_text(curves("Cost as work grows", "gigabytes", title, points))
    plots = "\n".join(f"![{name}](../benchmarks/results/growth-{name}.svg)" for name in ("time", "memory"))
    section = f"{growth.when:%Y-%m-%d}, {growth.machine.text}.\n\n{growth.table}\n\n{plots}"
    replace_section(ROOT / "docs" / "performance.md", "growth", section)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=float, nargs="+", required=True)
    parser.add_argument("--loaded", type=float, default=0)
    given = parser.parse_args()
    main(given.sizes, given.loaded)
