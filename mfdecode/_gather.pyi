import numpy as np
import numpy.typing as npt

def validity(
    values: npt.NDArray[np.generic],
    status: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.int64],
    bits: npt.NDArray[np.uint8],
) -> int: ...
def utf8(
    values: npt.NDArray[np.generic],
    status: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.int32],
    data: npt.NDArray[np.uint8],
) -> int: ...
def integers(
    values: npt.NDArray[np.generic],
    status: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.int64],
    kind: int,
    power: int,
    out: npt.NDArray[np.uint8],
) -> None: ...
