"""The numbers policy: keys of the configuration, and of the option ``--numbers`` by the same names."""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Annotated

from pydantic import BeforeValidator, ValidationError

from mfdecode.options import DEFAULT_NUMBERS, Action, NumbersPolicy, Overpunch

from .errors import ConfigError
from .section import Section


def _null_from_none(value: object) -> object:
    """Take what YAML makes of null for the word that it is here."""
    return Action.NULL if value is None else value


NumberAction = Annotated[Action, BeforeValidator(_null_from_none)]


class Numbers(Section):
    """What becomes of a number whose bytes are none; what is not given is as ``NumbersPolicy`` has it."""

    blanks: NumberAction = DEFAULT_NUMBERS.blanks
    low_values: NumberAction = DEFAULT_NUMBERS.low_values
    high_values: NumberAction = DEFAULT_NUMBERS.high_values
    no_sign: NumberAction | None = DEFAULT_NUMBERS.no_sign
    bad_sign: NumberAction = DEFAULT_NUMBERS.bad_sign
    bad_digit: NumberAction = DEFAULT_NUMBERS.bad_digit
    overpunch: Overpunch = DEFAULT_NUMBERS.overpunch

    def over(self, policy: NumbersPolicy) -> NumbersPolicy:
        """The policy with what is given here instead of its own."""
        return replace(policy, **{name: getattr(self, name) for name in self.model_fields_set})


def numbers_of(texts: Iterable[str]) -> NumbersPolicy:
    """The policy of a command line.

    Args:
        texts: ``CONDITION=ACTION`` each.

    Raises:
        ConfigError: one of them is none.
    """
    given = dict(text.partition("=")[::2] for text in texts)
    try:
        return Numbers.model_validate(given).over(DEFAULT_NUMBERS)
    except ValidationError:
        conditions = ", ".join(field.name for field in fields(NumbersPolicy) if field.name != "overpunch")
        raise ConfigError(
            f"--numbers {' '.join(texts)}: write one of {conditions} = {', '.join(Action)}; or overpunch = "
            f"{', '.join(Overpunch)}"
        ) from None
