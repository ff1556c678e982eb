"""What the encoder makes, the reference decoder reads back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfdecode import Copybook
from mfdecode.encoding.cells import encode_float, encode_number, encode_text
from mfdecode.layout import Encoding, Field
from mfdecode.options import DecodeOptions, FloatFormat
from mfdecode.reference import decode_record
from mfdecode.status import Status


def read_back(layout, rows, options):
    outcomes = [decode_record(layout, bytes(row), options)[0] for row in rows]
    assert all(outcome.status is Status.OK for outcome in outcomes)
    return [outcome.value for outcome in outcomes]


@pytest.mark.parametrize("codepage", ["cp037", "ascii"])
@pytest.mark.parametrize(
    "usage", ["", "SIGN LEADING", "SIGN LEADING SEPARATE", "SIGN TRAILING SEPARATE", "COMP-3", "COMP"]
)
@given(data=st.data(), digits=st.integers(1, 18), signed=st.booleans())
def test_numbers(codepage, usage, data, digits, signed):
    sign = "S" if signed or "SIGN" in usage else ""
    layout = Copybook.from_text(f"01 R.\n05 A PIC {sign}9({digits}) {usage}.\n").layout()
    most = 10**digits - 1
    numbers = data.draw(st.lists(st.integers(-most if sign else 0, most), min_size=1, max_size=5))
    options = DecodeOptions(codepage)
    rows = encode_number(layout.fields[0], np.array(numbers, np.int64), options)
    assert rows.shape == (len(numbers), layout.length)
    assert read_back(layout, rows, options) == numbers


@pytest.mark.parametrize("codepage", ["cp037", "cp1140", "utf-8"])
@given(texts=st.lists(st.text("ABC xyz0", max_size=8), min_size=1, max_size=5))
def test_texts(codepage, texts):
    layout = Copybook.from_text("01 R.\n05 A PIC X(8).\n").layout()
    options = DecodeOptions(codepage)
    assert read_back(layout, encode_text(layout.fields[0], texts, options), options) == [t.rstrip() for t in texts]


def test_justified_texts_stand_right():
    field = Copybook.from_text("01 R.\n05 A PIC X(4) JUST RIGHT.\n").layout().fields[0]
    assert bytes(encode_text(field, ["AB"], DecodeOptions())[0]).decode("cp037") == "  AB"


@pytest.mark.parametrize("float_format", FloatFormat)
@given(numbers=st.lists(st.integers(-(2**24) + 1, 2**24 - 1).map(lambda n: n / 1024), min_size=1, max_size=5))
def test_floats(float_format, numbers):
    options = DecodeOptions(float_format=float_format)
    for usage in ("COMP-1", "COMP-2"):
        layout = Copybook.from_text(f"01 R.\n05 A {usage}.\n").layout()
        rows = encode_float(layout.fields[0], np.array(numbers), options)
        # A hexadecimal short float has 21 to 24 bits.
        tolerance = 2.0**-20 if (usage, float_format) == ("COMP-1", FloatFormat.IBM) else 0
        assert read_back(layout, rows, options) == pytest.approx(numbers, rel=tolerance, abs=0)


def test_a_field_that_is_no_number_is_refused():
    field = Copybook.from_text("01 R.\n05 A PIC X.\n").layout().fields[0]
    assert isinstance(field, Field)
    assert field.encoding is Encoding.TEXT
    with pytest.raises(ValueError, match="A is text"):
        encode_number(field, np.array([1]), DecodeOptions())
