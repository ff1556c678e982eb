"""The table of the goals: printed, and written as JSON, as a plot and into README.md.

python benchmarks/report.py RAW.json    what pytest-benchmark has written
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from charts import bars
from goals import GOALS
from machine import Machine
from markdown import replace_section, table
from pydantic import BaseModel

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"


class Figure(BaseModel):
    """What a workload has reached, and beside what."""

    workload: str
    figure: float
    figure_spread: float
    yardstick: str
    ratio: float
    ratio_spread: float

    @property
    def met(self) -> bool:
        """Whether the goal is."""
        return GOALS[self.workload].met(self.figure, self.ratio)

    @property
    def row(self) -> list[str]:
        """Of the table."""
        goal = GOALS[self.workload]
        return [
            goal.title,
            goal.text,
            f"{goal.unit.shown(self.figure)} {goal.unit}",
            f"± {goal.unit.shown(self.figure_spread / 2)}",
            f"{self.ratio:.3f} ± {self.ratio_spread / 2:.3f} of {self.yardstick}",
            "met" if self.met else "not met",
        ]


class Results(BaseModel):
    """All figures of one run of the suite."""

    when: datetime
    machine: Machine
    figures: list[Figure]

    @property
    def table(self) -> str:
        """In Markdown."""
        heading = ["workload", "goal", "figure", "spread", "ratio", ""]
        return table(heading, [figure.row for figure in self.figures])


def figures_of(raw: Path) -> list[Figure]:
    """The figures in pytest-benchmark's file, in the order of the goals."""
    found = {
        made["extra_info"]["workload"]: Figure(**made["extra_info"])
        for made in json.loads(raw.read_text())["benchmarks"]
        if "workload" in made["extra_info"]
    }
    return [found[name] for name in GOALS if name in found]


def main(raw: Path) -> None:
    results = Results(when=datetime.now(UTC).replace(microsecond=0), machine=Machine.here(), figures=figures_of(raw))
    print(results.table)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(results.model_dump_json(indent=2) + "\n")
    shares = {GOALS[f.workload].title: GOALS[f.workload].share(f.figure) for f in results.figures}
    (RESULTS / "latest.svg").write_text(bars("What is reached of each goal (1: all of it)", shares))
    plot = "![what is reached of each goal](benchmarks/results/latest.svg)"
    section = f"{results.when:%Y-%m-%d}, {results.machine.text}.\n\n{results.table}\n\n{plot}"
    replace_section(ROOT / "README.md", "bench", section)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
