"""The digit that carries a zoned number's sign."""

import numpy as np
import numpy.typing as npt

from mfdecode.codepages import Codepage, Family
from mfdecode.framing import Bytes

_ASCII_PLUS = np.frombuffer(b"{ABCDEFGHI", np.uint8)
_ASCII_MINUS = np.frombuffer(b"}JKLMNOPQR", np.uint8)


def overpunched(digits: Bytes, minus: npt.NDArray[np.bool_], page: Codepage) -> Bytes:
    """(n,) bytes of a digit and a sign; in ASCII as a translation from EBCDIC leaves them."""
    if page.family is Family.EBCDIC:
        return np.where(minus, 0xD0, 0xC0).astype(np.uint8) | digits
    return np.where(minus, _ASCII_MINUS[digits], _ASCII_PLUS[digits])
