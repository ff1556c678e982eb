"""Timestamps against Python's own calendar."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.core.errors import PlanError
from driver.core.timestamps import TimestampFormat
from mfdecode.columns import Column, ColumnKind, ColumnType

DB2 = "%Y-%m-%d-%H.%M.%S.%f"


def read(column, pattern, kind=ColumnKind.TEXT, width=26):
    found = TimestampFormat(pattern, kind, width).read(column)
    return [
        moment.item() if present else ("wrong" if wrong else None)
        for moment, present, wrong in zip(found.moments, found.present, found.wrong, strict=True)
    ]


def test_texts_as_db2_unloads_them(text):
    column = text(
        "2022-06-10-19.27.53.000001",
        "0001-01-01-00.00.00.000000",
        "9999-12-31-23.59.59.999999",
        "2022-06-10-24.00.00.000000",
        "2022-06-10-19.60.00.000000",
        "2022-06-10-19.27.60.000000",
        "2022-02-29-19.27.53.000000",
        "2022-06-10 19.27.53.000000",
        "0000-00-00-00.00.00.000000",
        "",
        None,
        length=26,
    )
    assert read(column, DB2) == [
        datetime(2022, 6, 10, 19, 27, 53, 1),
        datetime(1, 1, 1),
        datetime(9999, 12, 31, 23, 59, 59, 999_999),
        *["wrong"] * 5,
        None,
        None,
        None,
    ]


def test_numbers_of_more_than_nine_digits(number):
    column = number(20220610192753, 20220610252753, 0, -1, dtype="i8", digits=18)
    assert read(column, "%Y%m%d%H%M%S", ColumnKind.NUMBER, 18) == [
        datetime(2022, 6, 10, 19, 27, 53),
        "wrong",
        None,
        "wrong",
    ]


def test_what_the_format_has_not_is_zero(text):
    assert read(text("2022161 07", length=26), "%Y%j %H") == [datetime(2022, 6, 10, 7)]


@given(st.datetimes())
def test_every_moment(moment):
    written = f"{moment:%m/%d/}{moment.year:04d}T{moment:%H:%M:%S.%f}"
    column = Column("T", ColumnType(ColumnKind.TEXT, length=26), np.array([written], "S26"), np.zeros(1, np.uint8))
    assert read(column, "%m/%d/%YT%H:%M:%S.%f") == [moment]


@pytest.mark.parametrize(
    ("pattern", "kind", "width", "why"),
    [
        ("%Y-%m-%d", ColumnKind.TEXT, 26, "no hour"),
        ("%H.%M", ColumnKind.TEXT, 26, "needs a year"),
        (DB2, ColumnKind.TEXT, 25, "takes 26 characters, and the field has 25"),
        (DB2, ColumnKind.NUMBER, 38, "does not go with a number field"),
        ("%Y%m%d%H%M%S%f", ColumnKind.NUMBER, 38, "no more than 18"),
        ("%Y%m%d%Z", ColumnKind.TEXT, 26, "%Z cannot be read"),
    ],
)
def test_formats_that_are_none(pattern, kind, width, why):
    with pytest.raises(PlanError, match=why):
        TimestampFormat(pattern, kind, width)
