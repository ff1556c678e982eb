import numpy as np
import numpy.typing as npt

ENOUGH: int
MORE: int
BAD_RDW: int
BAD_BDW: int

class Framer:
    left: int

    def __init__(
        self,
        *,
        rdw_little: bool = False,
        rdw_extra: int = -4,
        bdw_little: bool = False,
        bdw_extra: int = -4,
        spanned: bool = False,
        before: int = 0,
        after: int = 0,
    ) -> None: ...
    @property
    def cut(self) -> int: ...
    @property
    def cut_count(self) -> int: ...
    @property
    def broken(self) -> int: ...
    def begin_batch(self) -> None: ...
    def rdw(
        self,
        data: npt.NDArray[np.uint8],
        size: int,
        begin: int,
        found: int,
        starts: npt.NDArray[np.int64],
        lengths: npt.NDArray[np.int64],
    ) -> tuple[int, int, int]: ...
    def blocks(
        self,
        data: npt.NDArray[np.uint8],
        size: int,
        begin: int,
        found: int,
        starts: npt.NDArray[np.int64],
        lengths: npt.NDArray[np.int64],
    ) -> tuple[int, int, int]: ...
    def lines(
        self,
        data: npt.NDArray[np.uint8],
        size: int,
        begin: int,
        found: int,
        starts: npt.NDArray[np.int64],
        lengths: npt.NDArray[np.int64],
        end: int,
        carriage: int,
        last: bool,
    ) -> tuple[int, int, int]: ...
    def find_rdw(self, data: npt.NDArray[np.uint8], until: int, last: bool) -> int: ...
    def find_block(self, data: npt.NDArray[np.uint8], until: int, last: bool) -> int: ...
