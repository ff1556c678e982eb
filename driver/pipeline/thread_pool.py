"""The pool of threads: decoding holds no GIL, so that they share the machine's cores, and all memory."""

from collections import deque
from functools import partial
from types import TracebackType
from typing import Self

import numpy as np

from driver.core.records import LoadBatch
from mfdecode.framing import RawBatch
from mfdecode.memory import BatchMemory

from .processors import Processor


class ThreadPool:
    """Processes in the processor threads themselves.

    Args:
        processor: used by all of them.
    """

    def __init__(self, processor: Processor) -> None:
        self._processor = processor
        self._spare: deque[BatchMemory] = deque()
        """Memory of batches that are loaded: as many as processors, write queue and writers held at most."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spare.clear()

    def process(self, raw: RawBatch, worker: int) -> LoadBatch:
        """Decode, validate and transform, into memory that comes back when the batch is loaded."""
        memory = self._memory(self._processor.types.decoded_size(raw.records))
        return self._processor.process(raw, worker, memory, partial(self._spare.append, memory))

    def kill(self) -> None:
        """Threads end with their process."""

    def _memory(self, size: int) -> BatchMemory:
        try:
            memory = self._spare.pop()  # the one that was used last: of all of them it is most likely in cache
        except IndexError:
            memory = BatchMemory(np.empty(size, np.uint8))
        return memory if len(memory) >= size else BatchMemory(np.empty(size, np.uint8))
