"""Columns made of others."""

import hashlib
import hmac
from datetime import date

import pytest

from driver.core.errors import PlanError
from driver.core.keyed_masking import Hashed
from driver.core.masking import Full, LastFour
from driver.core.transformation import Constant, HidePii, MapCodes, ToDate
from mfdecode.columns import ColumnKind, ColumnType


def texts(column) -> list[str | None]:
    values = [v.decode("latin-1") if isinstance(v, bytes) else v for v in column.values.tolist()]
    return [None if status else value for value, status in zip(values, column.status, strict=True)]


def test_digits_become_dates_and_zeros_null(number):
    column = number(20240229, 0, 20240230, None)
    made = ToDate("%Y%m%d", column.type).apply(column)
    assert made.column.type == ColumnType(ColumnKind.DATE)
    assert made.column.values[0].item() == date(2024, 2, 29)
    assert (made.column.status != 0).tolist() == [False, True, True, True]
    assert made.wrong.tolist() == [False, False, True, False]


@pytest.mark.parametrize("dtype", ["S", "U"])
def test_codes_of_texts_become_what_they_mean(text, dtype):
    column = text("A", "C", "X", "", None, dtype=dtype)
    made = MapCodes({"A": "ACTIVE", "C": "€"}, column.type).apply(column)
    assert texts(made.column) == ["ACTIVE", "€", "", "", None]
    assert made.wrong.tolist() == [False, False, True, True, False]
    assert (made.column.type.length, made.column.type.width) == (6, 3)


@pytest.mark.parametrize("dtype", ["i4", "wide"])
def test_codes_of_numbers_are_compared_as_numbers(number, dtype):
    column = number(10, 15, 20, None, scale=1, dtype=dtype)
    made = MapCodes({"1": "ONE", "1.5": "MORE"}, column.type).apply(column)
    assert texts(made.column) == ["ONE", "MORE", "", None]
    assert made.wrong.tolist() == [False, False, True, False]


@pytest.mark.parametrize(
    ("mask", "wanted"),
    [(Full(), ["*********", "****", "", None]), (LastFour(), ["*****6789", "****", "", None])],
)
@pytest.mark.parametrize("dtype", ["S", "U"])
def test_texts_are_masked(text, mask, wanted, dtype):
    column = text("123456789", "1234", "", None, dtype=dtype)
    assert texts(HidePii(mask, column.type).apply(column).column) == wanted


@pytest.mark.parametrize("dtype", ["i4", "i8", "wide"])
def test_numbers_are_masked_as_the_digits_of_their_picture(number, dtype):
    column = number(123456, -7, None, digits=9, dtype=dtype)
    made = HidePii(LastFour(), column.type)
    assert texts(made.apply(column).column) == ["*****3456", "*****0007", None]
    assert made.type == ColumnType(ColumnKind.TEXT, length=9)


def test_a_hash_is_the_same_for_the_same_datum_and_another_for_another_salt(text, number):
    column = text("123", "123", "é", None, dtype="U")
    wanted = [hmac.new(b"salt", v.encode(), hashlib.sha256).hexdigest() for v in ("123", "123", "é")]
    assert texts(HidePii(Hashed("salt"), column.type).apply(column).column) == [*wanted, None]
    assert texts(Hashed("pepper").mask(column))[0] != wanted[0]
    assert texts(Hashed("salt").mask(number(123, digits=3)))[0] == wanted[0]


def test_negative_numbers_have_hashes_of_their_own(number):
    hashes = texts(Hashed("salt").mask(number(-7, 7, digits=3)))
    assert hashes == [hmac.new(b"salt", v, hashlib.sha256).hexdigest() for v in (b"-007", b"007")]


def test_whether_different_values_stay_different(text, number):
    type_ = text("A").type
    assert ToDate("%Y%m%d", number(1).type).distinct
    assert HidePii(Hashed("salt"), type_).distinct
    assert not HidePii(Full(), type_).distinct
    assert not HidePii(LastFour(), type_).distinct
    assert MapCodes({"A": "1", "B": "2"}, type_).distinct
    assert not MapCodes({"A": "1", "B": "1 "}, type_).distinct
    assert MapCodes({"1": "x", "1.0": "x"}, number(1).type).distinct


def test_a_hash_needs_its_salt():
    with pytest.raises(PlanError, match="hash_salt"):
        Hashed("")


def test_constants():
    assert texts(Constant("C", "é").column(2)) == ["é", "é"]
    assert Constant("C", -12).column(2).values.tolist() == [-12, -12]
    assert Constant("C", -12).type == ColumnType(ColumnKind.NUMBER, digits=2)
    assert Constant("C", "aé").type == ColumnType(ColumnKind.TEXT, length=2, width=2)


@pytest.mark.parametrize(
    "make", [lambda t: MapCodes({}, t), lambda t: HidePii(Full(), t), lambda t: ToDate("%Y%m%d", t)]
)
def test_floats_are_left_alone(make):
    with pytest.raises(PlanError):
        make(ColumnType(ColumnKind.FLOAT, bits=64))


def test_a_code_that_is_no_number_is_refused(number):
    with pytest.raises(PlanError, match="the code 'A' of its map is none"):
        MapCodes({"A": "x"}, number(1).type)
