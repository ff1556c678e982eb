"""Plausible values for a field, by its name and type."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from mfdecode.encoding.cells import encode_float, encode_number, encode_text
from mfdecode.framing import Bytes
from mfdecode.layout import Cell, Encoding, Field
from mfdecode.options import DecodeOptions

_WORDS: dict[str, list[str]] = {
    "FIRST": ["ANNA", "BERND", "CARLA", "DIMITRI", "ELENA", "FEMI", "GRETA", "HUGO", "INES", "JONAS", "KEIKO", "LIAM"],
    "LAST": ["ADLER", "BAKER", "CASTRO", "DUBOIS", "ENGEL", "FISCHER", "GRANT", "HAAS", "IVANOV", "JENSEN", "KLEIN"],
    "NAME": ["ADLER ANNA", "BAKER BERND", "CASTRO CARLA", "DUBOIS ELENA", "ENGEL HUGO", "FISCHER INES", "GRANT LIAM"],
    "CITY": ["AACHEN", "BERGEN", "CORK", "DELFT", "EGER", "FARO", "GENT", "HALLE", "IVREA", "JENA", "KIEL", "LILLE"],
    "STREET": ["12 MILL LANE", "7 STATION ROAD", "144 HIGH STREET", "3 CHURCH WAY", "58 HARBOUR VIEW", "21 ELM GROVE"],
    "COUNTRY": ["DEU", "FRA", "IRL", "ITA", "NLD", "NOR", "PRT", "USA"],
    "STATUS": ["A", "C"],
    "TYPE": ["CHK", "SAV", "LON"],
    "CURRENCY": ["EUR", "USD", "GBP"],
}
_FULLWIDTH = {0x20: 0x3000, **{code: code + 0xFEE0 for code in range(0x21, 0x7F)}}
"""The characters of ASCII as DBCS has them."""
_PLAIN = ["ALPHA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT"]
_DATE_WORDS = {"DATE", "DOB", "DT", "OPENED"}


class ValueMaker:
    """Makes the bytes of cells, a block of records at a time.

    Args:
        random: the source of everything that is not in the keys.
        options: code page and float format.
        key: the field that tells records apart.
        counts: the fewest and the most that counters may count, by their paths.
    """

    def __init__(
        self,
        random: np.random.Generator,
        options: DecodeOptions,
        key: Field,
        counts: Mapping[tuple[str, ...], tuple[int, int]],
    ) -> None:
        self._counts = counts
        self._random = random
        self._options = options
        self._key = key

    def make(self, cell: Cell, keys: npt.NDArray[np.int64]) -> Bytes:
        """The bytes of a cell of each record, (n, length).

        Args:
            cell: which one.
            keys: of the records.
        """
        field, n = cell.field, len(keys)
        if field is self._key:
            return self._of_key(field, keys)
        match field.encoding:
            case Encoding.TEXT | Encoding.GRAPHIC | Encoding.NATIONAL:
                return self._text(field, n)
            case Encoding.FLOAT:
                return encode_float(field, self._random.normal(0, 1_000, n).round(2), self._options)
            case _:
                return encode_number(field, self._numbers(field, n), self._options)

    def _of_key(self, field: Field, keys: npt.NDArray[np.int64]) -> Bytes:
        if field.encoding.unit:
            return self._of_texts(field, [f"{key:0{field.length // field.encoding.unit}}" for key in keys.tolist()])
        return encode_number(field, keys, self._options)

    def _text(self, field: Field, n: int) -> Bytes:
        most = field.length // field.encoding.unit
        if is_date(field) and most >= 10:
            return self._of_texts(field, [str(day) for day in self._days(n)])
        words = next((_WORDS[part] for part in field.name.split("-") if part in _WORDS), _PLAIN)
        table = self._of_texts(field, [word[:most] for word in words])
        return table[self._random.integers(0, len(words), n)]

    def _of_texts(self, field: Field, texts: list[str]) -> Bytes:
        if field.encoding is Encoding.GRAPHIC:
            texts = [text.translate(_FULLWIDTH) for text in texts]
        return encode_text(field, texts, self._options)

    def _numbers(self, field: Field, n: int) -> npt.NDArray[np.int64]:
        if is_date(field) and field.digits == 8:
            days = self._days(n).astype(object)
            return np.array([day.year * 10_000 + day.month * 100 + day.day for day in days], np.int64)
        if field.path in self._counts:
            least, most = self._counts[field.path]
            return self._random.integers(least, most + 1, n)
        digits = min(field.digits, 18)
        # Amounts of every size: as many digits as chance has it, but seldom all.
        sizes = 10.0 ** self._random.uniform(0, min(digits, 12) * 0.8, n)
        numbers: npt.NDArray[np.int64] = np.minimum(sizes, 10**digits - 1).astype(np.int64)
        if field.signed:
            numbers *= self._random.choice([1, 1, 1, -1], n)
        return numbers

    def _days(self, n: int) -> npt.NDArray[np.datetime64]:
        return np.datetime64("1940-01-01") + self._random.integers(0, 30_000, n).astype("timedelta64[D]")


def is_date(field: Field) -> bool:
    """Whether a field's name says that it holds dates."""
    return not _DATE_WORDS.isdisjoint(field.name.split("-"))
