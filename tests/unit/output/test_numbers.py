"""Numbers as exact text."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.output.numbers import exact_text, exact_texts


@pytest.mark.parametrize(
    ("number", "scale", "text"),
    [
        (-3050, 2, "-30.50"),
        (0, 2, "0.00"),
        (-5, 2, "-0.05"),
        (30503, 8, "0.00030503"),
        (30503, -3, "30503000"),
        (-30503, -3, "-30503000"),
        (0, -3, "0"),
        (7, 0, "7"),
        (10**37, 0, "1" + "0" * 37),
    ],
)
def test_plain_decimals(number, scale, text):
    assert exact_text(number, scale) == text


@given(st.integers(-(10**38), 10**38), st.integers(-5, 40))
def test_the_text_is_the_number_and_json(number, scale):
    text = exact_text(number, scale)
    assert Fraction(text) == Fraction(number) / Fraction(10) ** scale
    assert "e" not in text.lower()
    json.loads(text)
    assert exact_texts([number], scale) == [text]
