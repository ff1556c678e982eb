"""Columns gathered for Arrow are what Python makes of the same bytes, null wherever there is no value."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfdecode.arrow import record_batch
from mfdecode.columns import INT128, Column, ColumnKind, ColumnType
from mfdecode.int128 import to_ints

INTEGERS = ("i2", "i4", "i8", "u2", "u4", "u8", INT128)
DIGITS = {2: 4, 4: 9, 8: 18, 16: 30}
POWERS = (0, 1, 3, 8)


def strided(draw, dtype, count, before):
    """A field of a structured array, which nothing aligns, filled with any bytes."""
    record = np.dtype([("before", f"V{before}"), ("field", dtype), ("behind", "V1")])
    size = record.itemsize * count
    return np.frombuffer(draw(st.binary(min_size=size, max_size=size)), record)["field"]


@st.composite
def columns(draw, dtypes):
    """The values, their statuses, and which of the rows are wanted."""
    count = draw(st.integers(1, 40))
    values = strided(draw, draw(dtypes), count, draw(st.integers(0, 9)))
    status = np.array(draw(st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=count, max_size=count)), np.uint8)
    rows = np.array(draw(st.lists(st.integers(0, count - 1), max_size=50)), np.int64)
    return values, status, rows


@given(columns(st.integers(1, 70).map(lambda size: np.dtype(f"S{size}"))))
@settings(max_examples=300)
def test_latin1_texts(drawn):
    values, status, rows = drawn
    column = Column("C", ColumnType(ColumnKind.TEXT, length=values.dtype.itemsize), values, status)
    wanted = [bytes(values[row]).decode("latin-1") if not status[row] else None for row in rows]
    assert record_batch([column], rows).column(0).to_pylist() == wanted


@pytest.mark.parametrize("size", range(1, 26))
def test_a_text_of_any_length_in_a_field_of_any_size(size):
    """NULs inside it are a part of it; those behind it are not."""
    texts = ["é" * (n // 2) + "\0" * (n % 2) + "a" * (n - n // 2 - n % 2) for n in range(size + 1)]
    texts += ["a" * n for n in range(size + 1)]
    values = np.array([text.encode("latin-1") for text in texts], f"S{size}")
    column = Column("C", ColumnType(ColumnKind.TEXT, length=size), values, np.zeros(len(texts), np.uint8))
    found = record_batch([column]).column(0)
    found.validate(full=True)
    assert found.to_pylist() == [text.rstrip("\0") for text in texts]


@given(columns(st.sampled_from(INTEGERS).map(np.dtype)), st.sampled_from(POWERS))
@settings(max_examples=300)
def test_integers_of_any_width_and_power(drawn, power):
    values, status, rows = drawn
    digits = DIGITS[values.dtype.itemsize]
    fitting = np.array([abs(value) < 10**digits for value in to_ints(values)])
    status = np.where(fitting, status, np.uint8(1))
    column = Column("C", ColumnType(ColumnKind.NUMBER, digits=digits, scale=-power), values, status)
    ints = to_ints(values)
    wanted = [ints[row] * 10**power if not status[row] else None for row in rows]
    found = record_batch([column], rows).column(0)
    assert [None if value is None else int(value) for value in found.to_pylist()] == wanted


@given(columns(st.sampled_from(INTEGERS).map(np.dtype)))
def test_decimals(drawn):
    values, status, rows = drawn
    ints = to_ints(values)
    status = np.where([abs(value) < 10**30 for value in ints], status, np.uint8(1))
    column = Column("C", ColumnType(ColumnKind.NUMBER, digits=30, scale=2), values, status)
    wanted = [Decimal(ints[row]).scaleb(-2) if not status[row] else None for row in rows]
    found = record_batch([column], rows).column(0)
    assert found.type == pa.decimal128(30, 2)
    assert found.to_pylist() == wanted
