"""Sizes and times as people write them: 500MB, 64KiB, 30s, 5m."""

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

_BYTES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SECONDS = {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0, "h": 3600.0}
_PATTERN = r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*"
_QUANTITY = re.compile(_PATTERN)


def bytes_from_text(value: object) -> object:
    """Turn ``500MB`` into 500000000; what is not text is left to the model."""
    return int(_quantity(value, _BYTES)) if isinstance(value, str) else value


def seconds_from_text(value: object) -> object:
    """Turn ``5m`` into 300.0; what is not text is left to the model."""
    return _quantity(value, _SECONDS) if isinstance(value, str) else value


ByteSize = Annotated[
    int,
    BeforeValidator(bytes_from_text),
    WithJsonSchema({"type": ["integer", "string"], "pattern": rf"^{_PATTERN}$", "examples": ["64KiB", "500MB"]}),
]
Seconds = Annotated[
    float,
    BeforeValidator(seconds_from_text),
    WithJsonSchema({"type": ["number", "string"], "pattern": rf"^{_PATTERN}$", "examples": ["30s", "5m"]}),
]


def _quantity(text: str, units: dict[str, float] | dict[str, int]) -> float:
    match = _QUANTITY.fullmatch(text)
    factor = units.get(match[2].lower()) if match else None
    if match is None or factor is None:
        raise ValueError(f"{text!r} is not a quantity; write a number and one of {', '.join(u for u in units if u)}")
    return float(match[1]) * factor
