"""Why a table of values cannot be read."""

from mfdecode.errors import MfdecodeError


class TableError(MfdecodeError):
    """A file that is no such table; the text says where and why."""
