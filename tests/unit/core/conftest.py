import numpy as np
import pytest

from mfdecode.columns import Column, ColumnKind, ColumnType
from mfdecode.int128 import from_ints


@pytest.fixture
def text():
    """A text column; None is null."""

    def text(*values: str | None, dtype: str = "S", length: int = 12) -> Column:
        texts = [value or "" for value in values]
        encoded = [text.encode("latin-1") for text in texts] if dtype == "S" else texts
        status = np.array([value is None for value in values], np.uint8)
        width = max((len(character.encode()) for text in texts for character in text), default=1)
        return Column(
            "T", ColumnType(ColumnKind.TEXT, length=length, width=width), np.array(encoded, f"{dtype}{length}"), status
        )

    return text


@pytest.fixture
def number():
    """A column of unscaled integers; None is null."""

    def number(*values: int | None, digits: int = 9, scale: int = 0, dtype: str = "i8") -> Column:
        numbers = [value or 0 for value in values]
        array = from_ints(numbers) if dtype == "wide" else np.array(numbers, dtype)
        status = np.array([value is None for value in values], np.uint8)
        return Column("N", ColumnType(ColumnKind.NUMBER, digits=digits, scale=scale), array, status)

    return number
