"""How far a run was at one moment: written while it loads, drawn by its report."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError


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


def read_samples(path: Path) -> list[Sample]:
    """The samples that are there: none without the file, and without a last line that is not whole.

    Raises:
        OSError: the file cannot be read.
    """
    samples: list[Sample] = []
    with suppress(FileNotFoundError), path.open("rb") as lines:
        for line in lines:
            try:
                samples.append(_SAMPLE.validate_json(line))
            except ValidationError:
                break
    return samples


_SAMPLE = TypeAdapter(Sample)
