"""The time of day, which may be set, and the clock that durations are measured by, which may not."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

_TOLERATED = 5.0
"""Seconds by which the time of day may be corrected between two looks at it; no one need be told."""


class Clock:
    """Both clocks of the machine.

    Args:
        wall: seconds of the time of day, since 1970.
        steady: seconds since some moment, never set.
    """

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self.seconds = steady
        self._distance = wall() - steady()

    def now(self) -> datetime:
        """The time of day."""
        return datetime.fromtimestamp(self._wall(), UTC)

    def jump(self) -> float | None:
        """Seconds by which the time of day was set forward, or, negative, back, since this was last asked."""
        distance = self._wall() - self.seconds()
        jump, self._distance = distance - self._distance, distance
        return jump if abs(jump) > _TOLERATED else None
