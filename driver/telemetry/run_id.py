"""The name of a run, in every table and every line of the log."""

import secrets
from datetime import datetime


def new_run_id(now: datetime) -> str:
    """``YYYYMMDD_HHMMSS_xxxx``: sorts by time, and two runs of one second differ.

    Args:
        now: the time of the run's start, as its users count it.
    """
    return f"{now:%Y%m%d_%H%M%S}_{secrets.token_hex(2)}"
