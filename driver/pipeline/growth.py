"""How many threads the stages set to ``auto`` get: one more where the pipeline is held up, as long as that helps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from driver.config.pipeline import Pipeline

from .bottleneck import Stage, is_nearly_full
from .metrics import PipelineFigures, StageFigures

INTERVAL = 0.5
"""Seconds that are measured before a decision, at least."""
_LEAST_BATCHES = 10
"""The same in batches that are written: a rate over less is chance."""
_LEAST_GAIN = 1.05
"""A thread more that brings less than this is the last one."""
_CALM = 4
"""Intervals in which nothing could be improved, one after the other: it stays so."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Threads of a stage: at first, and at most."""

    first: int
    most: int

    @classmethod
    def of(cls, settings: Pipeline) -> dict[Stage, Self]:
        """Those that the settings ask for; ``auto`` begins with one."""
        return {
            Stage.PROCESSORS: cls(
                1 if settings.processors == "auto" else settings.processors, settings.most_processors
            ),
            Stage.WRITERS: cls(1 if settings.writers == "auto" else settings.writers, settings.most_writers),
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from an interval.

    Attributes:
        grow: the stage that gets a thread more; None if none does.
        settled: no decision comes after this one.
        records_per_second: written in the interval.
    """

    grow: Stage | None
    settled: bool
    records_per_second: int


class Growth:
    """Decides by the figures that it is shown; it has no clock.

    Args:
        crews: of the stages.
    """

    def __init__(self, crews: Mapping[Stage, Crew]) -> None:
        self._room = {stage: crew.most - crew.first for stage, crew in crews.items()}
        self._settled = not any(self._room.values())
        self._begin: tuple[float, PipelineFigures] | None = None
        self._looks = 0
        self._full = dict.fromkeys(crews, 0)
        self._grown: tuple[Stage, float] | None = None
        self._calm = 0

    def look(self, seconds: float, figures: PipelineFigures) -> Decision | None:
        """Take in what there is at a moment.

        Args:
            seconds: by any clock that never goes back.
            figures: of the pipeline then.

        Returns:
            None while an interval lasts, and after the stages have settled.
        """
        if self._settled:
            return None
        if self._begin is None:
            self._begin = seconds, figures
            return None
        self._looks += 1
        self._full[Stage.PROCESSORS] += is_nearly_full(figures.raw_queue)
        self._full[Stage.WRITERS] += is_nearly_full(figures.write_queue)
        began, before = self._begin
        if seconds - began < INTERVAL or figures.written.batches - before.written.batches < _LEAST_BATCHES:
            return None
        rates = {
            Stage.PROCESSORS: _rate(before.processed, figures.processed, seconds - began),
            Stage.WRITERS: _rate(before.written, figures.written, seconds - began),
        }
        decision = self._decide(rates)
        self._begin, self._looks, self._full = (seconds, figures), 0, dict.fromkeys(self._full, 0)
        return decision

    def _decide(self, rates: Mapping[Stage, float]) -> Decision:
        stage = self._held_up_by()
        if self._grown is not None and stage is not None:
            grown, before = self._grown
            # If another stage holds the pipeline up now, nothing is said about this one.
            if grown is stage and rates[stage] < before * _LEAST_GAIN:
                self._room[stage] = 0
        grow = stage if stage is not None and self._room[stage] else None
        self._grown = None
        if grow is not None:
            self._grown = grow, rates[grow]
            self._room[grow] -= 1
        self._calm = 0 if grow else self._calm + 1
        self._settled = self._calm == _CALM or not any(self._room.values())
        return Decision(grow, self._settled, round(rates[Stage.WRITERS]))

    def _held_up_by(self) -> Stage | None:
        """The stage whose queue was full most of the time; where both were, the last one keeps the other waiting."""
        for stage in (Stage.WRITERS, Stage.PROCESSORS):
            if 2 * self._full[stage] > self._looks:
                return stage
        return None


def _rate(before: StageFigures, after: StageFigures, seconds: float) -> float:
    return (after.records - before.records) / seconds
