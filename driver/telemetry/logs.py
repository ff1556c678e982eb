"""JSON logs: one object a line, with the run and the worker that it is about."""

import logging
import sys
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from .log_file import FileLog, StreamLog
from .redaction import Redaction

_NAME = "mfdecode"


@dataclass(frozen=True, slots=True)
class LogTo:
    """A file for the log.

    Attributes:
        path: appended to; its folder is made.
        max_bytes: after which a new one is begun; None: never.
        backups: older ones that are kept.
    """

    path: Path
    max_bytes: int | None = None
    backups: int = 1


@contextmanager
def logging_to(file: LogTo | None, *, level: str, secrets: Collection[str] = ()) -> Iterator[None]:
    """Send the log to a file, or to standard error where that is no terminal, until the context ends.

    A line that cannot be written is lost, which standard error says; the work goes on.

    Args:
        file: where it goes.
        level: debug, info, warning or error; less is not logged.
        secrets: values that no line may have.

    Raises:
        OSError: the file cannot be opened.
    """
    silent = file is None and sys.stderr.isatty()
    with closing(_handler(file)) as handler:
        out = logging.Logger(_NAME)  # known to nobody else, so that it stands in no hierarchy
        out.addHandler(handler)
        structlog.configure(
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                Redaction(secrets),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(
                logging.CRITICAL if silent else logging.getLevelNamesMapping()[level.upper()]
            ),
            logger_factory=lambda *_: out,
        )
        try:
            yield
        finally:
            structlog.reset_defaults()


def _handler(file: LogTo | None) -> logging.Handler:
    if file is None:
        return StreamLog(sys.stderr)
    file.path.parent.mkdir(parents=True, exist_ok=True)
    return FileLog(file.path, file.max_bytes or 0, file.backups)
