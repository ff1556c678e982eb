"""What each workload has to reach, and what its figure is compared with in the same run."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """Of a figure."""

    SPEED = "GB/s"
    CELL = "ns a cell"
    RECORDS = "records/s"

    def figure(self, amount: float, seconds: float) -> float:
        """Of an amount of bytes, cells or records that took so long."""
        match self:
            case Unit.SPEED:
                return amount / seconds / 1e9
            case Unit.CELL:
                return seconds / amount * 1e9
            case Unit.RECORDS:
                return amount / seconds

    def shown(self, figure: float) -> str:
        """With as many digits as tell something."""
        return f"{figure:,.0f}" if self is Unit.RECORDS else f"{figure:.2f}" if figure < 10 else f"{figure:.1f}"


@dataclass(frozen=True)
class Goal:
    """What a workload has to reach.

    Attributes:
        title: for the table.
        unit: of figure and bound.
        bound: at least so many, or at most, of ``CELL``.
        ratio: to the yardstick that will do instead.
        gated: whether the regression gate holds it to its ratio: what runs on one core. Of what takes two, the
            ratio to a yardstick of one core tells how busy the other core was.
    """

    title: str
    unit: Unit
    bound: float
    ratio: float | None = None
    gated: bool = True

    def met(self, figure: float, ratio: float) -> bool:
        """Whether the figure, or the ratio to the yardstick, is good enough."""
        return self.share(figure) >= 1 or (self.ratio is not None and ratio >= self.ratio)

    def share(self, figure: float) -> float:
        """Of the goal that the figure reaches; 1 is all of it."""
        return self.bound / figure if self.unit is Unit.CELL else figure / self.bound

    @property
    def text(self) -> str:
        """For the table."""
        sign = "≤" if self.unit is Unit.CELL else "≥"
        number = f"{self.bound:,.0f}" if self.unit is Unit.RECORDS else f"{self.bound:g}"
        bound = f"{sign} {number} {self.unit}"
        return bound if self.ratio is None else f"{bound}, or {self.ratio} of the yardstick"


GOALS = {
    "display-heavy": Goal("DISPLAY-heavy: ten X(50), 500 bytes", Unit.SPEED, 10, 0.25),
    "comp3-heavy": Goal("COMP-3-heavy: ten S9(9)V99, 60 bytes", Unit.SPEED, 2),
    "zoned-heavy": Goal("zoned-heavy: ten S9(9)V99 DISPLAY, 110 bytes", Unit.SPEED, 2),
    "binary-heavy": Goal("binary-heavy: ten S9(9) COMP, 40 bytes", Unit.SPEED, 4),
    "mixed-wide": Goal("mixed-wide: 167 columns of all types, 1,341 bytes", Unit.SPEED, 1.5),
    "framing": Goal("RDW framing of 64-byte records", Unit.SPEED, 5),
    "rows": Goal("row tuples from the array: 10 columns", Unit.CELL, 40),
    "duckdb": Goal("file → DuckDB staging, merged, reconciled; 20 columns", Unit.RECORDS, 500_000, gated=False),
    "parquet": Goal("file → Parquet; 20 columns", Unit.RECORDS, 1_000_000, gated=False),
    "discard": Goal("whole pipeline to a discarding target, DISPLAY-heavy", Unit.SPEED, 3, 0.6, gated=False),
}
