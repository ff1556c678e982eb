"""Plain things over the same bytes, that a figure is set beside."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from workloads import in_pages


@dataclass(frozen=True)
class Yardstick:
    """Something plain over the same bytes.

    Attributes:
        name: for the table.
        run: does it once.
    """

    name: str
    run: Callable[[], Any]

    def seconds(self) -> float:
        begin = time.perf_counter()
        self.run()
        return time.perf_counter() - begin


def memcpy(blocks: list[npt.NDArray[np.uint8]]) -> Yardstick:
    """Each block copied to one place: source and target stay in cache."""
    target = in_pages(blocks[0])

    def run() -> None:
        for block in blocks:
            np.copyto(target, block)

    return Yardstick("memcpy", run)


def look_up(data: npt.NDArray[np.uint8]) -> Yardstick:
    """Each byte looked up in a table by numpy."""
    table, target = np.arange(256, dtype=np.uint8)[::-1].copy(), np.empty_like(data)

    return Yardstick("np.take", lambda: np.take(table, data, out=target, mode="clip"))
