"""An error as one message."""

from driver.telemetry.redaction import redacted
from mfdecode.errors import MfdecodeError


def error_text(error: MfdecodeError | OSError) -> str:
    """What is shown of an error, secrets hidden: of the operating system's, the file and the reason, no number."""
    if not isinstance(error, OSError) or error.strerror is None:
        return redacted(str(error))
    return redacted(error.strerror if error.filename is None else f"{error.filename}: {error.strerror}")
