"""How fast a load has been of late."""

from collections import deque
from dataclasses import dataclass

from driver.pipeline.bottleneck import Stage, Threads, bottleneck
from driver.pipeline.metrics import PipelineFigures


@dataclass(frozen=True, slots=True)
class Interval:
    """A piece of a load.

    Attributes:
        seconds: that it took.
        before, after: the figures at its beginning and its end.
    """

    seconds: float
    before: PipelineFigures
    after: PipelineFigures

    @property
    def records_per_second(self) -> float:
        """Records that were loaded."""
        return self._per_second(self.after.written.records - self.before.written.records)

    @property
    def bytes_per_second(self) -> float:
        """Bytes of the file whose records were loaded."""
        return self._per_second(self.after.loaded - self.before.loaded)

    def remaining_seconds(self, size: int) -> float | None:
        """Until a file of that size is loaded, at this pace; None where nothing was loaded."""
        rate = self.bytes_per_second
        return max(0.0, size - self.after.loaded) / rate if rate > 0 else None

    def bottleneck(self, threads: Threads) -> Stage | None:
        """The stage that held up the others, if one did."""
        return bottleneck(self.before, self.after, self.seconds, threads)

    def _per_second(self, figure: float) -> float:
        return figure / self.seconds if self.seconds > 0 else 0.0


class Pace:
    """Keeps the figures of the last seconds.

    Args:
        seconds: that it looks back.
        began: when the load did.
        figures: of that moment.
    """

    def __init__(self, seconds: float, began: float, figures: PipelineFigures) -> None:
        self._seconds = seconds
        self._first = began, figures
        self._seen = deque([self._first])

    def see(self, at: float, figures: PipelineFigures) -> None:
        """Take the figures of a moment."""
        self._seen.append((at, figures))
        while len(self._seen) > 2 and at - self._seen[1][0] >= self._seconds:
            self._seen.popleft()

    @property
    def of_late(self) -> Interval:
        """The last seconds."""
        return self._since(self._seen[0])

    @property
    def on_the_whole(self) -> Interval:
        """All that was seen."""
        return self._since(self._first)

    def _since(self, then: tuple[float, PipelineFigures]) -> Interval:
        now, figures = self._seen[-1]
        return Interval(now - then[0], then[1], figures)
