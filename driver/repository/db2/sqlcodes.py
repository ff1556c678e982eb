"""What an error of the database means for the transaction: by its SQLCODE and SQLSTATE, never by a class.

The codes are those of Db2 for Linux, UNIX and Windows and of Db2 for z/OS ("Codes", SC27-8847, and the message
reference of Db2 11.5).
"""

import re
from enum import Enum

from driver.repository.errors import TargetRefused, TargetUnavailable

_CODES = re.compile(r"SQLSTATE=(\w{5})(?:\s+SQLCODE=(-?\d+))?")
_NUMBER = re.compile(r"\bSQL(\d{4,5})N\b")

DUPLICATE_KEY = -803
NO_TABLE = -204
EXISTS_ALREADY = -601
DATA_EXCEPTION = "22000"
UNKNOWN_STATE = "40003"


class Trouble(Enum):
    """What can be done about an error."""

    ROLLED_BACK = "the server has undone the transaction: do it again"
    NOT_ROLLED_BACK = "the statement failed for now: undo the transaction and do it again"
    LOST = "the connection is gone: connect, ask the ledger, and do again what is not in it"
    CAPACITY = "a log or a table of locks is full: do less at a time if that can be, after a longer pause"
    ROW = "a row is refused for what it holds"
    PERMANENT = "it will not do, however often it is tried"


_ROLLED_BACK = {-911}
# -918: the transaction must be rolled back. -952: the statement was interrupted.
_NOT_ROLLED_BACK = {-913, -904, -918, -952}
# -30108, -20542: the driver has connected again by itself; what it has prepared before is not to be trusted then.
_LOST = {-30108, -30081, -30080, -30020, -20542, -1224, -900, -923, -924, -1024, -1131, -4499}
_CAPACITY = {-964, -912, -1040, -289, -968}
_LOGIN = {-30082, -30061, -30060, -1013, -1060, -1403, -1404}
_LOGIN_REJECTED = "08004"
_TIMEOUT = "HYT"


class SqlError(Exception):
    """An error of the database or of its driver.

    Attributes:
        sqlstate: five characters.
        sqlcode: negative.
        text: the driver's message; may quote values.
        row: of an array, from 0; -1 where the driver does not know.
    """

    def __init__(self, sqlstate: str, sqlcode: int, text: str, row: int = -1) -> None:
        super().__init__(text)
        self.sqlstate, self.sqlcode, self.text, self.row = sqlstate, sqlcode, text, row

    @classmethod
    def of_text(cls, text: str) -> "SqlError | None":
        """The error that a message of ibm_db speaks of; None if it speaks of none."""
        codes = _CODES.search(text)
        if codes is None:
            return None
        number = _NUMBER.search(text)
        sqlcode = int(codes[2]) if codes[2] else -int(number[1]) if number else -99999
        return cls(codes[1], sqlcode, text)

    @property
    def trouble(self) -> Trouble:
        """What it means for the transaction."""
        for codes, trouble in (
            (_LOGIN, Trouble.PERMANENT),
            (_ROLLED_BACK, Trouble.ROLLED_BACK),
            (_NOT_ROLLED_BACK, Trouble.NOT_ROLLED_BACK),
            (_LOST, Trouble.LOST),
            (_CAPACITY, Trouble.CAPACITY),
        ):
            if self.sqlcode in codes:
                return trouble
        if self.sqlstate == _LOGIN_REJECTED:
            return Trouble.PERMANENT
        # 57: stopped by somebody, or short of something; 58: a system error. The transaction may have ended either way.
        if self.sqlstate == UNKNOWN_STATE or self.sqlstate.startswith(("08", "57", "58", _TIMEOUT)):
            return Trouble.LOST
        if self.sqlstate.startswith("40"):
            return Trouble.ROLLED_BACK
        if self.sqlstate[:2] in {"22", "23", "44"}:
            return Trouble.ROW
        return Trouble.PERMANENT

    @property
    def codes(self) -> str:
        """For a message that must not quote what a row holds."""
        return f"SQLCODE {self.sqlcode}, SQLSTATE {self.sqlstate}"


class MayPassError(SqlError):
    """An error that is permanent by its code, and need not be where it has come up: the ledger will tell."""

    def __init__(self, error: SqlError) -> None:
        super().__init__(error.sqlstate, error.sqlcode, error.text, error.row)

    @property
    def trouble(self) -> Trouble:
        """To be tried again."""
        return Trouble.NOT_ROLLED_BACK


def translated(error: SqlError, what: str) -> TargetUnavailable | TargetRefused:
    """The error in our words.

    Args:
        error: of the database.
        what: was done.
    """
    match error.trouble:
        case Trouble.ROW:
            return TargetRefused(f"{what}: the database refuses it ({error.codes})")  # its text may quote values
        case Trouble.PERMANENT:
            return TargetRefused(f"{what}: {error.text}")
        case _:
            return TargetUnavailable(f"{what}: {error.text}")
