from typing import final

import numpy as np
import numpy.typing as npt

@final
class Chosen:
    def __init__(self, rows: npt.NDArray[np.int64], length: int) -> None: ...
    def __len__(self) -> int: ...

def validity(
    values: npt.NDArray[np.generic], status: npt.NDArray[np.uint8], chosen: Chosen, bits: npt.NDArray[np.uint8]
) -> int: ...
def utf8(
    values: npt.NDArray[np.generic],
    status: npt.NDArray[np.uint8],
    chosen: Chosen,
    bits: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int32],
    data: npt.NDArray[np.uint8],
) -> tuple[int, int]: ...
def integers(
    values: npt.NDArray[np.generic],
    status: npt.NDArray[np.uint8],
    chosen: Chosen,
    bits: npt.NDArray[np.uint8],
    kind: int,
    power: int,
    out: npt.NDArray[np.uint8],
) -> int: ...
