"""Delimited files through the same pipeline: exact values, and every line in the table or among the rejects."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from driver.batch.exit_codes import ExitCode
from driver.cli import app
from mfdecode.errors import LayoutError

if TYPE_CHECKING:
    from conftest import Workplace

HEADING = b"AMOUNT;PAY-ID;STATE;PAYEE\n"


def line(n: int) -> bytes:
    payee = '"SMI;\nSONS"' if n % 3 else '"O""HARA"'
    return f"{-n if n % 2 else n}.5;{n};A;{payee}\r\n".encode()


@pytest.fixture
def csv(workplace: Workplace) -> Workplace:
    workplace.job["input"] |= {"record_format": "CSV", "codepage": "utf-8", "delimiter": ";"}
    return workplace


def rows(n: int) -> tuple[int, str, Decimal, str]:
    return n, "SMI;\nSONS" if n % 3 else 'O"HARA', Decimal(f"{-n if n % 2 else n}.5"), "A"


@pytest.mark.parametrize("readers", [1, 3])
def test_the_table_has_every_line_exactly(csv: Workplace, readers: int) -> None:
    csv.write([HEADING, *map(line, range(1, 200))])
    if readers > 1:
        csv.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"num_readers": readers}}
    report = csv.run()
    assert (report.exit_code, report.message) == (ExitCode.OK, "")
    table = csv.query("SELECT PAY_ID, PAYEE, AMOUNT, STATE FROM PAYMENT ORDER BY 1")
    assert table == [rows(n) for n in range(1, 200)]


def test_a_compressed_one_is_the_same(csv: Workplace) -> None:
    csv.write([gzip.compress(HEADING + b"".join(map(line, range(1, 50))))])
    assert csv.run().exit_code is ExitCode.OK
    assert csv.query("SELECT count(*), sum(AMOUNT) FROM PAYMENT") == [
        (49, sum(Decimal(f"{-n if n % 2 else n}.5") for n in range(1, 50)))
    ]


BAD = [
    (b"1.5;900001;A", "", "COLUMN_COUNT"),
    (b"1.5;900002;A;x;y", "", "COLUMN_COUNT"),
    (b"", "", "COLUMN_COUNT"),
    (b"1.5;900003;A;a long payee", "PAYEE", "TOO_LONG"),
    (b"1,5;900004;A;x", "AMOUNT", "BAD_DIGIT"),
    (b"1.555;900005;A;x", "AMOUNT", "OVERFLOW"),
    (b"12345678.5;900006;A;x", "AMOUNT", "OVERFLOW"),
    (b"1.5;-900007;A;x", "PAY-ID", "BAD_SIGN"),
    (b"1.5;;A;x", "PAY-ID", "KEY"),
    (b"1.5;900008;X;x", "STATE", "ALLOWED"),
    (b"1.5;900009;A;\xff", "PAYEE", "BAD_TEXT"),
    (b'1.5;900010;A;"x', "", "COLUMN_COUNT"),
]


def test_what_is_wrong_is_a_reject_with_its_field_and_its_bytes(csv: Workplace) -> None:
    good = [line(n) for n in range(1, 101)]
    bad = [text + b"\n" for text, _, _ in BAD]
    csv.write([HEADING, *good, *bad])
    csv.job["rejects"] |= {"percent": 50}
    report = csv.run()
    assert report.exit_code is ExitCode.REJECTS
    assert report.counts is not None
    assert (report.counts.read, report.counts.valid, report.counts.rejected) == (112, 100, 12)
    found = csv.query("SELECT RECORD_NO, BYTE_OFFSET, FIELD, CODE, RAW FROM MF_REJECT ORDER BY 1")
    offset, wanted = len(HEADING) + sum(map(len, good)), []
    for number, (text, field, code) in enumerate(BAD):
        raw = text + b"\n" if number == len(BAD) - 1 else text  # within quotes the line end is data
        wanted.append((100 + number, offset, field or found[number][2], code, raw))
        offset += len(text) + 1
    assert found == wanted


@pytest.mark.parametrize("numbers", ["+0001.50", " 1.5 ", "1.500", "1.5"])
def test_numbers_are_read_as_they_are_written(csv: Workplace, numbers: str) -> None:
    csv.job["input"] |= {"header": False}
    csv.write([f"7;X;{numbers};A\n".encode()])
    assert csv.run().exit_code is ExitCode.OK
    assert csv.query("SELECT PAY_ID, PAYEE, AMOUNT FROM PAYMENT") == [(7, "X", Decimal("1.50"))]


@pytest.mark.parametrize("heading", [b"AMOUNT;PAY-ID;STATE;NAME\n", b"1.5;7;A;X\n"])
def test_a_heading_of_other_columns_is_an_error(csv: Workplace, heading: bytes) -> None:
    csv.write([heading, line(1)])
    report = csv.run()
    assert report.exit_code is ExitCode.CONFIGURATION
    assert "the first line should name each column of PAYMENT once" in report.message
    assert "--no-header" in report.message


def test_ebcdic_has_no_columns(csv: Workplace) -> None:
    csv.write([HEADING])
    csv.job["input"] |= {"codepage": "cp037"}
    with pytest.raises(LayoutError, match="format CSV is for ascii"):
        csv.run()


def test_decode_writes_the_same_and_tells_what_has_no_columns(csv: Workplace) -> None:
    csv.write([HEADING, line(1), b"1.5;2\n", line(3)])
    options = ["--record-format", "CSV", "--codepage", "utf-8", "--delimiter", ";"]
    copybook = str(csv.path / "payment.cpy")
    result = CliRunner().invoke(app, ["decode", str(csv.input), "--copybook", copybook, *options])
    assert result.exit_code == 0, result.output
    assert [json.loads(text)["PAY_ID"] for text in result.stdout.splitlines()] == [1, None, 3]
    where = f"record 1 at byte {len(HEADING + line(1))}"
    assert result.stderr == f"{csv.input}: {where}: COLUMN_COUNT: the line has 2 columns, its layout 4\n"


def test_errors_show_the_line(csv: Workplace) -> None:
    csv.write([HEADING, b"1.x;2;A;y\n", b"1.5;2\n"])
    options = ["--record-format", "CSV", "--codepage", "utf-8", "--delimiter", ";", "--errors"]
    copybook = str(csv.path / "payment.cpy")
    result = CliRunner().invoke(app, ["decode", str(csv.input), "--copybook", copybook, *options])
    assert [json.loads(text)["_errors"] for text in result.stdout.splitlines()] == [
        [{"field": "AMOUNT", "code": "BAD_DIGIT", "raw": b"1.x;2;A;y".hex().upper()}],
        [{"field": "", "code": "COLUMN_COUNT", "raw": b"1.5;2".hex().upper()}],
    ]
