"""The counts of a run as a stream from read to final: which part goes where, and where that is drawn.

Widths are proportional to records, but a stream of a single record is still seen. Each end of the stream has a row of
its own, so that no two labels meet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from driver.batch.report import RunReport, TypeReport
from driver.repository.counts import MergeCounts

WIDTH = 960.0
_COLUMN = 240.0
_BAR = 10.0
_ALL_RECORDS = 240.0
"""Height of the whole stream, if it is not made higher by many that are tiny."""
_THINNEST = 2.0
_LABEL = 20.0
_GAP = 6.0


class Tone(StrEnum):
    """What a part of the stream is, as the page colours it."""

    STREAM = "stream"
    INSERTED = "inserted"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    BROKEN = "broken"
    """Records that one count has and the next has not."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Records, and the parts into which they go on."""

    name: str
    records: int
    tone: Tone = Tone.STREAM
    parts: tuple["Flow", ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """Records at one point of the stream, drawn; ``y`` is its upper edge."""

    name: str
    records: int
    tone: Tone
    x: float
    y: float
    height: float
    width: float = _BAR

    @property
    def middle(self) -> float:
        """Where the label is."""
        return self.y + self.height / 2

    @property
    def is_thin(self) -> bool:
        """Whether the label is higher."""
        return self.height < _LABEL


@dataclass(frozen=True, slots=True)
class Ribbon:
    """What goes from one bar to the next, drawn: of one height from its beginning to its end."""

    records: int
    tone: Tone
    x: float
    y: float
    to_x: float
    to_y: float
    height: float

    @property
    def path(self) -> str:
        """As SVG has it."""
        x, to_x, bend = self.x, self.to_x, (self.x + self.to_x) / 2
        low, to_low = self.y + self.height, self.to_y + self.height
        return (
            f"M{x:.1f},{self.y:.1f} C{bend:.1f},{self.y:.1f} {bend:.1f},{self.to_y:.1f} {to_x:.1f},{self.to_y:.1f} "
            f"V{to_low:.1f} C{bend:.1f},{to_low:.1f} {bend:.1f},{low:.1f} {x:.1f},{low:.1f} Z"
        )


@dataclass(frozen=True, slots=True)
class Diagram:
    """The whole stream, drawn."""

    height: float
    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]
    width: float = WIDTH


def flow_of(report: RunReport) -> Flow | None:
    """What has become of the records of a run; None if none is counted."""
    counts = report.counts
    if counts is None or not counts.read:
        return None
    several = len(report.types) > 1
    types = [_of_type(type_, type_.record_type if several else "valid", report) for type_ in report.types]
    return _flow("read", counts.read, [*types, Flow("rejected", counts.rejected, Tone.REJECTED)])


def _of_type(type_: TypeReport, name: str, report: RunReport) -> Flow:
    merged = [] if type_.merge is None else [(name, getattr(type_.merge, name)) for name in MergeCounts.__slots__]
    ends = [Flow(name, records, Tone(name)) for name, records in merged]
    staged = _flow("not kept" if report.target == "discard" else "staged", type_.staged, ends)
    return _flow(name, type_.valid, [staged])


def _flow(name: str, records: int, parts: Sequence[Flow]) -> Flow:
    """Records and their parts without those that are empty; what is between the counts is one more part."""
    found = [part for part in parts if part.records]
    missing = records - sum(part.records for part in found)
    if parts and missing > 0:
        found.append(Flow("missing", missing, Tone.BROKEN))
    return Flow(name, records, Tone.BROKEN if parts and missing < 0 else Tone.STREAM, tuple(found))


def draw(flow: Flow) -> Diagram:
    """Bars and ribbons of a stream."""
    scale = _ALL_RECORDS / max(1, flow.records)
    bars: list[Bar] = []
    ribbons: list[Ribbon] = []

    def place(part: Flow, column: int, top: float) -> tuple[Bar, float]:
        """Its bar, and the bottom of the rows that it and all after it take."""
        below, bottom = [], top
        for child in part.parts:
            bar, bottom = place(child, column + 1, bottom)
            below.append(bar)
        height = max(_THINNEST, part.records * scale, sum(bar.height for bar in below))
        bottom = max(bottom, top + max(height, _LABEL) + _GAP)
        own = Bar(part.name, part.records, part.tone, column * _COLUMN, (top + bottom - _GAP - height) / 2, height)
        bars.append(own)
        ribbons.extend(_ribbons(own, below))
        return own, bottom

    _, bottom = place(flow, 0, 0.0)
    return Diagram(bottom - _GAP, tuple(bars), tuple(ribbons))


def _ribbons(bar: Bar, below: Sequence[Bar]) -> Iterator[Ribbon]:
    y = bar.y
    for end in below:
        yield Ribbon(end.records, end.tone, bar.x + bar.width, y, end.x, end.y, end.height)
        y += end.height
