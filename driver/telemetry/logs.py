"""JSON logs: one object a line, with the run and the worker that it is about."""

import logging
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import structlog

from .redaction import Redaction


@contextmanager
def logging_to(file: Path | None, *, level: str, secrets: Collection[str] = ()) -> Iterator[None]:
    """Send the log to a file, or to standard error where that is no terminal, until the context ends.

    Args:
        file: appended to; its folder is made.
        level: debug, info, warning or error; less is not logged.
        secrets: values that no line may have.

    Raises:
        OSError: the file cannot be written.
    """
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    silent = file is None and sys.stderr.isatty()
    with open(file, "a", encoding="utf-8") if file is not None else _standard_error() as out:
        structlog.configure(
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                Redaction(secrets),
                structlog.processors.JSONRenderer(),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(
                logging.CRITICAL if silent else logging.getLevelNamesMapping()[level.upper()]
            ),
            logger_factory=structlog.WriteLoggerFactory(out),
        )
        try:
            yield
        finally:
            structlog.reset_defaults()


@contextmanager
def _standard_error() -> Iterator[TextIO]:
    yield sys.stderr
