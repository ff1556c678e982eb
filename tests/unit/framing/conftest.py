from pathlib import Path

import pytest

from mfdecode.framing import Framing, RecordFormat, index

V = Framing(RecordFormat.V, 0)
F4 = Framing(RecordFormat.F, 4)


def rdw(*records: bytes) -> bytes:
    """Records as a V file has them."""
    return b"".join((len(record) + 4).to_bytes(2, "big") + b"\0\0" + record for record in records)


@pytest.fixture
def fine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index with an entry every other record, as only large files have it."""
    monkeypatch.setattr(index, "_BATCH", 2)
    monkeypatch.setattr(index, "_FINEST", 1)


@pytest.fixture
def varying(tmp_path: Path, fine: None) -> Path:
    """A V file of 101 records of 0 to 100 bytes."""
    path = tmp_path / "varying.dat"
    path.write_bytes(rdw(*(bytes([n]) * n for n in range(101))))
    return path
