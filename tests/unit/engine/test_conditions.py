"""Conditions over the columns of a batch: what holds, and what cannot be asked."""

from decimal import Decimal

import pytest

from mfdecode import AllOf, AnyOf, Copybook, Decoder, InRange, LayoutError, Not, OneOf, Present
from mfdecode.matching import matcher

LAYOUT = Copybook.from_text(
    "01 REC. 05 KIND PIC X(2). 05 RATE PIC S9(3)V99 COMP-3. 05 R COMP-1. 05 T PIC X OCCURS 2."
).layout()
PACKED = {"0.00": "00000C", "1.50": "00150C", "-1.50": "00150D", "blank": "404040", "bad": "00A50C"}
ROWS = [("A ", "1.50"), ("B ", "-1.50"), ("  ", "0.00"), ("A ", "blank"), ("AB", "bad")]


def holding(condition) -> list[int]:
    rows = b"".join(kind.encode("cp037") + bytes.fromhex(PACKED[rate]) + bytes(4) + b"\x40\x40" for kind, rate in ROWS)
    return matcher(LAYOUT, condition)(Decoder(LAYOUT).decode(rows).columns).nonzero()[0].tolist()


@pytest.mark.parametrize(
    ("condition", "records"),
    [
        (OneOf("KIND", frozenset({"A", "B  "})), [0, 1, 3]),
        (OneOf("KIND", frozenset({""})), [2]),
        (OneOf("RATE", frozenset({"1.5", "0"})), [0, 2]),
        (OneOf("RATE", frozenset({"1.505"})), []),
        (InRange("RATE", Decimal("-1.504"), Decimal("1.499")), [1, 2]),
        (InRange("RATE", Decimal("-1.499"), None), [0, 2]),
        (InRange("RATE", None, Decimal("-1.5")), [1]),
        (Present("KIND"), [0, 1, 3, 4]),
        (Present("RATE"), [0, 1, 2]),
        (Present("R"), [0, 1, 2, 3, 4]),
        (Not(OneOf("RATE", frozenset({"0"}))), [0, 1, 3, 4]),
        (AllOf((Present("KIND"), Not(Present("RATE")))), [3, 4]),
        (AnyOf((OneOf("KIND", frozenset({"B"})), Not(Present("KIND")))), [1, 2]),
    ],
)
def test_a_condition_holds_where_the_values_say_so(condition, records):
    assert holding(condition) == records


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (OneOf("NONE", frozenset("1")), "REC has no field NONE"),
        (Present("T"), "T cannot be part of a condition: it occurs in a table"),
        (OneOf("R", frozenset("1")), "R cannot be compared in a condition: it is a float"),
        (OneOf("RATE", frozenset({"x"})), "RATE is a number, and 'x' is none"),
        (OneOf("RATE", frozenset({"Infinity"})), "and 'Infinity' is none"),
        (OneOf("RATE", frozenset({"1e9999999"})), "and '1e9999999' is none"),
        (InRange("KIND", Decimal(1), None), "range is for numbers, and KIND is a text"),
        (AllOf(()), "needs at least one"),
    ],
)
def test_what_cannot_be_asked_is_refused(condition, words):
    with pytest.raises(LayoutError, match=words):
        matcher(LAYOUT, condition)


def test_a_range_that_holds_nothing_is_refused():
    with pytest.raises(LayoutError, match="the lower bound comes first"):
        InRange("RATE", Decimal(2), Decimal(1))
