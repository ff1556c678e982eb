import numpy as np
import numpy.typing as npt

from ._plan import Plan

def decode_fixed(
    plan: Plan,
    data: npt.NDArray[np.uint8],
    stride: int,
    count: int,
    block: int,
    rows: npt.NDArray[np.uint8],
    status: npt.NDArray[np.uint8],
) -> None: ...
def decode_variable(
    plan: Plan,
    data: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    scratch: npt.NDArray[np.uint8],
    ends: npt.NDArray[np.int64],
    rows: npt.NDArray[np.uint8],
    status: npt.NDArray[np.uint8],
) -> None: ...
def worst(status: npt.NDArray[np.uint8]) -> tuple[int, ...]: ...
