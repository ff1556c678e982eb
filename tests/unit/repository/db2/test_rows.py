"""Rows as a client binds them: filled and checked by the kernels."""

from decimal import Decimal

import numpy as np
import pytest

from driver._rows import Rows
from driver.repository.db2.parameters import Parameter, ParameterKind, Refusal, integer
from mfdecode.columns import INT128

FITS = 0


def filled(parameter, values, status=None, positions=None):
    """One column's rows; the refusals."""
    if positions is None:
        positions = np.arange(len(values))
    rows = Rows([parameter], [values.dtype], max(1, len(positions)))
    if status is None:
        status = np.zeros(len(values), np.uint8)
    refusals, _ = rows.fill([(values, status)], positions)
    return [value for (value,) in rows.tuples(0, rows.count)], refusals.tolist()


def decimal(precision, scale=0, source_scale=0):
    return Parameter(ParameterKind.DECIMAL, 16, precision, scale, source_scale)


def text(kind, width):
    return Parameter(kind, width)


@pytest.mark.parametrize("width", [2, 4, 8])
def test_integers_are_taken_to_the_ends_of_their_range_and_no_further(width):
    most = 2 ** (8 * width - 1) - 1
    numbers = [most, -most - 1, most + 1, -most - 2, 0]
    values = np.zeros(5, INT128)
    values["lo"] = [number % 2**64 for number in numbers]
    values["hi"] = [-1 if number < 0 else 0 for number in numbers]
    parameter = integer(width)
    rows = Rows([parameter], [np.dtype("V16")], 5)
    refusals, _ = rows.fill([(values.view("V16"), np.zeros(5, np.uint8))], np.arange(5))
    taken = [value if value is None else int(value) for (value,) in rows.tuples(0, 5)]
    assert taken == [most, -most - 1, None, None, 0]
    assert refusals.tolist() == [FITS, FITS, Refusal.OUT_OF_RANGE, Refusal.OUT_OF_RANGE, FITS]


@pytest.mark.parametrize("dtype", ["i2", "i4", "i8", "u2", "u4", "u8"])
def test_every_integer_type_becomes_a_decimal(dtype):
    info = np.iinfo(dtype)
    values = np.array([info.min, info.max, 7], dtype)
    exact = [str(Decimal(number).scaleb(-2)) for number in values.tolist()]
    taken, refusals = filled(decimal(31, 2, 2), values)
    assert [Decimal(number) for number in taken] == [Decimal(number) for number in exact]
    assert refusals == [FITS] * 3


def test_decimals_are_formatted_with_all_their_places():
    values = np.array([0, 5, -5, 123, -12_345], np.int64)
    assert filled(decimal(9, 2, 2), values)[0] == ["0.00", "0.05", "-0.05", "1.23", "-123.45"]
    assert filled(decimal(9, 4, 2), values)[0] == ["0.0000", "0.0500", "-0.0500", "1.2300", "-123.4500"]


def test_more_decimals_than_the_column_has_are_refused_unless_they_are_zeros():
    taken, refusals = filled(decimal(9, 1, 2), np.array([120, 123], np.int32))
    assert (taken, refusals) == (["1.2", None], [FITS, Refusal.CUT_DECIMALS])


def test_digits_and_bytes_both_bound_a_number():
    narrowed = Parameter(ParameterKind.INTEGER, 4, 4)
    assert filled(narrowed, np.array([9_999, 10_000, -9_999, -10_000]))[1] == [FITS, 2, FITS, 2]
    into_smallint = Parameter(ParameterKind.DECIMAL, 2, 7)
    assert filled(into_smallint, np.array([32_767, 32_768, -32_768, -32_769]))[1] == [FITS, 2, FITS, 2]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("kind", [ParameterKind.REAL, ParameterKind.DOUBLE])
def test_floats_of_either_width_go_into_either(dtype, kind):
    assert filled(Parameter(kind), np.array([0.5, -3.25, 0.0], dtype)) == ([0.5, -3.25, 0.0], [FITS] * 3)


@pytest.mark.parametrize("kind", [ParameterKind.REAL, ParameterKind.DOUBLE])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_what_is_no_number_and_the_infinite_are_refused(kind, dtype):
    values = np.array([np.nan, np.inf, -np.inf], dtype)
    assert filled(Parameter(kind), values) == ([None] * 3, [Refusal.OUT_OF_RANGE] * 3)


def test_a_double_outside_the_range_of_a_real_is_refused():
    most = float(np.finfo(np.float32).max)
    values = np.array([most, -most, 1e39, -1e39, 1e-60])
    taken, refusals = filled(Parameter(ParameterKind.REAL), values)
    assert taken == [most, -most, None, None, 0.0]
    assert refusals == [FITS, FITS, Refusal.OUT_OF_RANGE, Refusal.OUT_OF_RANGE, FITS]


@pytest.mark.parametrize(
    ("kind", "dtype"), [(ParameterKind.LATIN1, "S4"), (ParameterKind.UCS4, "U4")], ids=["latin-1", "ucs-4"]
)
@pytest.mark.parametrize("width", range(1, 10))
def test_texts_are_refused_by_their_bytes_in_utf8(kind, dtype, width):
    texts = ["", "a", "abcd", "é", "ééé", "éabc", "éééé"]
    values = np.array([t.encode("latin-1") if dtype[0] == "S" else t for t in texts], dtype)
    taken, refusals = filled(text(kind, width), values)
    fits = [len(t.encode()) <= width for t in texts]
    assert taken == [t if fit else None for t, fit in zip(texts, fits, strict=True)]
    assert refusals == [FITS if fit else Refusal.TOO_LONG for fit in fits]


