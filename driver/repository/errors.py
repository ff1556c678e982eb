"""What a target says when it does not do what it is asked."""

from mfdecode.errors import MfdecodeError


class TargetUnavailable(MfdecodeError):  # noqa: N818 - named for what it says
    """The database or its disk is not there, is full, or is locked; the run can be resumed."""


class TargetRefused(MfdecodeError):  # noqa: N818 - named for what it says
    """The database does not take what the job gives it; a rerun without a correction ends the same."""


class LedgerConflict(MfdecodeError):  # noqa: N818 - named for what it says
    """The batch is in the ledger already: its rows are loaded."""

    def __init__(self, run_id: str, part: int, batch: int) -> None:
        super().__init__(f"part {part}, batch {batch} of run {run_id} is in the ledger already; its rows are loaded")
