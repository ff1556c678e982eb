"""What nobody has foreseen: one message for people, and the traceback for who mends it."""

import os
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
import typer

from driver.telemetry.redaction import redacted
from mfdecode.errors import MfdecodeError

_WANTED = "MFDECODE_TRACEBACK"
_ROOT = Path(__file__).parents[2]


@contextmanager
def logged_defects() -> Iterator[None]:
    """Have the log tell of errors that nobody has foreseen, in any thread, with their tracebacks; they go on."""
    before = threading.excepthook
    threading.excepthook = _log_defect_of_thread
    try:
        yield
    except (MfdecodeError, OSError):
        raise
    except Exception:
        structlog.get_logger().critical("defect", exc_info=True)
        raise
    finally:
        threading.excepthook = before


def _log_defect_of_thread(failed: threading.ExceptHookArgs) -> None:
    name = None if failed.thread is None else failed.thread.name
    structlog.get_logger().critical("defect", thread=name, exc_info=failed.exc_value)


def tell_defect(error: Exception) -> None:
    """Say on standard error what has happened and where; not with what values, which may be anybody's data."""
    if os.environ.get(_WANTED):
        typer.echo(redacted("".join(traceback.format_exception(error))), err=True, nl=False)
    typer.echo(
        f"{type(error).__name__} in {_place(error)}: a defect of mfdecode, not of the job; please report it. The log "
        f"of a run has the traceback, and with {_WANTED}=1 in the environment it is shown here",
        err=True,
    )


def _place(error: Exception) -> str:
    """The innermost line of ours."""
    lines = ((Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__))
    file, line = [(file, line) for file, line in lines if file.is_relative_to(_ROOT)][-1]
    return f"{file.relative_to(_ROOT)}:{line}"
