"""Where the lines of the log go: a file that is rotated, or a stream; what cannot be written is counted and told."""

import fcntl
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO


class Losses(logging.Handler):
    """What becomes of lines that cannot be written: the work goes on without them, and standard error says so.

    Attributes:
        lost: lines that were not written.
    """

    lost = 0
    name_of_log: str

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Count the line; the first one that is lost is told at once."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        self.lost += 1
        if self.lost == 1:
            _tell(f"{self.name_of_log}: {error.strerror}: lines of the log are lost; the run goes on")

    def close(self) -> None:
        """Say how many lines are lost, if any are."""
        try:
            super().close()
        except OSError as error:  # a network's file system may tell only now that its disk is full
            _tell(f"{self.name_of_log}: {error.strerror}: the end of the log may be lost")
        if self.lost:
            _tell(f"{self.name_of_log}: lines of the log that are lost: {self.lost:,}")


class StreamLog(Losses, logging.StreamHandler[TextIO]):
    """A log on a stream that is someone else's.

    Args:
        stream: standard error.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.name_of_log = "standard error"


class FileLog(Losses, RotatingFileHandler):
    """A log in a file that several processes may append to and rotate.

    A line is one write to the end of the file, so that those of several runs stay whole. Rotation is under a lock on
    the file itself: who comes second finds another file under the name, and goes on with that one.

    Args:
        path: appended to; its folder is there.
        max_bytes: a line that would make it longer begins a new file; 0: never.
        backups: older files that are kept, as ``path.1`` and so on.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, max_bytes: int, backups: int) -> None:
        super().__init__(path, maxBytes=max_bytes, backupCount=backups, encoding="utf-8")
        self.name_of_log = str(path)

    def doRollover(self) -> None:  # noqa: N802 - the standard library's name
        """Begin a new file, unless another process has just done so."""
        stream = self.stream or self._open()
        with _locked(stream) as held:
            if held == _identity(self.baseFilename):
                super().doRollover()
            else:
                stream.close()
                self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Count the line, and begin the next one with a file opened anew, without the rest of this one."""
        super().handleError(record)
        stream, self.stream = self.stream, None
        if stream is not None:
            with suppress(OSError):
                stream.close()


@contextmanager
def _locked(stream: TextIO) -> Iterator[tuple[int, int] | None]:
    """Keep other processes from rotating an open file; a copy of its number holds the lock though it is closed."""
    copy = os.dup(stream.fileno())
    try:
        fcntl.flock(copy, fcntl.LOCK_EX)
        yield _identity(copy)
    finally:
        os.close(copy)


def _identity(file: str | int) -> tuple[int, int] | None:
    """What tells a file from another that has had its name; None where there is none."""
    try:
        found = os.stat(file)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _tell(message: str) -> None:
    with suppress(OSError):  # it may be standard error itself that takes nothing any more
        print(message, file=sys.stderr, flush=True)
