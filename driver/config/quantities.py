"""Sizes, times, and numbers of threads and batches, as people write them: 500MB, 64KiB, 30s, 5m, auto."""

import re
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

_BYTES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SECONDS = {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0, "h": 3600.0}
_PATTERN = r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*"
_MOST_THREADS = 64
AUTO: Final = "auto"
LEAST_MEMORY = 50 * 1000**2
"""Of DuckDB, to work with."""
_QUANTITY = re.compile(_PATTERN)


def bytes_from_text(value: object) -> object:
    """Turn ``500MB`` into 500000000; what is not text is left to the model."""
    return int(_quantity(value, _BYTES)) if isinstance(value, str) else value


def seconds_from_text(value: object) -> object:
    """Turn ``5m`` into 300.0; what is not text is left to the model."""
    return _quantity(value, _SECONDS) if isinstance(value, str) else value


def threads_from_text(value: object) -> object:
    """See that it is a number of threads, or ``auto``."""
    text = str(value)
    if text != AUTO and not (text.isdecimal() and 1 <= int(text) <= _MOST_THREADS):
        raise ValueError(f"give a number from 1 to {_MOST_THREADS}, or auto")
    return value


def batches_from_text(value: object) -> object:
    """See that it is a number of batches, or ``auto``."""
    text = str(value)
    if text != AUTO and not (text.isdecimal() and int(text) >= 1):
        raise ValueError("give a number, 1 or more, or auto")
    return value


def memory_from_text(value: object) -> object:
    """Turn ``150MB`` into 150000000; ``auto`` stays, and less than DuckDB can work with is none."""
    size = value if value == AUTO else bytes_from_text(value)
    if size != AUTO and (not isinstance(size, int) or size < LEAST_MEMORY):
        raise ValueError(f"give {LEAST_MEMORY // 1000**2}MB or more, or auto")
    return size


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
Threads = Annotated[int, Field(ge=1, le=_MOST_THREADS)]
MemoryOrAuto = Annotated[
    int | Literal["auto"],
    BeforeValidator(memory_from_text),
    WithJsonSchema({"type": ["integer", "string"], "pattern": rf"^({_PATTERN}|auto)$", "examples": ["150MB", "auto"]}),
]
BatchesOrAuto = Annotated[Annotated[int, Field(ge=1)] | Literal["auto"], BeforeValidator(batches_from_text)]
ThreadsOrAuto = Annotated[Threads | Literal["auto"], BeforeValidator(threads_from_text)]


def _quantity(text: str, units: dict[str, float] | dict[str, int]) -> float:
    match = _QUANTITY.fullmatch(text)
    factor = units.get(match[2].lower()) if match else None
    if match is None or factor is None:
        raise ValueError(f"{text!r} is not a quantity; write a number and one of {', '.join(u for u in units if u)}")
    return float(match[1]) * factor
