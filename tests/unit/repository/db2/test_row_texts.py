"""The rows that Db2's client binds: every value as the text or the number that it is."""

from datetime import date, datetime, timedelta
from decimal import Context, Decimal

import numpy as np
import pytest

from driver._rows import Rows
from driver.repository.db2.parameters import Parameter, ParameterKind, integer
from mfdecode.columns import INT128
from mfdecode.int128 import from_ints

EDGES = [n for power in range(39) for n in (10**power - 1, 10**power, -(10**power), 1 - 10**power)] + [
    n for bit in (15, 31, 32, 63, 64) for n in (2**bit - 1, 2**bit, -(2**bit))
]


def tuples(parameter: Parameter, values: np.ndarray) -> list[object]:
    rows = Rows([parameter], [values.dtype], len(values))
    refusals, _ = rows.fill([(values, np.zeros(len(values), np.uint8))], np.arange(len(values)))
    assert not refusals.any()
    return [value for (value,) in rows.tuples(0, len(values))]


@pytest.mark.parametrize("scale", [0, 1, 2, 7, 8, 9, 17, 18, 19, 37, 38])
@pytest.mark.parametrize("dtype", [np.dtype(np.int16), np.dtype(np.int32), np.dtype(np.int64), INT128])
def test_a_decimal_is_its_exact_text(dtype, scale):
    bits = 128 if dtype == INT128 else 8 * dtype.itemsize
    numbers = [n for n in EDGES if abs(n) < 10**38 and -(2 ** (bits - 1)) <= n < 2 ** (bits - 1)]
    values = from_ints(numbers) if dtype == INT128 else np.array(numbers, dtype)
    parameter = Parameter(ParameterKind.DECIMAL, width=16, precision=38, scale=scale, source_scale=scale)
    exact = Context(prec=50)
    assert tuples(parameter, values) == [f"{Decimal(n).scaleb(-scale, exact):f}" for n in numbers]


def test_a_bigint_is_its_text():
    numbers = [n for n in EDGES if -(2**63) <= n < 2**63]
    assert tuples(integer(8), np.array(numbers)) == [str(n) for n in numbers]


def test_a_date_is_iso_text():
    days = [date.min, date.max, *(date(1999, 12, 28) + timedelta(n) for n in range(1_500))]
    assert tuples(Parameter(ParameterKind.DATE), np.array(days, "M8[D]")) == [day.isoformat() for day in days]


def test_a_timestamp_is_iso_text_to_the_microsecond():
    moments = [datetime.min, datetime.max, datetime(1969, 12, 31, 23, 59, 59, 999_999), datetime(1970, 1, 1)]
    moments += [datetime(2024, 2, 28, 7, 5, 9, 10) + timedelta(hours=7 * n, microseconds=n) for n in range(500)]
    texts = tuples(Parameter(ParameterKind.TIMESTAMP), np.array(moments, "M8[us]"))
    assert texts == [moment.isoformat(" ", "microseconds") for moment in moments]


@pytest.mark.parametrize("filling", ["a", "é"])
def test_a_text_is_its_utf8_whatever_its_length(filling):
    texts = [("x" * (n // 2) + filling * (n - n // 2)) for n in range(41)]
    texts += ["a\0b", "\0\0\0\0\0\0\0\0z", "é" + "a" * 30, "a" * 30 + "é"]
    values = np.array([text.encode("latin-1") for text in texts], "S41")
    assert tuples(Parameter(ParameterKind.LATIN1, width=82), values) == texts
