"""What differs between the databases: the names of types.

The dialect of Db2 is one, without a setting: it keeps to what Db2 for Linux, UNIX and Windows 11.5 and 12, Db2 for z/OS
12 and Derby all take. A row of MF_REJECT fits the largest page of each (32 KB), a DECIMAL has 31 digits, a name at most
128 bytes (a column's on z/OS: 30), and a primary key gets its index by itself where the table space is implicit. The
tests run against Derby; on z/OS none of it was run.
"""

from dataclasses import dataclass
from typing import assert_never

from mfdecode.columns import ColumnKind, ColumnType

from .errors import TargetRefused

_LONGEST_TEXT = 32_672
"""Bytes of a VARCHAR in Db2."""
LONGEST_RAW = 30_000
"""Bytes of a reject's record that Db2 keeps: with the other columns, a row of a page of 32 KB."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A database's own words.

    Attributes:
        name: of the database.
        most_digits: of a DECIMAL.
        text: a text of at most ``{length}`` bytes of UTF-8, if it has a bound.
        long_text: a text without bound.
        real: a float of 32 bits.
        binary: the bytes of a record.
    """

    name: str
    most_digits: int
    text: str
    long_text: str
    real: str
    binary: str

    def type_name(self, type_: ColumnType) -> str:
        """The database's type for a column.

        Raises:
            TargetRefused: the number has more digits than its DECIMAL can have.
        """
        match type_.kind:
            case ColumnKind.TEXT:
                return self.text.format(length=min(max(1, type_.length * type_.width), _LONGEST_TEXT))
            case ColumnKind.FLOAT:
                return self.real if type_.bits == 32 else "DOUBLE"
            case ColumnKind.DATE:
                return "DATE"
            case ColumnKind.TIMESTAMP:
                return "TIMESTAMP"
            case ColumnKind.NUMBER:
                return self._number(type_)
            case _:
                assert_never(type_.kind)

    def _number(self, type_: ColumnType) -> str:
        if type_.decimals == 0:
            for digits, name in ((4, "SMALLINT"), (9, "INTEGER"), (18, "BIGINT")):
                if type_.precision <= digits:
                    return name
        if type_.precision > self.most_digits:
            raise TargetRefused(f"{self.name} has decimals of {self.most_digits} digits, and not of {type_.precision}")
        return f"DECIMAL({type_.precision},{type_.decimals})"


DUCKDB = Dialect("DuckDB", 38, "VARCHAR", "VARCHAR", "FLOAT", "BLOB")
DB2 = Dialect("Db2", 31, "VARCHAR({length})", "CLOB(1M)", "REAL", f"VARCHAR({LONGEST_RAW}) FOR BIT DATA")
DIALECTS = {"duckdb": DUCKDB, "db2": DB2}


def quoted(name: str) -> str:
    """An identifier, perhaps qualified by its schema, as SQL takes it whatever its characters."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))
