"""Jobs over compressed files: the table and the checksum of the plain file, and what is broken is never merged."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from driver.batch.exit_codes import ExitCode
from driver.repository.target import RunState
from mfdecode.errors import CompressionError

if TYPE_CHECKING:
    from conftest import Workplace


@pytest.fixture
def content(workplace: Workplace) -> bytes:
    return b"".join(workplace.payment(n, state="X" if n == 150 else "A") for n in range(200))


def test_the_table_is_that_of_the_plain_file(workplace: Workplace, content: bytes) -> None:
    workplace.input.write_bytes(content)
    plain = workplace.run()
    table = workplace.query("SELECT PAY_ID, AMOUNT FROM PAYMENT ORDER BY 1")
    rejects = workplace.query("SELECT RECORD_NO, BYTE_OFFSET, RAW FROM MF_REJECT")
    workplace.database.unlink()
    workplace.input.write_bytes(gzip.compress(content[:1_000]) + gzip.compress(content[1_000:]))
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECTS
    assert workplace.query("SELECT PAY_ID, AMOUNT FROM PAYMENT ORDER BY 1") == table
    assert workplace.query("SELECT RECORD_NO, BYTE_OFFSET, RAW FROM MF_REJECT") == rejects
    assert report.file_size == workplace.input.stat().st_size < len(content) == plain.file_size
    assert report.file_xxh128 == plain.file_xxh128 is not None
    assert [(part.start, part.end, part.read) for part in report.parts] == [(0, len(content), 200)]
    assert report.pipeline.loaded == report.file_size


def test_a_stream_that_breaks_off_is_never_merged(workplace: Workplace, content: bytes) -> None:
    workplace.input.write_bytes(gzip.compress(content)[:-9])
    report = workplace.run()
    assert (report.exit_code, report.state) == (ExitCode.CONFIGURATION, RunState.FAILED)
    assert report.message.startswith(f"{workplace.input}: the gzip stream breaks off or is damaged")
    assert report.file_xxh128 is None
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(0,)]


def test_one_compressed_file_is_not_for_several_readers(workplace: Workplace, content: bytes) -> None:
    workplace.input.write_bytes(gzip.compress(content))
    several = {"reading_mode": "multi", "multi_reader": {"num_readers": 2}}
    workplace.job["pipeline"] |= several
    with pytest.raises(CompressionError, match="neither split nor read by several readers"):
        workplace.run()
    several["multi_reader"] |= {"split_before_processing": True, "split_output_dir": str(workplace.path / "pieces")}
    with pytest.raises(CompressionError, match="neither split nor read by several readers"):
        workplace.run()


@pytest.mark.parametrize("record_format", ["F", "V"])
def test_several_compressed_files_are(workplace: Workplace, content: bytes, record_format: str) -> None:
    records = [content[at : at + 22] for at in range(0, len(content), 22)]
    if record_format == "V":
        records = [(len(r) + 4).to_bytes(2, "big") + b"\0\0" + r for r in records]
    for part in range(4):
        data = b"".join(records[50 * part : 50 * part + 50])
        (workplace.path / f"piece{part}.gz").write_bytes(gzip.compress(data))
    workplace.job["input"] |= {"record_format": record_format}
    pattern = {"num_readers": 2, "input_pattern": str(workplace.path / "piece*.gz")}
    workplace.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": pattern}
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECTS
    assert report.counts is not None
    assert (report.counts.read, report.counts.valid) == (200, 199)
    assert workplace.query("SELECT RECORD_NO FROM MF_REJECT") == [(150,)]
