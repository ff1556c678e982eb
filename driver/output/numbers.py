"""Numbers as exact text."""

from collections.abc import Sequence
from decimal import Decimal


def exact_text(number: int, scale: int) -> str:
    """An unscaled integer as a plain decimal number, never with an exponent.

    Args:
        number: the integer.
        scale: digits right of the decimal point; if negative, zeros that follow the integer.
    """
    if scale <= 0:
        return str(number * 10**-scale)
    digits = str(abs(number)).zfill(scale + 1)
    return f"{'-' if number < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"


def exact_texts(numbers: Sequence[int], scale: int) -> list[str]:
    """A column of them."""
    if scale == 0:
        return [str(number) for number in numbers]
    return [exact_text(number, scale) for number in numbers]


def grouped(text: str) -> str:
    """An exact decimal number with its thousands told apart."""
    return f"{Decimal(text):,f}"
