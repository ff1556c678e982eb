"""The layouts that are measured, and how a figure is given: beside memcpy of the same bytes in the same run."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pytest

from mfdecode import Copybook, Decoder
from mfdecode.framing import RawBatch

BLOCK = 65_536


def one_field_layout(picture: str, count: int = 10):
    lines = [f"       05 FIELD-{i} PIC {picture}." for i in range(count)]
    return Copybook.from_text("\n".join(["       01 RECORD-OF-ONE-KIND.", *lines])).layout()


@pytest.fixture
def measure(benchmark) -> Callable[[str, bytes], None]:
    """Decode one block of records of a layout over and over; note GB/s and the ratio to memcpy."""

    def measure(picture: str, cell: bytes) -> None:
        layout = one_field_layout(picture)
        record = cell * 10
        assert len(record) == layout.length
        count = BLOCK // layout.length
        data = np.frombuffer(record * count, np.uint8)
        starts = np.arange(count, dtype=np.int64) * layout.length
        lengths = np.full(count, layout.length, np.int64)
        raw = RawBatch(0, 0, 0, 0, len(data), count, data, starts, lengths, layout.length, data)
        decoder = Decoder(layout)
        assert not decoder.decode_frames(raw).status.any()
        benchmark(decoder.decode_frames, raw)
        benchmark.extra_info["GB/s"] = round(len(data) / benchmark.stats["median"] / 1e9, 2)
        benchmark.extra_info["of memcpy"] = round(memcpy_seconds(data) / benchmark.stats["median"], 3)

    return measure


def memcpy_seconds(data: np.ndarray) -> float:
    target = np.empty_like(data)
    seconds = []
    for _ in range(2_000):
        begin = time.perf_counter()
        np.copyto(target, data)
        seconds.append(time.perf_counter() - begin)
    return median(seconds)


def pytest_terminal_summary(terminalreporter, config) -> None:
    rows = [
        (b.name, b.extra_info["GB/s"], b.extra_info["of memcpy"])
        for b in getattr(config, "_benchmarksession", None).benchmarks
        if "GB/s" in b.extra_info
    ]
    if rows:
        terminalreporter.write_line(f"\n{'decode, one core, 64 KB blocks':44}{'GB/s':>8}{'of memcpy':>12}")
        for name, speed, ratio in rows:
            terminalreporter.write_line(f"{name:44}{speed:8.2f}{ratio:12.3f}")
