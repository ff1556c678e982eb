"""The SIMD levels: which runs, and that none of them touches a byte outside of what it was given."""

import ctypes
import mmap
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from mfdecode import (
    Copybook,
    Decoder,
    SimdError,
    SimdLevel,
    _decode,  # noqa: TID251 - with arrays of the test's own
    simd_level,
)
from mfdecode.simd import AVAILABLE, VARIABLE

FIELDS = [
    "X(1)", "X(3)", "X(7)", "X(8)", "X(15)", "X(16)", "X(31)", "X(32)", "X(33)", "X(63)", "X(64)", "X(65)", "X(130)",
    "9(1)", "9(2)", "9(8)", "S9(9)V99", "9(16)", "9(17)", "S9(18)", "S9(9) LEADING SEPARATE", "S9(25)", "9(3) COMP-3",
    "S9(9)V99 COMP-3", "S9(15) COMP-3", "S9(17) COMP-3", "S9(18) COMP-3", "S9(31) COMP-3", "S9(4) COMP", "S9(9) COMP",
    "S9(18) COMP", "S9(20) COMP", "ZZ9.99-",
]  # fmt: skip


def test_the_best_level_runs_unless_another_is_asked_for(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    layout = Copybook.from_text("01 R.\n05 A PIC X.\n").layout()
    assert Decoder(layout).simd is simd_level() is AVAILABLE[-1]
    monkeypatch.setenv(VARIABLE, "baseline")
    assert Decoder(layout).simd is simd_level() is SimdLevel.BASELINE


@pytest.mark.parametrize("name", ["fastest", "AVX2", *(set(SimdLevel) - set(AVAILABLE))])
def test_a_level_that_cannot_be_had_is_refused(monkeypatch, name):
    monkeypatch.setenv(VARIABLE, name)
    with pytest.raises(SimdError, match=f"MFDECODE_SIMD={name} is .*there are baseline.*leave it out"):
        simd_level()


@contextmanager
def guarded_pages() -> Iterator[np.ndarray]:
    """Two pages between two more that nobody may touch."""
    page = mmap.PAGESIZE
    memory = mmap.mmap(-1, 4 * page)
    whole = np.frombuffer(memory, np.uint8)
    libc = ctypes.CDLL(None, use_errno=True)
    for guard in (0, 3):
        protected = libc.mprotect(ctypes.c_void_p(whole.ctypes.data + guard * page), ctypes.c_size_t(page), 0)
        assert protected == 0, ctypes.get_errno()
    yield whole[page : 3 * page]


@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize("others", [0, 1, 9, 70])
@pytest.mark.parametrize("level", AVAILABLE)
def test_nothing_outside_of_the_records_and_rows_is_touched(level, others, at_end):
    """The field first and last in its record, in records too short for a word and in longer ones."""
    for picture in FIELDS:
        lines = ["01 R.", f"05 A PIC {picture}."]
        if others:
            lines += [f"05 B PIC X({others}).", f"05 C PIC {picture}."]
        decoder = Decoder(Copybook.from_text("\n".join(lines)).layout(), simd=level)
        length, row_size, cells = decoder.layout.length, decoder.dtype.itemsize, len(decoder.layout.cells)
        count = 5
        with guarded_pages() as source, guarded_pages() as target, guarded_pages() as status:
            data, rows, statuses = (
                pages[-size:] if at_end else pages[:size]
                for pages, size in ((source, count * length), (target, count * row_size), (status, count * cells))
            )
            data[:] = 0xF1
            plan = decoder._plan
            _decode.decode_fixed(
                plan, data, length, count, 65_536, rows.reshape(count, -1), statuses.reshape(cells, count)
            )
            wanted = decoder.decode(data.tobytes())
            assert rows.tobytes() == wanted.array.tobytes()
            assert (statuses.reshape(cells, count) == wanted.status.T).all()
