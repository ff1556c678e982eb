"""Rules over columns."""

from decimal import Decimal

import numpy as np
import pytest

from driver.core.errors import PlanError, PluginError
from driver.core.validation import Allowed, Date, Pattern, PluginRule, Range, Required
from mfdecode.columns import Column, ColumnKind, ColumnType

D = Decimal
FLOAT = ColumnType(ColumnKind.FLOAT, bits=64)


def test_a_required_value_is_there_and_not_blank(text, number):
    assert Required().broken(text("A", "", None)).tolist() == [False, True, True]
    assert Required().broken(number(0, None)).tolist() == [False, True]


@pytest.mark.parametrize("dtype", ["i2", "i4", "i8", "wide"])
def test_a_range_includes_its_bounds_and_is_exact(number, dtype):
    column = number(-151, -150, 0, 1000, 1001, None, scale=2, dtype=dtype)
    rule = Range(D("-1.5"), D("10"), column.type)
    assert rule.broken(column).tolist() == [True, False, False, False, True, False]


def test_bounds_finer_than_the_field_are_exact(number):
    column = number(9, 10, 11, scale=1)
    assert Range(D("0.95"), D("1.05"), column.type).broken(column).tolist() == [True, False, True]


def test_a_range_may_be_open(number):
    column = number(-5, 5, scale=-3)
    assert Range(None, D("4999"), column.type).broken(column).tolist() == [False, True]
    assert Range(D("-4999"), None, column.type).broken(column).tolist() == [True, False]


def test_bounds_past_the_type_are_no_bounds(number):
    column = number(-32768, 32767, dtype="i2")
    assert not Range(D("-1e30"), D("1e30"), column.type).broken(column).any()
    assert Range(D("1e30"), None, column.type).broken(column).all()


def test_floats_have_ranges():
    column = Column("F", FLOAT, np.array([-1.5, 0.0, 2.5]), np.zeros(3, np.uint8))
    assert Range(D(-1), D(2), FLOAT).broken(column).tolist() == [True, False, True]


def test_allowed_texts(text):
    for dtype in "SU":
        column = text("A", "B", "AB", "é", "", None, dtype="U") if dtype == "U" else text("A", "B", "AB", "C", "", None)
        rule = Allowed(["A", "AB", "é", "€"], column.type)
        assert rule.broken(column).tolist() == [False, True, False, dtype == "S", True, False]


def test_allowed_numbers_are_compared_exactly(number):
    column = number(100, 150, 151, None, scale=2)
    assert Allowed([D(1), "1.50", D("1.505")], column.type).broken(column).tolist() == [False, False, True, False]


def test_a_pattern_matches_the_whole_text(text):
    column = text("A1", "A12", "xA1", "A1\n", None)
    assert Pattern(r"[A-Z]\d", column.type).broken(column).tolist() == [False, True, True, True, False]
    assert not Pattern(r"A|A1|A12|xA1|A1\n", column.type).broken(column).any()


def test_a_date_rule_lets_zeros_and_nulls_pass(number):
    column = number(20240230, 20240228, 0, None)
    assert Date("%Y%m%d", column.type).broken(column).tolist() == [True, False, False, False]


def test_a_plug_in_gets_arrays_and_gives_a_mask(number, tmp_path, monkeypatch):
    (tmp_path / "my_rules.py").write_text(
        "def even(values, status):\n    return values % 2 == 0\n"
        "def short(values, status):\n    return values[:1] == 0\n"
        "def fails(values, status):\n    return 1 / 0\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    column = number(1, 2, None)
    assert PluginRule("my_rules:even").broken(column).tolist() == [True, False, False]
    with pytest.raises(PluginError, match="must return a bool for each of 3 records"):
        PluginRule("my_rules:short").broken(column)
    with pytest.raises(PluginError, match="my_rules:fails failed on N: ZeroDivisionError"):
        PluginRule("my_rules:fails").broken(column)


@pytest.mark.parametrize("writes", ["values[:] = 7", "status[:] = 0", "values.sort()"])
def test_a_plug_in_cannot_change_what_is_loaded(number, tmp_path, monkeypatch, writes):
    name = f"my_writer_{len(writes)}"
    (tmp_path / f"{name}.py").write_text(f"def f(values, status):\n    {writes}\n    return status == 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    column = number(3, 2, None)
    with pytest.raises(PluginError, match="read-only"):
        PluginRule(f"{name}:f").broken(column)
    assert (column.values.tolist(), column.status.tolist()) == ([3, 2, 0], [0, 0, 1])
    assert column.values.flags.writeable


@pytest.mark.parametrize("pattern", ["A)|(?:B", "(", "A)", r"\QA"])
def test_a_pattern_is_an_expression_of_its_own(text, pattern):
    with pytest.raises(PlanError) as error:
        Pattern(pattern, text("A").type)
    assert f"the pattern {pattern!r} is no regular expression" in str(error.value)


def test_an_error_in_a_pattern_does_not_show_our_anchors(text):
    with pytest.raises(PlanError) as error:
        Pattern("A)|(?:B", text("A").type)
    assert "\\A" not in str(error.value)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda t, n: Range(D(1), None, t), "range is for numbers, and the field is text"),
        (lambda t, n: Pattern("A", n), "pattern is for texts"),
        (lambda t, n: Pattern("(", t), "is no regular expression"),
        (lambda t, n: Allowed(["x"], n), "the allowed value 'x' is none"),
        (lambda t, n: Allowed(["x"], FLOAT), "the field is float"),
        (lambda t, n: PluginRule("no_module_of_this_name:f"), "No module named"),
        (lambda t, n: PluginRule("math:no_function"), "no_function"),
        (lambda t, n: PluginRule("math.sqrt"), "write module:function"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(text, number, make, words):
    with pytest.raises(PlanError, match=words):
        make(text("A").type, number(1).type)


def test_messages_say_the_rule_and_never_the_value(text, number):
    assert Range(D(1), D("2.5"), number(1).type).message == "the number is not in the range 1 to 2.5"
    assert Pattern("[A-Z]+", text("A").type).message == "the text does not match [A-Z]+"
