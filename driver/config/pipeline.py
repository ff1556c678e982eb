"""How the work of a run is spread over readers, processors and writers, and what it may take of memory."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from .quantities import AUTO, BatchesOrAuto, ByteSize, Seconds, Threads, ThreadsOrAuto
from .section import Section


class Pool(StrEnum):
    """Where batches are decoded, validated and transformed."""

    THREAD = "thread"
    PROCESS = "process"


class ReadingMode(StrEnum):
    """How many readers there are."""

    SINGLE = "single"
    MULTI = "multi"


class MultiReader(Section):
    """What the readers of mode multi read: ranges of input.path, its pieces after a split, or files by a pattern."""

    num_readers: int = Field(default=4, ge=1, le=64)
    input_pattern: str | None = Field(
        default=None, min_length=1, description="files that are read instead of input.path, in the order of their names"
    )
    split_before_processing: bool = False
    split_output_dir: Path | None = None
    chunk_size_gb: float = Field(default=25, gt=0, description="GiB of a piece, at most")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.split_before_processing and self.input_pattern is not None:
            raise ValueError(
                "give either 'input_pattern', of files that are split already, or 'split_before_processing'"
            )
        if self.split_before_processing and self.split_output_dir is None:
            raise ValueError("'split_before_processing' needs 'split_output_dir', where the pieces go")
        return self

    @property
    def chunk_size(self) -> int:
        """Bytes of a piece, at most."""
        return max(1, int(self.chunk_size_gb * 1024**3))


def _cores(most: int) -> int:
    """Those that this process may use."""
    return min(most, len(os.sched_getaffinity(0)))


_RAW_QUEUE = 20
_WRITE_QUEUE = 10


class Pipeline(Section):
    """How the work is spread; every queue is bounded."""

    reading_mode: ReadingMode = ReadingMode.SINGLE
    multi_reader: MultiReader = MultiReader()
    chunk_size: ByteSize = Field(default=65_536, ge=4_096, description="bytes decoded at a time, to stay in cache")
    batch_size: int = Field(default=5_000, ge=1, le=1_000_000, description="records of a batch")
    batch_bytes: ByteSize = Field(
        default=2_560 * 1024, ge=65_536, description="a batch of long records ends here, so that it fits memory_limit"
    )
    processors: ThreadsOrAuto = Field(
        default_factory=lambda: _cores(4),
        description="as many as there are cores, up to four; auto: one at first, and one more each half second as long "
        "as that brings something",
    )
    auto_processors: Threads = Field(
        default_factory=lambda: _cores(8),
        description="what auto comes to, at most; as many as there are cores, up to eight: a reader cannot feed more",
    )
    pool: Pool = Field(
        default=Pool.THREAD,
        description="thread, unless Python plug-ins take most of the time: they hold the GIL, and process lets as many "
        "run at once as there are processors, each with a state of its own. Two busy cores, a plug-in of 4 µs a "
        "record: thread 240,000 records/s, process 400,000; no plug-in: thread 9.9 million, process 4.4 million. A "
        "process takes a second or more to start, and 60 MB beside the libraries that all share; all of them have one "
        "segment of shared memory: a raw batch a processor, and processors + write_queue + writers decoded batches "
        "(their rows, a byte a cell, 8 a record, and the columns that are transformed)",
    )
    writers: ThreadsOrAuto = Field(default=2, description="auto as of processors")
    auto_writers: Threads = Field(default=4, description="what auto comes to, at most")
    raw_queue: BatchesOrAuto = Field(
        default=AUTO, description="batches between reader and processors; auto: 20, or as many as memory_limit leaves"
    )
    write_queue: BatchesOrAuto = Field(
        default=AUTO, description="batches between processors and writers; auto: 10, or as many as memory_limit leaves"
    )
    memory_limit: ByteSize = Field(
        default=500 * 1000**2, ge=100 * 1000**2, description="settings that may take more than this are refused"
    )
    shutdown_timeout: Seconds = Field(default=30.0, gt=0)

    @property
    def readers(self) -> int:
        """Threads that read, at most: no more than there are parts."""
        return self.multi_reader.num_readers if self.reading_mode is ReadingMode.MULTI else 1

    @property
    def most_processors(self) -> int:
        """Threads that process, at most."""
        return self.auto_processors if self.processors == AUTO else self.processors

    @property
    def most_writers(self) -> int:
        """Threads that write, at most."""
        return self.auto_writers if self.writers == AUTO else self.writers

    @property
    def raw_capacity(self) -> int:
        """Batches that wait to be processed, at most."""
        return _RAW_QUEUE if self.raw_queue == AUTO else self.raw_queue

    @property
    def write_capacity(self) -> int:
        """Batches that wait to be written, at most."""
        return _WRITE_QUEUE if self.write_queue == AUTO else self.write_queue

    @property
    def decoded_batches(self) -> int:
        """Batches that are being made, wait to be written, or are being written, at most."""
        return self.most_processors + self.write_capacity + self.most_writers
