"""Make mfdecode/double_byte.npz: the mixed code pages of Japan, Korea and China, as ICU has them.

ICU's tables are IBM's own (ibm-930_P120-1999 and so on), and come under the Unicode licence. Run it where ICU is
installed (Debian: libicu-dev), and say in the commit which version that was.
"""

import ctypes
import re
from pathlib import Path

import numpy as np

PAGES = ("930", "933", "935", "937", "939", "1364", "1371", "1388")
TARGET = Path(__file__).parents[2] / "mfdecode/double_byte.npz"
SHIFT_OUT, SHIFT_IN = b"\x0e", b"\x0f"
UNDEFINED = 0xFFFFFFFF


class Converter:
    """One of ICU's converters to Unicode."""

    def __init__(self, name: str) -> None:
        library, version = _icu()
        error = ctypes.c_int(0)
        open_ = library[f"ucnv_open{version}"]
        open_.restype = ctypes.c_void_p
        self._convert = library[f"ucnv_toUChars{version}"]
        self._converter = ctypes.c_void_p(open_(name.encode(), ctypes.byref(error)))
        # Otherwise it would put a substitute for what the code page does not have.
        stop, nothing = library[f"UCNV_TO_U_CALLBACK_STOP{version}"], ctypes.c_void_p(None)
        library[f"ucnv_setToUCallBack{version}"](self._converter, stop, nothing, nothing, nothing, ctypes.byref(error))
        if error.value > 0:
            raise LookupError(f"ICU {version[1:]} has no converter {name}")

    def character(self, content: bytes) -> int:
        """The code point of these bytes, or ``UNDEFINED`` where they are not one character."""
        units, error = (ctypes.c_uint16 * 16)(), ctypes.c_int(0)
        size = self._convert(self._converter, units, 16, content, len(content), ctypes.byref(error))
        text = np.array(units[:size], "<u2").tobytes().decode("utf-16-le", "replace")
        return ord(text) if error.value <= 0 and len(text) == 1 else UNDEFINED


def _icu() -> tuple[ctypes.CDLL, str]:
    """The library, and the suffix that its functions have."""
    path = next(Path("/usr/lib").glob("*/libicuuc.so.*[0-9]"))
    version = re.search(r"\.so\.(\d+)", path.name)
    if version is None:
        raise LookupError(f"{path} does not tell its version")
    return ctypes.CDLL(str(path)), f"_{version[1]}"


def tables(page: str) -> dict[str, np.ndarray[tuple[int], np.dtype[np.uint32]]]:
    """256 code points of single bytes and 65,536 of pairs."""
    converter = Converter(f"ibm-{page}")
    single = np.array([converter.character(bytes([byte])) for byte in range(256)], np.uint32)
    single[[*SHIFT_OUT, *SHIFT_IN]] = UNDEFINED
    double = np.full(65_536, UNDEFINED, np.uint32)
    for lead in range(0x40, 0xFF):
        for trail in range(0x40, 0xFF):
            double[lead << 8 | trail] = converter.character(SHIFT_OUT + bytes([lead, trail]) + SHIFT_IN)
    return {f"cp{page}_single": single, f"cp{page}_double": double}


if __name__ == "__main__":
    np.savez_compressed(TARGET, **{name: table for page in PAGES for name, table in tables(page).items()})
