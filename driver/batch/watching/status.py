"""How far a run is: the one record from which its status file, samples, log lines and metrics are made."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from driver.output.files import named, replacing
from driver.pipeline.bottleneck import Stage
from driver.pipeline.metrics import QueueFigures, StageFigures
from driver.repository.target import RunState
from mfdecode.errors import MfdecodeError


class StatusError(MfdecodeError):
    """There is no status to be had; the text says why."""


class RunStage(StrEnum):
    """What a run does, in this order."""

    BEGIN = "begin"
    LOAD = "load"
    COUNT = "count"
    """The database is asked for counts and sums, and the rejects are written."""
    MERGE = "merge"
    RECONCILE = "reconcile"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run has ended.

    Attributes:
        at: when.
        exit_code: of the process.
        message: why it ended where it did; empty where it has come to its end.
    """

    at: datetime
    exit_code: int
    message: str


@dataclass(frozen=True, slots=True)
class Status:
    """A run at one moment.

    Attributes:
        run_id: of the run.
        job: its name.
        file: the input: a file, or the pattern of its files.
        file_size: bytes of it.
        state: how far it has come, as the target has it.
        stage: what it does.
        since: when it began to do so.
        started: when the run did.
        updated: when this was written.
        seconds: that the stage has taken so far, by a clock that is never set.
        pid, host: the process.
        passed: what an earlier attempt of the run has loaded.
        read, processed, written: the work of each stage of the pipeline in this one.
        raw_queue, write_queue: between them.
        loaded: bytes of the file whose records are loaded.
        rejected: records that are not loaded.
        retries: transactions that the database had to be asked for again.
        records_per_second, bytes_per_second: that are loaded: of late while it loads, and then of the whole load.
        remaining_seconds: until all is loaded, at that pace; None where nothing tells.
        bottleneck: the stage of the pipeline that holds up the others, if one does.
        stopping: the signal that has told the run to stop, after which it drains; None: none has.
        ending: None while it runs.
    """

    run_id: str
    job: str
    file: str
    file_size: int
    state: RunState
    stage: RunStage
    since: datetime
    started: datetime
    updated: datetime
    seconds: float
    pid: Annotated[int, Field(gt=0)]
    host: str
    passed: StageFigures
    read: StageFigures
    processed: StageFigures
    written: StageFigures
    raw_queue: QueueFigures
    write_queue: QueueFigures
    loaded: int
    rejected: int
    retries: int
    records_per_second: float
    bytes_per_second: float
    remaining_seconds: float | None
    bottleneck: Stage | None
    stopping: str | None
    ending: Ending | None

    @property
    def percent(self) -> float:
        """Of the file, that is loaded."""
        return 100 * self.loaded / max(1, self.file_size)

    def write(self, path: Path) -> None:
        """Replace the file, so that whoever reads it finds a whole one.

        Raises:
            OSError: it cannot be written.
        """
        with replacing(path) as file, named(path):
            file.write(STATUS.dump_json(self, indent=2) + b"\n")


def read_status(path: Path) -> Status:
    """What ``write`` has written.

    Raises:
        StatusError: it has not, or another version of the program has.
    """
    try:
        return STATUS.validate_json(path.read_bytes())
    except FileNotFoundError:
        raise StatusError(f"{path} is not there: the run had not begun to load") from None
    except ValidationError:
        raise StatusError(f"{path} is no status as this version of the program writes it") from None


STATUS = TypeAdapter(Status)
