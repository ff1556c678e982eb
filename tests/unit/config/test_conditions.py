"""Conditions in YAML: what they mean, and what is none."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from driver.config.conditions import When
from mfdecode import AllOf, AnyOf, InRange, Not, OneOf, Present

A_IS_1 = OneOf("A", frozenset({"1"}))


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ({"field": "A", "equals": 1}, A_IS_1),
        ({"field": "A", "in": ["1", Decimal("2.50")]}, OneOf("A", frozenset({"1", "2.50"}))),
        ({"field": "B", "range": [None, Decimal("0.5")]}, InRange("B", None, Decimal("0.5"))),
        ({"field": "B", "present": True}, Present("B")),
        ({"not": {"field": "A", "equals": "1"}}, Not(A_IS_1)),
        (
            {"all": [{"field": "A", "equals": "1"}, {"any": [{"field": "B", "present": True}]}]},
            AllOf((A_IS_1, AnyOf((Present("B"),)))),
        ),
    ],
)
def test_a_condition_is_read(written, condition):
    assert When.model_validate(written).condition == condition


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"field": "A"},
        {"equals": "1"},
        {"field": "A", "equals": "1", "in": ["2"]},
        {"field": "A", "present": False},
        {"field": "A", "not": {"field": "A", "equals": "1"}},
        {"all": []},
        {"all": [{"field": "A"}]},
        {"field": "A", "range": [2, 1]},
        {"field": "A", "equals": True},
    ],
)
def test_what_is_no_condition_is_refused(written):
    with pytest.raises(ValidationError):
        When.model_validate(written)
