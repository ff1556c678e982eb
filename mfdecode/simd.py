"""Which of the compiled kernels run: the best that the processor has, unless the environment asks for others."""

import os
from enum import StrEnum

from . import _plan
from .errors import SimdError

VARIABLE = "MFDECODE_SIMD"


class SimdLevel(StrEnum):
    """What the kernels may use of the processor, from the plainest on."""

    BASELINE = "baseline"
    NEON = "neon"
    AVX2 = "avx2"
    AVX512 = "avx512"


AVAILABLE = tuple(level for level in SimdLevel if _plan.has_level(level.value))
"""The levels that were compiled and that processor and operating system have, the best last."""


def simd_level() -> SimdLevel:
    """The level at which a new decoder's kernels run.

    Raises:
        SimdError: MFDECODE_SIMD names none, or one that cannot be had here.
    """
    name = os.environ.get(VARIABLE, "")
    if not name:
        return AVAILABLE[-1]
    if name not in AVAILABLE:
        known = "a level that this machine does not have" if name in list(SimdLevel) else "not a SIMD level"
        raise SimdError(f"{VARIABLE}={name} is {known}; there are {', '.join(AVAILABLE)} (leave it out for the best)")
    return SimdLevel(name)
