"""An error as one message."""

from mfdecode.errors import MfdecodeError


def error_text(error: MfdecodeError | OSError) -> str:
    """What is shown of an error: of the operating system's, the file and the reason, without its number."""
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    return error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
