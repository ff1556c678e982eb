"""What the exit code of a run tells the scheduler, in the mainframe's own scale."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every sub-command."""

    OK = 0
    REJECTS = 4
    """Loaded, with rejects within the limit."""
    REJECT_LIMIT = 8
    """More rejects than the job bears; nothing was merged."""
    UNRECONCILED = 8
    """The counts or control totals do not agree."""
    CONFIGURATION = 12
    """Configuration, copybook, input or authorisation: a rerun without a correction ends the same."""
    RESUMABLE = 16
    """Trouble of the database or the file system; the run can be resumed."""
    INTERRUPTED = 130
    """By SIGINT: drained, resumable."""
    TERMINATED = 143
    """By SIGTERM: drained, resumable."""
