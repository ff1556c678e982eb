"""Jobs over files of every record format: the same table, and every byte accounted for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from driver.batch.exit_codes import ExitCode

if TYPE_CHECKING:
    from conftest import Workplace

GARBAGE = b"\xff\xfe garbage \x00\x01"


def rdw(data: bytes, code: int = 0) -> bytes:
    return (len(data) + 4).to_bytes(2, "big") + bytes([code, 0]) + data


def little(data: bytes) -> bytes:
    return b"\0\0" + len(data).to_bytes(2, "little") + data


def in_blocks(pieces: list[bytes], size: int) -> bytes:
    return b"".join(rdw(b"".join(pieces[at : at + size])) for at in range(0, len(pieces), size))


def spanned(data: bytes) -> list[bytes]:
    return [rdw(data[:7], 1), rdw(data[7:9], 3), rdw(data[9:], 2)]


def file_of(record_format: str, records: list[bytes]) -> tuple[bytes, dict[str, object]]:
    """The file, and the keys beside the record format that read it."""
    match record_format:
        case "F":
            return b"".join(b"<" + r + b">>" for r in records), {"record_start": 1, "record_end": 2}
        case "V":
            content = b"HEAD" + b"".join(little(r) for r in records) + b"TAIL!"
            return content, {"rdw_endian": "little", "rdw_inclusive": False, "header_bytes": 4, "trailer_bytes": 5}
        case "VB":
            return in_blocks([rdw(r) for r in records], 7), {}
        case "VBS":
            return in_blocks([segment for r in records for segment in spanned(r)], 7), {}
        case _:
            return b"".join(r + b"\x0d\x25" for r in records), {}


@pytest.mark.parametrize("record_format", ["F", "V", "VB", "VBS", "D"])
@pytest.mark.parametrize("readers", [1, 3])
@pytest.mark.parametrize("pool", ["thread", "process"])
def test_the_table_is_the_same_in_every_format(
    workplace: Workplace, record_format: str, readers: int, pool: str
) -> None:
    records = [workplace.payment(n, cents=11_111, state="X" if n % 50 == 0 else "A") for n in range(200)]
    content, keys = file_of(record_format, records)
    workplace.input.write_bytes(content)
    workplace.job["input"] |= {"record_format": record_format, **keys}
    workplace.job["pipeline"] |= {"pool": pool}
    if readers > 1:
        workplace.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"num_readers": readers}}
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECTS
    assert report.counts is not None
    assert (report.counts.read, report.counts.valid, report.counts.rejected) == (200, 196, 4)
    assert workplace.query("SELECT PAY_ID FROM PAYMENT ORDER BY 1") == [(n,) for n in range(200) if n % 50]
    assert workplace.query("SELECT DISTINCT RECORD_NO FROM MF_REJECT ORDER BY 1") == [(0,), (50,), (100,), (150,)]


@pytest.mark.parametrize("record_format", ["F", "V", "VB", "VBS", "D"])
def test_rejects_of_every_format_are_repaired_and_loaded(workplace: Workplace, record_format: str) -> None:
    records = [workplace.payment(n, cents=11_111, state="X" if n % 10 == 0 else "A") for n in range(100)]
    content, keys = file_of(record_format, records)
    workplace.input.write_bytes(content)
    workplace.job["input"] |= {"record_format": record_format, **keys}
    assert workplace.run().exit_code is ExitCode.REJECTS
    repaired = workplace.rejects.replace("X".encode("cp037"), "A".encode("cp037"))
    (workplace.path / "payments.rej").write_bytes(repaired)
    report = workplace.run(rejects_of="RUN1")
    assert (report.exit_code, report.message) == (ExitCode.OK, "")
    assert workplace.query("SELECT PAY_ID, STATE FROM PAYMENT ORDER BY 1") == [(n, "A") for n in range(100)]


@pytest.mark.parametrize("record_format", ["V", "VB", "VBS"])
@pytest.mark.parametrize("pool", ["thread", "process"])
def test_what_lies_before_the_next_record_is_one_reject(workplace: Workplace, record_format: str, pool: str) -> None:
    first, second = ([workplace.payment(n) for n in numbers] for numbers in (range(30), range(30, 60)))
    contents = {"V": lambda rs: b"".join(map(rdw, rs)), "VB": lambda rs: in_blocks([rdw(r) for r in rs], 5)}
    contents["VBS"] = lambda rs: in_blocks([segment for r in rs for segment in spanned(r)], 5)
    before, after = (contents[record_format](records) for records in (first, second))
    workplace.input.write_bytes(before + GARBAGE + after)
    workplace.job["input"] |= {"record_format": record_format, "on_broken_rdw": "resync"}
    workplace.job["pipeline"] |= {"pool": pool}
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECTS
    assert report.counts is not None
    assert (report.counts.read, report.counts.valid, report.counts.rejected) == (61, 60, 1)
    assert workplace.query("SELECT RECORD_NO, BYTE_OFFSET, CODE, RAW FROM MF_REJECT") == [
        (30, len(before), "BROKEN_RDW", GARBAGE)
    ]
    assert workplace.rejects == b""  # what is no record is in the reasons alone
    [reason] = (workplace.path / "payments.rej.jsonl").read_text().splitlines()
    assert (json.loads(reason)["raw"], json.loads(reason)["record_file"]) == (GARBAGE.hex().upper(), "nothing")


def test_the_length_of_each_record_is_computed_by_its_type(workplace: Workplace) -> None:
    letters = {24: b"\xd3", 22: b"\xe2"}
    records = [workplace.payment(n) + b"\x40\x40" * (n % 2) for n in range(20)]
    workplace.write(record[:6] + letters[len(record)] + record[7:] for record in records)
    rules = workplace.path / "rules.yaml"
    rules.write_text(json.dumps({"map": {"field": "KIND", "lengths": {"L": 24, "S": 22}}}))
    copybook = workplace.path / "payment.cpy"
    kind = "KIND      PIC X.\n           05  PAYEE     PIC X(9)."
    copybook.write_text(copybook.read_text().replace("PAYEE     PIC X(10).", kind))
    workplace.job["input"] |= {"record_format": "U", "record_rules": str(rules)}
    workplace.job["rejects"] |= {"percent": 100}
    report = workplace.run()
    assert report.counts is not None
    assert (report.counts.read, report.counts.valid, report.counts.rejected) == (20, 10, 10)
    assert workplace.query("SELECT DISTINCT CODE, octet_length(RAW) FROM MF_REJECT") == [("LONG_RECORD", 24)]
