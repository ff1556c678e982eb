"""What the exit code of a run tells the scheduler, in the mainframe's own scale."""

import signal
from enum import IntEnum
from typing import Self

from driver.config.vault import VaultUnavailable
from driver.repository.errors import TargetUnavailable
from mfdecode.errors import MfdecodeError

from .admission import RunCompleted


class ExitCode(IntEnum):
    """The exit codes of every sub-command."""

    OK = 0
    REJECTS = 4
    """Loaded, with rejects within the limit."""
    REJECT_LIMIT = 8
    """More rejects than the job bears; nothing was merged."""
    UNRECONCILED = 8
    """Counts or control totals that do not agree."""
    CONFIGURATION = 12
    """Configuration, copybook, input or authorisation: a rerun without a correction ends the same."""
    RESUMABLE = 16
    """Trouble of the database or the file system."""
    DEFECT = 20
    """Something that nobody has foreseen; the log has its traceback. What is committed can be resumed all the same."""
    INTERRUPTED = 130
    """By SIGINT; what was read is loaded."""
    TERMINATED = 143
    """By SIGTERM; what was read is loaded."""

    @property
    def meaning(self) -> str:
        """In a few words, for people."""
        return _MEANINGS[self]

    @classmethod
    def of_signal(cls, number: signal.Signals) -> Self:
        """The exit code of a run that the signal has ended."""
        return cls(128 + number)

    @classmethod
    def of_error(cls, error: MfdecodeError | OSError) -> Self:
        """The exit code of a command that the error has ended."""
        match error:
            case RunCompleted():
                return cls.OK
            case TargetUnavailable() | VaultUnavailable():
                return cls.RESUMABLE
            case FileNotFoundError() | PermissionError() | IsADirectoryError() | NotADirectoryError():
                return cls.CONFIGURATION
            case OSError():
                return cls.RESUMABLE
            case MfdecodeError():
                return cls.CONFIGURATION


_MEANINGS = {
    ExitCode.OK: "all loaded",
    ExitCode.REJECTS: "loaded, with rejects within the limit",
    ExitCode.REJECT_LIMIT: "reject limit passed, or not reconciled",
    ExitCode.CONFIGURATION: "configuration, copybook, input or authorisation",
    ExitCode.RESUMABLE: "database or file-system trouble",
    ExitCode.DEFECT: "a defect of mfdecode; the log has its traceback",
    ExitCode.INTERRUPTED: "interrupted; what was read is loaded",
    ExitCode.TERMINATED: "terminated; what was read is loaded",
}
