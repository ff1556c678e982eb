"""Whether a run goes on: by its process, where that is on this machine, and by when it was last heard of."""

import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .status import Status

_SILENCE = 60.0
"""Seconds without an update after which something is wrong; there is one a second, whatever the run does."""

_SET_BACK = 5.0
"""Seconds by which an update may lie in the future: clocks of two machines are never quite the same."""


class Life(StrEnum):
    """What is known of a run's process."""

    RUNNING = "running"
    ENDED = "ended"
    """It said how."""
    DEAD = "dead"
    """It is gone, and said nothing."""
    SILENT = "silent"
    """It should have been heard of: it hangs, or is gone."""
    UNKNOWN = "unknown"
    """It is on another machine, and the clocks do not tell when it was heard of."""


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life.

    Attributes:
        life: what it tells.
        age: seconds since; negative where the clock was set back in between.
    """

    life: Life
    age: float

    @property
    def clock_set_back(self) -> bool:
        """Whether the age says nothing."""
        return self.age < -_SET_BACK


def last_sign(status: Status, *, now: datetime, host: str) -> Sign:
    """What the status of a run and this machine tell of its process.

    Args:
        status: as the run wrote it last.
        now: the time of day.
        host: the name of this machine.
    """
    age = (now - status.updated).total_seconds()
    if status.ending is not None:
        return Sign(Life.ENDED, age)
    here = status.host == host
    if here and not _exists(status.pid):
        return Sign(Life.DEAD, age)
    if age > _SILENCE:
        return Sign(Life.SILENT, age)
    if not here and age < -_SET_BACK:
        return Sign(Life.UNKNOWN, age)
    return Sign(Life.RUNNING, age)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        return True
    return True
