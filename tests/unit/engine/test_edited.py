"""Edited numbers are written as a MOVE to the PICTURE leaves them."""

import numpy as np
import pytest

from mfdecode import Copybook
from mfdecode.encoding.cells import encode_number
from mfdecode.options import DecodeOptions
from mfdecode.reference import decode_record


@pytest.mark.parametrize("codepage", ["cp037", "ascii"])
@pytest.mark.parametrize(
    ("picture", "number", "text"),
    [
        # The examples of the Language Reference, "PICTURE clause editing", and zeros.
        ("99,999,999", 1234567, "01,234,567"),
        ("9(2)B9(2)/99", 123456, "12 34/56"),
        ("999.99", 1234, "012.34"),
        ("+9(4)", 123, "+0123"),
        ("+9(4)", -123, "-0123"),
        ("9(4)-", -123, "0123-"),
        ("9(4)-", 123, "0123 "),
        ("$9(3).99CR", -12345, "$123.45CR"),
        ("$9(3).99DB", 12345, "$123.45  "),
        ("$$$$.99", 12, "   $.12"),
        ("$$$9.99", 12, "  $0.12"),
        ("$,$$$,999.99", 123456, "   $1,234.56"),
        ("+,+++,999.99", -123456, "   -1,234.56"),
        ("--,--9.99", -12345, "  -123.45"),
        ("$$,$$$,$$$.99CR", -1234567, "   $12,345.67CR"),
        ("++,+++,+++.+++", 0, " " * 14),
        ("****.**", 0, "****.**"),
        ("ZZZZ.ZZ", 0, "       "),
        ("ZZZZ.99", 0, "    .00"),
        ("****.99", 0, "****.00"),
        ("ZZ99.99", 0, "  00.00"),
        ("Z,ZZZ.ZZ+", 12345, "  123.45+"),
        ("*,***.**+", -12345, "**123.45-"),
        ("**,***,***.**", 1234567, "****12,345.67"),
        ("*,***.**-", 0, "*****.***"),
        ("$Z,ZZZ,ZZZ.ZZCR", 1234567, "$   12,345.67  "),
        ("$B*,***,***.**BBDB", -1234567, "$ ***12,345.67  DB"),
        ("S9(3).99", -12345, None),
    ],
)
def test_examples(codepage, picture, number, text):
    layout = Copybook.from_text(f"01 R.\n05 A PIC {picture}.\n").layout()
    options = DecodeOptions(codepage)
    record = bytes(encode_number(layout.fields[0], np.array([number]), options)[0])
    if text is not None:
        assert record.decode(codepage) == text
    assert decode_record(layout, record, options)[0].value == number


def test_blank_when_zero():
    layout = Copybook.from_text("01 R.\n05 A PIC 9(3).9 BLANK WHEN ZERO.\n").layout()
    rows = encode_number(layout.fields[0], np.array([0, 1]), DecodeOptions())
    assert [bytes(row).decode("cp037") for row in rows] == ["     ", "000.1"]
