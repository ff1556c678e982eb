from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

class _Parameter(Protocol):
    @property
    def kind(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def precision(self) -> int: ...
    @property
    def scale(self) -> int: ...
    @property
    def source_scale(self) -> int: ...
    @property
    def nullable(self) -> bool: ...

class Rows:
    columns: int
    capacity: int
    row_size: int
    count: int
    def __init__(
        self, parameters: Sequence[_Parameter], dtypes: Sequence[np.dtype[np.generic]], capacity: int
    ) -> None: ...
    def fill(
        self,
        columns: Sequence[tuple[npt.NDArray[np.generic], npt.NDArray[np.uint8]]],
        positions: npt.NDArray[np.int64],
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int16]]: ...
    def tuples(self, begin: int, end: int) -> list[tuple[object, ...]]: ...
    def lists(self, begin: int, end: int) -> list[list[object]]: ...
