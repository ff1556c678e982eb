"""Five million records, read in every way, are the same table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from driver.batch.exit_codes import ExitCode
from driver.batch.splitting import split_file
from driver.generate.sample import generate_sample
from mfdecode import Copybook, RecordFormat
from mfdecode.framing import Framing, index_path
from mfdecode.options import DecodeOptions

if TYPE_CHECKING:
    from conftest import Workplace

RECORDS = 5_000_000


def loaded(workplace: Workplace, name: str, *, keep_staged: bool = True, **multi: object) -> list[Any]:
    """Run the job with the settings of several readers, or with one; counts and checksums of what it has loaded."""
    workplace.job["pipeline"] |= {"reading_mode": "multi" if multi else "single", "multi_reader": multi}
    workplace.job["target"] |= {"staging": f"STG_{name}", "final": f"FIN_{name}", "keep_staged": keep_staged}
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECTS, report.message
    assert report.counts is not None
    assert report.counts.read == RECORDS
    assert len(report.parts) == (4 if multi else 1)
    checksum = "SELECT count(*), bit_xor(hash(r)), sum(hash(r)) FROM"
    tables = (
        f"(SELECT * EXCLUDE (RUN_ID, LOADED_AT) FROM FIN_{name}) r",
        f"(SELECT * EXCLUDE (RUN_ID, WORKER_ID, PART, BATCH_NO, LOADED_AT) FROM STG_{name}) r",
        f"(SELECT RECORD_NO, FIELD, CODE, MESSAGE, RAW FROM MF_REJECT WHERE RUN_ID = 'RUN{workplace.runs}') r",
    )
    return [report.counts, report.merge, *(workplace.query(f"{checksum} {table}") for table in tables)]


@pytest.mark.slow
@pytest.mark.parametrize("record_format", [RecordFormat.F, RecordFormat.V])
def test_the_table_is_the_same_row_for_row(workplace: Workplace, record_format: RecordFormat) -> None:
    layout = Copybook.from_file(workplace.path / "payment.cpy").layout()
    made = generate_sample(
        layout,
        workplace.input,
        records=RECORDS,
        seed=5,
        bad=0.001,
        duplicates=0.2,
        options=DecodeOptions(),
        record_format=record_format,
    )
    assert made.repeated > RECORDS // 10
    workplace.job["input"]["record_format"] = record_format
    workplace.job["rejects"] = {"limit": RECORDS, "percent": 100}
    workplace.job["rules"] = []
    workplace.job["pipeline"] |= {"batch_size": 5_000}
    single = loaded(workplace, "SINGLE")
    assert loaded(workplace, "MOVED", keep_staged=False)[:3] == single[:3]
    assert loaded(workplace, "RANGES", num_readers=4) == single
    workplace.job["pipeline"] |= {"pool": "process"}
    assert loaded(workplace, "PROCESSES") == single
    workplace.job["pipeline"] |= {"pool": "thread"}
    pieces = workplace.path / "pieces"
    size = workplace.input.stat().st_size // 4 + 100_000
    assert len(split_file(workplace.input, Framing(record_format, layout.length), pieces, size)) == 4
    workplace.input.unlink()
    assert index_path(workplace.input).exists() is (record_format is RecordFormat.V)
    assert loaded(workplace, "FILES", num_readers=3, input_pattern=str(pieces / "*.dat")) == single
