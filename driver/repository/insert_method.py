"""The ways of sending rows to Db2."""

from enum import StrEnum


class InsertMethod(StrEnum):
    """How rows are sent."""

    BIND = "bind"
    ARRAY = "array"
    EXECUTEMANY = "executemany"
