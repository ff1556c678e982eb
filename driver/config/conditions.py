"""Conditions as a configuration writes them: one test of a field, or others joined."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from mfdecode.conditions import AllOf, AnyOf, Condition, InRange, Not, OneOf, Present

from .codes import Code
from .section import Section

_TESTS = ("equals", "in", "range", "present")
_JOINTS = ("all", "any", "not")


class When(Section):
    """A test of one field, or conditions that are joined: give one of them."""

    field: str | None = None
    equals: Code | None = None
    one_of: tuple[Code, ...] | None = Field(default=None, alias="in", min_length=1)
    range: tuple[Decimal | None, Decimal | None] | None = Field(
        default=None, description="lowest and highest number, both among them; null for none"
    )
    present: Literal[True] | None = Field(default=None, description="there is a value, and no text of blanks alone")
    all_of: tuple["When", ...] | None = Field(default=None, alias="all", min_length=1)
    any_of: tuple["When", ...] | None = Field(default=None, alias="any", min_length=1)
    negated: "When | None" = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        tests = sum(test is not None for test in (self.equals, self.one_of, self.range, self.present))
        joints = sum(joint is not None for joint in (self.all_of, self.any_of, self.negated))
        if tests + joints != 1 or (tests == 1) != (self.field is not None):
            raise ValueError(
                f"give a 'field' with one of {', '.join(_TESTS)}; or else one of {', '.join(_JOINTS)} with conditions"
            )
        low, high = self.range or (None, None)
        if low is not None and high is not None and low > high:
            raise ValueError(f"no number is in the range {low} to {high}: the lower bound comes first")
        return self

    @property
    def condition(self) -> Condition:
        """For the library."""
        if self.all_of is not None:
            return AllOf(tuple(when.condition for when in self.all_of))
        if self.any_of is not None:
            return AnyOf(tuple(when.condition for when in self.any_of))
        if self.negated is not None:
            return Not(self.negated.condition)
        assert self.field is not None  # noqa: S101 - the model has seen to it
        if self.range is not None:
            return InRange(self.field, *self.range)
        if self.present is not None:
            return Present(self.field)
        return OneOf(self.field, frozenset((self.equals,) if self.equals is not None else self.one_of or ()))
