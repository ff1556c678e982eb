"""Conditions over the fields of a record: which REDEFINES alternative it holds, or of which type it is.

A condition holds or does not. One over a field that has no value (blank, absent, or wrong) does not hold, so that
``Not`` of it does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from .errors import LayoutError


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field holds one of the values.

    Attributes:
        field: its name, qualified by its groups (``GROUP.FIELD``) or not.
        values: as text, blanks at the end left aside; of a number its digits and decimal point, compared exactly.
    """

    field: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class InRange:
    """The field holds a number from ``low`` to ``high``, both among them, compared exactly.

    Attributes:
        field: its name, qualified by its groups or not.
        low, high: the bounds; None for none.

    Raises:
        LayoutError: no number is in the range.
    """

    field: str
    low: Decimal | None
    high: Decimal | None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise LayoutError(f"no number is in the range {self.low} to {self.high}: the lower bound comes first")


@dataclass(frozen=True, slots=True)
class Present:
    """The field has a value, and if it is a text, one of more than blanks and low-values."""

    field: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Each of the conditions holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: "Condition"


Condition = OneOf | InRange | Present | AllOf | AnyOf | Not


def field_names(condition: Condition) -> Iterator[str]:
    """The fields that a condition looks at, as it names them."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.conditions:
                yield from field_names(part)
        case Not():
            yield from field_names(condition.condition)
        case OneOf() | InRange() | Present():
            yield condition.field
        case _:
            assert_never(condition)
