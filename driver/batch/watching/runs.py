"""The runs that have left a folder, looked at by whoever asks for them."""

import socket
from datetime import UTC, datetime
from pathlib import Path

from driver.batch.run_folder import RunFolder, run_folders

from .life import Life, Sign, last_sign
from .status import Status, StatusError, read_status

Seen = tuple[Status, Sign]
"""What a run says of itself, and whether its process lives."""


def look_at(runs: Path, run_id: str) -> Seen:
    """Look at one run.

    Args:
        runs: the folder of all runs.
        run_id: of the run.

    Raises:
        UnknownRun: there is none such, and the text names the nearest.
        StatusError: it has no status.
    """
    folder = RunFolder(runs, run_id)
    if not folder.exists:
        raise folder.unknown()
    return _look(folder)


def look_at_all(runs: Path) -> tuple[list[Seen], list[StatusError]]:
    """Look at all runs that have begun to load.

    Returns:
        The runs, the newest first, and why others are not among them.

    Raises:
        StatusError: there is no such folder.
    """
    _require(runs)
    seen: list[Seen] = []
    unreadable: list[StatusError] = []
    for folder in run_folders(runs):
        if folder.status.exists():
            try:
                seen.append(_look(folder))
            except StatusError as error:
                unreadable.append(error)
    return sorted(seen, key=lambda each: each[0].started, reverse=True), unreadable


def _look(folder: RunFolder) -> Seen:
    status = read_status(folder.status)
    sign = _sign(status)
    if sign.life is Life.DEAD:
        # It may have ended, and said so, since its status was read.
        status = read_status(folder.status)
        sign = _sign(status)
    return status, sign


def _sign(status: Status) -> Sign:
    return last_sign(status, now=datetime.now(UTC), host=socket.gethostname())


def _require(runs: Path) -> None:
    if not runs.is_dir():
        raise StatusError(f"{runs}, the folder of all runs, is not there: give the job file, or --runs DIR")
