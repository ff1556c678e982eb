"""Dates against Python's own calendar."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.core.dates import DateFormat
from driver.core.errors import PlanError
from mfdecode.columns import Column, ColumnKind, ColumnType


def read_text(text, pattern, *values):
    dates = DateFormat(pattern, ColumnKind.TEXT, 12).read(text(*values))
    return [
        d.item() if p else ("wrong" if w else None)
        for d, p, w in zip(dates.days, dates.present, dates.wrong, strict=True)
    ]


def read_number(number, pattern, *values, **options):
    dates = DateFormat(pattern, ColumnKind.NUMBER, options.get("digits", 9)).read(number(*values, **options))
    return [
        d.item() if p else ("wrong" if w else None)
        for d, p, w in zip(dates.days, dates.present, dates.wrong, strict=True)
    ]


def test_texts(text):
    found = read_text(text, "%Y-%m-%d", "2024-02-29", "2023-02-29", "2024-13-01", "2024-1-01", "2024/02/29", "", None)
    assert found == [date(2024, 2, 29), "wrong", "wrong", "wrong", "wrong", None, None]


def test_texts_of_any_code_page(text):
    format_ = DateFormat("%d.%m.%Y", ColumnKind.TEXT, 12)
    assert format_.read(text("24.12.1999", dtype="U")).days.tolist() == [date(1999, 12, 24)]


def test_what_follows_the_date_is_wrong(text):
    assert read_text(text, "%Y%m%d", "20240229", "20240229X") == [date(2024, 2, 29), "wrong"]


def test_numbers(number):
    found = read_number(number, "%Y%m%d", 20240229, 20230229, 0, None, -20240101, 120240101)
    assert found == [date(2024, 2, 29), "wrong", None, None, "wrong", "wrong"]


def test_wide_numbers(number):
    assert read_number(number, "%Y%m%d", 20240229, 10**25, digits=30, dtype="wide") == [date(2024, 2, 29), "wrong"]


def test_the_day_of_the_year(number):
    assert read_number(number, "%Y%j", 2024366, 2023366, 2024000) == [date(2024, 12, 31), "wrong", "wrong"]


def test_two_digits_of_a_year_are_1970_to_2069(number):
    assert read_number(number, "%y%m%d", 700101, 690101, 991231) == [
        date(1970, 1, 1),
        date(2069, 1, 1),
        date(1999, 12, 31),
    ]


def test_zeros_and_blanks_are_no_date_but_no_error(text):
    assert read_text(text, "%Y-%m-%d", "0000-00-00", "    -  -") == [None, None]


@given(st.dates())
def test_every_day_is_read_back(day):
    for pattern, written in (
        ("%Y%m%d", f"{day.year:04}{day:%m%d}"),
        ("%Y%j", f"{day.year:04}{day:%j}"),
        ("%d.%m.%Y", f"{day:%d.%m}.{day.year:04}"),
    ):
        values = np.array([written.encode()], "S10")
        column = Column("T", ColumnType(ColumnKind.TEXT, length=10), values, np.zeros(1, np.uint8))
        assert DateFormat(pattern, ColumnKind.TEXT, 10).read(column).days.tolist() == [day]


@given(st.integers(0, 99_999_999))
def test_a_number_is_a_date_where_python_says_so(value):
    try:
        wanted = date(value // 10_000, value // 100 % 100, value % 100)
    except ValueError:
        wanted = None
    column = Column("N", ColumnType(ColumnKind.NUMBER, digits=8), np.array([value]), np.zeros(1, np.uint8))
    dates = DateFormat("%Y%m%d", ColumnKind.NUMBER, 8).read(column)
    assert (dates.days[0].item() if dates.present[0] else None) == wanted
    assert dates.wrong[0] == (wanted is None and value != 0)


@pytest.mark.parametrize(
    ("pattern", "kind", "width", "words"),
    [
        ("%Y%m", ColumnKind.TEXT, 8, "needs a year"),
        ("%m%d", ColumnKind.TEXT, 8, "needs a year"),
        ("%Y%m%d%j", ColumnKind.TEXT, 20, "needs a year"),
        ("%Y%m%d%H", ColumnKind.TEXT, 20, "%H cannot be read"),
        ("%Y%Y%m%d", ColumnKind.TEXT, 20, "%Y cannot be read"),
        ("%Y-%m-%d", ColumnKind.NUMBER, 10, "does not go with a number field"),
        ("%Y%m%d", ColumnKind.FLOAT, 8, "does not go with a float field"),
        ("%Y-%m-%d", ColumnKind.TEXT, 8, "takes 10 characters, and the field has 8"),
    ],
)
def test_a_format_that_does_not_fit_says_why(pattern, kind, width, words):
    with pytest.raises(PlanError, match=words):
        DateFormat(pattern, kind, width)


def test_a_leap_century_is_known(number):
    assert read_number(number, "%Y%m%d", 20000229, 19000229) == [date(2000, 2, 29), "wrong"]
