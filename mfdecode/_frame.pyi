import numpy as np
import numpy.typing as npt

ENOUGH: int
MORE: int
BAD_RDW: int

def frame_rdw(
    data: npt.NDArray[np.uint8],
    size: int,
    begin: int,
    most: int,
    own: int,
    found: int,
    starts: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
) -> tuple[int, int, int]: ...
