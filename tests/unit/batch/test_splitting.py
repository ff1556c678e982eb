"""Pieces of a file: whole records, every byte once, and nothing half done."""

import errno
import os
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from driver.batch import splitting
from driver.batch.progress import SplitBars
from driver.batch.splitting import SplitStage, split_file
from mfdecode.errors import FramingError
from mfdecode.framing import Framing, RecordFormat, SparseIndex, index

F = Framing(RecordFormat.F, 10)
V = Framing(RecordFormat.V, 0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A hundred records of ten bytes."""
    path = tmp_path / "big.dat"
    path.write_bytes(b"".join(f"{n:010d}".encode() for n in range(100)))
    return path


@pytest.fixture
def varying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hundred records of varying length, in a file that can be cut before each."""
    monkeypatch.setattr(index, "_BATCH", 1)
    monkeypatch.setattr(index, "_FINEST", 1)
    path = tmp_path / "varying.dat"
    path.write_bytes(b"".join((4 + n).to_bytes(2, "big") + b"\0\0" + bytes([n]) * n for n in range(100)))
    return path


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_pieces_are_named_so_that_sorting_is_their_order(file: Path, tmp_path: Path) -> None:
    parts = split_file(file, F, tmp_path / "out", 345)
    assert visible(tmp_path / "out") == [f"big.part000{n}.dat" for n in range(3)]
    pieces = [(tmp_path / "out" / name).read_bytes() for name in visible(tmp_path / "out")]
    assert [len(piece) for piece in pieces] == [340, 340, 320]
    assert b"".join(pieces) == file.read_bytes()
    assert [(p.number, p.start, p.end, p.first_record, p.records_before, p.records) for p in parts] == [
        (0, 0, 340, 0, 0, 34),
        (1, 0, 340, 0, 34, 34),
        (2, 0, 320, 0, 68, 32),
    ]
    assert [part.path.name for part in parts] == visible(tmp_path / "out")


def test_pieces_of_varying_records_have_their_index(varying: Path, tmp_path: Path) -> None:
    parts = split_file(varying, V, tmp_path / "out", 1_000)
    assert b"".join(part.path.read_bytes() for part in parts) == varying.read_bytes()
    assert all(part.end <= 1_000 for part in parts)
    for part in parts:
        kept = SparseIndex.load(part.path, V)
        assert kept is not None
        assert kept.records == part.records


@pytest.mark.parametrize("number", [errno.EXDEV, errno.ENOSYS, None])
def test_it_copies_itself_where_the_kernel_does_not(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int | None
) -> None:
    def refuse(*_: int) -> int:
        if number is None:
            return 0
        raise OSError(number, "not here")

    monkeypatch.setattr(os, "copy_file_range", refuse, raising=False)
    monkeypatch.setattr(splitting, "_BUFFER", 33)
    parts = split_file(file, F, tmp_path / "out", 500)
    assert b"".join(part.path.read_bytes() for part in parts) == file.read_bytes()


def test_a_disk_that_is_full_leaves_nothing_behind(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: int, target: int, count: int, offset: int) -> int:
        if offset >= 500:
            raise OSError(errno.ENOSPC, "No space left on device")
        return os.write(target, os.pread(source, count, offset))

    monkeypatch.setattr(os, "copy_file_range", full, raising=False)
    with pytest.raises(OSError, match=r"No space left on device: .*big\.part0001\.dat"):
        split_file(file, F, tmp_path / "out", 500)
    assert list((tmp_path / "out").iterdir()) == []


def test_the_pieces_of_an_earlier_split_are_replaced_and_no_other_file_is(file: Path, tmp_path: Path) -> None:
    split_file(file, F, tmp_path, 100)
    others = {"big.part.dat", "big.partly.dat", "other.part0000.dat", "big.part0001.txt"}
    for name in others:
        (tmp_path / name).touch()
    split_file(file, F, tmp_path, 500)
    assert set(visible(tmp_path)) == {"big.dat", "big.part0000.dat", "big.part0001.dat"} | others


def test_a_file_that_does_not_divide_is_not_split(file: Path, tmp_path: Path) -> None:
    os.truncate(file, 995)
    with pytest.raises(FramingError, match=r"big\.dat: record 99 at byte 990: the file ends 5 bytes into a record of"):
        split_file(file, F, tmp_path / "out", 500)
    assert not (tmp_path / "out").exists()


def test_a_piece_that_is_not_what_was_read_before_is_noticed(varying: Path, tmp_path: Path) -> None:
    def grow(stage: SplitStage, done: int, total: int) -> None:
        if (stage, done) == (SplitStage.FIND, total):
            content = bytearray(varying.read_bytes())
            content[0:4] = b"\0\x09\0\0"  # swallows the record after it
            varying.write_bytes(content)

    with pytest.raises(FramingError, match="has the file changed while it was split"):
        split_file(varying, V, tmp_path / "out", 1_000, grow)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_that_grows_meanwhile_is_noticed(file: Path, tmp_path: Path) -> None:
    def grow(stage: SplitStage, done: int, total: int) -> None:
        if (stage, done) == (SplitStage.COPY, total):
            with file.open("ab") as more:
                more.write(b"0123456789")

    with pytest.raises(FramingError, match="has the file changed while it was split"):
        split_file(file, F, tmp_path / "out", 500, grow)
    assert list((tmp_path / "out").iterdir()) == []


def test_progress_goes_through_the_whole_file_in_each_stage(varying: Path, tmp_path: Path) -> None:
    seen: dict[SplitStage, list[int]] = {}
    split_file(varying, V, tmp_path / "out", 1_000, lambda stage, done, total: seen.setdefault(stage, []).append(done))
    assert list(seen) == [SplitStage.FIND, SplitStage.COPY, SplitStage.CHECK]
    for done in seen.values():
        assert done == sorted(done)
        assert done[-1] == varying.stat().st_size


@pytest.mark.parametrize("terminal", [True, False])
def test_the_terminal_shows_each_stage_and_a_file_nothing(varying: Path, tmp_path: Path, terminal: bool) -> None:
    shown = StringIO()
    with SplitBars(Console(file=shown, force_terminal=terminal, width=100)) as bars:
        split_file(varying, V, tmp_path / "out", 1_000, bars.show)
    for stage in SplitStage:
        assert (stage in shown.getvalue()) is terminal
