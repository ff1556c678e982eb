"""Files of ASCII and UTF-8, of fixed width and in lines, from the file to the final table."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from driver.batch.exit_codes import ExitCode

if TYPE_CHECKING:
    from conftest import Workplace

COPYBOOK = """\
       01  PAYMENT.
           05  PAY-ID    PIC 9(6).
           05  PAYEE     PIC X(10).
           05  AMOUNT    PIC S9(5)V99 SIGN LEADING SEPARATE.
           05  FEE       PIC S9(3)V99.
           05  STATE     PIC X.
"""
PAYEES = {"ascii": "SMITH", "utf-8": "Zoë €", "latin-1": "Zoë"}


def line(number: int, payee: str, codepage: str, state: str = "A") -> bytes:
    sign, fee = ("-", "0012N") if number % 2 else ("+", "0012E")
    texts = f"{number:06d}".encode(), payee.encode(codepage).ljust(10), f"{sign}{number:07d}{fee}{state}".encode()
    return b"".join(texts)


@pytest.mark.parametrize("codepage", PAYEES)
@pytest.mark.parametrize(("record_format", "end"), [("F", b""), ("D", b"\n"), ("D", b"\r\n")])
def test_the_table_has_every_field_exactly(workplace: Workplace, codepage: str, record_format: str, end: bytes) -> None:
    (workplace.path / "payment.cpy").write_text(COPYBOOK)
    payee = PAYEES[codepage]
    workplace.write(line(n, payee, codepage, "X" if n == 30 else "A") + end for n in range(60))
    workplace.job["input"] |= {"codepage": codepage, "record_format": record_format}
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECTS
    assert report.counts is not None
    assert (report.counts.read, report.counts.valid, report.counts.rejected) == (60, 59, 1)
    rows = workplace.query("SELECT PAY_ID, PAYEE, AMOUNT, FEE FROM PAYMENT ORDER BY 1")
    assert rows == [
        (n, payee, Decimal(-n if n % 2 else n) / 100, Decimal("-1.25" if n % 2 else "1.25"))
        for n in range(60)
        if n != 30
    ]
    assert workplace.query("SELECT RECORD_NO, CODE FROM MF_REJECT") == [(30, "ALLOWED")]


def test_bytes_that_are_no_utf8_are_a_reject(workplace: Workplace) -> None:
    (workplace.path / "payment.cpy").write_text(COPYBOOK)
    workplace.write(line(n, "Zoë", "latin-1" if n == 7 else "utf-8") + b"\n" for n in range(60))
    workplace.job["input"] |= {"codepage": "utf-8", "record_format": "D"}
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECTS
    assert workplace.query("SELECT RECORD_NO, FIELD, CODE FROM MF_REJECT") == [(7, "PAYEE", "BAD_TEXT")]
