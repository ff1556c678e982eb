"""What a field may hold, as a configuration writes it."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema


def _code_from_number(value: object) -> object:
    """Take 7 and 1.50 for the text that they were written as; a truth value is none: NO may be a country."""
    if isinstance(value, bool):
        raise ValueError(
            "is a truth value, as which YAML reads yes, no, on, off, true and false: write the code in quotes"
        )
    return str(value) if isinstance(value, int | Decimal) else value


Code = Annotated[str, BeforeValidator(_code_from_number), WithJsonSchema({"type": ["string", "number"]})]
"""What a field may hold, as text."""
