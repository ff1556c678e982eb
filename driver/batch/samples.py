"""How far a run was at one moment: written while it loads, drawn by its report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """The pipeline at one moment.

    Attributes:
        seconds: since the load began, by a clock that never goes back.
        read, processed, written: records that have gone through the stage.
        rejected: records of them that are not loaded.
        bytes: of the input whose records are loaded.
        raw_queue, write_queue: batches that wait.
        retries: transactions that were tried again.
    """

    seconds: float
    read: int
    processed: int
    written: int
    rejected: int
    bytes: int
    raw_queue: int
    write_queue: int
    retries: int
