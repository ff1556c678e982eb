"""The regression gate: ratios to the yardsticks, and instruction counts, against what baseline.json has of them.

python benchmarks/gate.py               leaves with 1 if something has become slower than is borne
python benchmarks/gate.py --baseline    writes this machine's and this compiler's part of the baseline anew
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from callgrind import Level, count_instructions
from goals import GOALS
from machine import compiler, cpu_kind
from markdown import table
from pydantic import BaseModel
from report import ROOT, figures_of

BASELINE = ROOT / "benchmarks" / "baseline.json"
RATIO_LOSS = 0.25
"""Of a ratio, that is borne: by the best of TRIES, since other work on the machine only makes it worse."""
TRIES = 3
MORE_INSTRUCTIONS = 0.05
"""That are borne."""


class Baseline(BaseModel):
    """What has been reached.

    Attributes:
        ratios: by kind of CPU and workload.
        instructions: by compiler, SIMD level and workload.
    """

    ratios: dict[str, dict[str, float]] = {}
    instructions: dict[str, dict[str, dict[str, int]]] = {}

    @classmethod
    def read(cls) -> "Baseline":
        return cls.model_validate_json(BASELINE.read_text()) if BASELINE.exists() else cls()


class Comparison(BaseModel):
    """One figure beside what it was.

    Attributes:
        name: what it is of.
        now, before: figures.
        change: what has become worse, as a share of what it was; negative if it has become better.
        borne: most of it.
    """

    name: str
    now: float
    before: float
    change: float
    borne: float

    @property
    def holds(self) -> bool:
        """Whether it is as good as before, or nearly so."""
        return self.change <= self.borne

    @property
    def row(self) -> list[str]:
        """Of the table."""
        figures = [f"{self.now:,.5g}", f"{self.before:,.5g}", f"{self.change:+.1%}", f"{self.borne:.0%}"]
        return [self.name, *figures, "holds" if self.holds else "BROKEN"]


def compare_ratios(now: Mapping[str, float], before: Mapping[str, float]) -> list[Comparison]:
    """Ratios: less is worse. A workload that was measured before has to be there."""
    return [
        Comparison(name=f"{name}, ratio", now=now[name], before=was, change=(was - now[name]) / was, borne=RATIO_LOSS)
        for name, was in before.items()
    ]


def compare_instructions(level: Level, now: Mapping[str, int], before: Mapping[str, int]) -> list[Comparison]:
    """Instruction counts: more is worse. A workload that was measured before has to be there."""
    return [
        Comparison(
            name=f"{name}, instructions, {level}",
            now=now[name],
            before=was,
            change=(now[name] - was) / was,
            borne=MORE_INSTRUCTIONS,
        )
        for name, was in before.items()
    ]


def measured_ratios() -> Iterator[dict[str, float]]:
    """The best ratios of one try, of two, and so on."""
    best: dict[str, float] = {}
    for _ in range(TRIES):
        with TemporaryDirectory() as folder:
            raw = Path(folder, "raw.json")
            suites = [f"benchmarks/test_{suite}.py" for suite in ("decode", "framing", "rows")]
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *suites]
            done = subprocess.run(
                [*command, f"--benchmark-json={raw}"], cwd=ROOT, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise RuntimeError(f"the benchmarks failed:\n{done.stdout[-4_000:]}")
            figures = [figure for figure in figures_of(raw) if GOALS[figure.workload].gated]
        best = {figure.workload: max(figure.ratio, best.get(figure.workload, 0)) for figure in figures}
        yield best


def check_ratios(baseline: Baseline) -> list[Comparison]:
    """Of the best tries, as many as it takes."""
    before = baseline.ratios.get(cpu_kind())
    if before is None:
        print(f"RATIOS ARE NOT CHECKED: the baseline has {', '.join(baseline.ratios) or 'none'}, not {cpu_kind()}")
        return []
    compared: list[Comparison] = []
    for now in measured_ratios():
        compared = compare_ratios(now, before)
        if all(each.holds for each in compared):
            break
    return compared


def check_instructions(baseline: Baseline, root: Path = ROOT) -> list[Comparison]:
    """Of the build in ``root``."""
    before = baseline.instructions.get(compiler())
    if before is None:
        known = ", ".join(baseline.instructions) or "none"
        print(f"INSTRUCTIONS ARE NOT CHECKED: the baseline has {known}, not {compiler()}")
        return []
    return [
        each
        for level, counts in before.items()
        for each in compare_instructions(Level(level), count_instructions(Level(level), root), counts)
    ]


def write_baseline() -> None:
    baseline = Baseline.read()
    *_, baseline.ratios[cpu_kind()] = measured_ratios()
    baseline.instructions[compiler()] = {level: count_instructions(level, ROOT) for level in Level}
    BASELINE.write_text(baseline.model_dump_json(indent=2) + "\n")


def main() -> int:
    if "--baseline" in sys.argv:
        write_baseline()
        return 0
    baseline = Baseline.read()
    compared = [*check_ratios(baseline), *check_instructions(baseline)]
    rows = [each.row for each in compared]
    print(table(["", "now", "before", "worse by", "borne", ""], rows))
    return 0 if all(each.holds for each in compared) else 1


if __name__ == "__main__":
    sys.exit(main())