@pytest.mark.parametrize("size", [1, 2, 7, 8, 9, 15, 16, 17, 24, 31])
def test_latin_texts_of_every_length_and_a_character_past_ascii_anywhere_in_them(size):
    """Twice into the same rows: what is left of a longer text is not taken for one's own."""
    texts = ["x" * n for n in range(size, -1, -1)]
    texts += ["x" * at + "é" + "y" * (n - at - 1) for n in range(size, 0, -1) for at in range(n)]
    for width in (size, 2 * size):
        rows = Rows([text(ParameterKind.LATIN1, width)], [np.dtype(f"S{size}")], len(texts))
        for given in (["é" * (size // 2)] * len(texts), texts):
            values = np.array([t.encode("latin-1") for t in given], f"S{size}")
            refusals, _ = rows.fill([(values, np.zeros(len(given), np.uint8))], np.arange(len(given)))
            wanted = [t if len(t.encode()) <= width else None for t in given]
            assert [value for (value,) in rows.tuples(0, len(given))] == rows.lists(0, len(given))[0] == wanted
            assert (refusals == 0).tolist() == [t is not None for t in wanted]


def test_texts_of_all_of_unicode():
    values = np.array(["ｱｲｳ", "€", "😀", "a\0b"], "U3")
    assert filled(text(ParameterKind.UCS4, 9), values)[0] == ["ｱｲｳ", "€", "😀", "a\0b"]


def test_dates_to_the_ends_of_the_calendar():
    values = np.array(["0001-01-01", "9999-12-31", "2000-02-29", "1969-12-31", "10000-01-01", "0000-12-31"], "M8[D]")
    taken, refusals = filled(Parameter(ParameterKind.DATE), values)
    assert taken == ["0001-01-01", "9999-12-31", "2000-02-29", "1969-12-31", None, None]
    assert refusals == [FITS] * 4 + [Refusal.OUT_OF_RANGE] * 2


def test_what_has_no_value_is_null_or_refused():
    values, status = np.array([1, 2], np.int32), np.array([0, 1], np.uint8)
    assert filled(integer(4), values, status) == ([1, None], [FITS, FITS])
    assert filled(integer(4, nullable=False), values, status) == ([1, None], [FITS, Refusal.MISSING])


def test_rows_are_taken_from_positions_of_strided_columns():
    table = np.zeros(100, [("a", "i4"), ("b", "S3")])
    table["a"] = np.arange(100)
    assert filled(integer(4), table["a"], positions=np.array([3, 70, 99]))[0] == [3, 70, 99]


def test_the_first_column_that_refuses_a_row_is_named():
    rows = Rows([integer(8), integer(2), integer(2)], [np.dtype(np.int64)] * 3, 1)
    column = (np.array([40_000]), np.zeros(1, np.uint8))
    refusals, columns = rows.fill([column] * 3, np.arange(1))
    assert (refusals.tolist(), columns.tolist()) == ([Refusal.OUT_OF_RANGE], [1])


def test_lists_and_tuples_hold_the_same_values():
    rows = Rows([integer(8), decimal(9, 2, 2)], [np.dtype(np.int64)] * 2, 3)
    column = (np.array([1, -250, 3]), np.zeros(3, np.uint8))
    rows.fill([column, column], np.arange(3))
    assert rows.tuples(1, 3) == [("-250", "-2.50"), ("3", "0.03")]
    assert rows.lists(1, 3) == [[-250, 3], [Decimal("-2.50"), Decimal("0.03")]]


@pytest.mark.parametrize("positions", [[-1], [2], [0, 1, 2]])
def test_positions_outside_the_batch_or_the_rows_are_refused(positions):
    rows = Rows([integer(4)], [np.dtype(np.int64)], 2)
    with pytest.raises(ValueError, match=r"row lies outside|does not fit the rows"):
        rows.fill([(np.zeros(2, np.int64), np.zeros(2, np.uint8))], np.array(positions))


@pytest.mark.parametrize("bounds", [(-1, 1), (0, 3), (2, 1)])
def test_rows_that_were_not_filled_are_not_read(bounds):
    rows = Rows([integer(4)], [np.dtype(np.int64)], 5)
    rows.fill([(np.zeros(2, np.int64), np.zeros(2, np.uint8))], np.arange(2))
    with pytest.raises(IndexError):
        rows.tuples(*bounds)


@pytest.mark.parametrize(
    ("parameter", "dtype"),
    [
        (integer(4), "f8"),
        (Parameter(ParameterKind.INTEGER, 3, 5), "i4"),
        (Parameter(ParameterKind.INTEGER, 16, 5), "i4"),
        (Parameter(ParameterKind.DECIMAL, 16, 39), "i4"),
        (Parameter(ParameterKind.DECIMAL, 16, 2, 3), "i4"),
        (Parameter(ParameterKind.DECIMAL, 16, 9, 0, 39), "i4"),
        (Parameter(ParameterKind.REAL), "i4"),
        (Parameter(ParameterKind.DATE), "i8"),
        (Parameter(ParameterKind.LATIN1, 5), "U5"),
    ],
)
def test_what_cannot_be_made_of_its_dtype_is_refused(parameter, dtype):
    with pytest.raises(ValueError, match="cannot be made of"):
        Rows([parameter], [np.dtype(dtype)], 1)
