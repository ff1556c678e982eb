"""What the stages hand on: a batch ready to be loaded, and the records of it that are not."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from mfdecode.columns import Column, ColumnType

from .findings import Cause, Positions


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the staging and the final table."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True)
class LoadTable:
    """Where the records of one type go.

    Attributes:
        name: of the record type.
        columns: the fields.
        key: the business key's columns.
        staging: table that batches are loaded into.
        final: table that they are merged into.
    """

    name: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    staging: str
    final: str


@dataclass(frozen=True, slots=True)
class Reject:
    """One reason why a record is not loaded; a record may have several. Or, by the code ``KEPT``, bytes to be kept.

    Attributes:
        record: its number in the input, from 0.
        offset: of its first byte in the file (of its data, past an RDW).
        field: the COBOL name; empty where the whole record is meant.
        code: a ``Status`` name, or a rule's.
        message: for people; no personal data.
        raw: the record's bytes as they are in the file.
    """

    record: int
    offset: int
    field: str
    code: str
    message: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Rejects:
    """The rejects of a batch in little memory: a record's bytes once, and a reason's text once.

    Attributes:
        causes: each once.
        which: the cause of each reject, as its position among ``causes``.
        places: the record of each, as a position among the following, ascending.
        records, offsets, raws: number, offset and bytes of each record, as ``Reject`` has them.
    """

    causes: tuple[Cause, ...]
    which: Positions
    places: Positions
    records: Positions
    offsets: Positions
    raws: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.which)

    def __iter__(self) -> Iterator[Reject]:
        records, offsets = self.records.tolist(), self.offsets.tolist()
        for which, place in zip(self.which.tolist(), self.places.tolist(), strict=True):
            cause = self.causes[which]
            yield Reject(records[place], offsets[place], cause.field, cause.code, cause.message, self.raws[place])

    @classmethod
    def of(cls, rejects: Iterable[Reject]) -> Self:
        """Any rejects, in the order in which they come; those of a record come together."""
        causes: dict[Cause, int] = {}
        which, places = array("q"), array("q")
        records, offsets = array("q"), array("q")
        raws: list[bytes] = []
        for reject in rejects:
            cause = Cause(reject.field, reject.code, reject.message)
            if not raws or reject.record != records[-1]:
                records.append(reject.record)
                offsets.append(reject.offset)
                raws.append(reject.raw)
            which.append(causes.setdefault(cause, len(causes)))
            places.append(len(raws) - 1)
        which_, places_, records_, offsets_ = (np.array(c, np.int64) for c in (which, places, records, offsets))
        return cls(tuple(causes), which_, places_, records_, offsets_, tuple(raws))


KEPT = "RAW"
"""The code of a ``Reject`` that is none: the record is loaded, and bytes of it that are no number are kept here."""


def keep() -> None:
    """Memory that nobody wants back."""


@dataclass(frozen=True, slots=True)
class ReadSum:
    """The sum of a field over the records that have a number there, and how many these are."""

    total: int = 0
    numbers: int = 0

    def __add__(self, other: "ReadSum") -> "ReadSum":
        return ReadSum(self.total + other.total, self.numbers + other.numbers)


@dataclass(frozen=True, slots=True)
class ReadFigures:
    """What was read of a record type, whether it is loaded or not.

    Attributes:
        records: of the type.
        sums: of the fields that the file's own header or trailer says something about.
    """

    records: int
    sums: Mapping[str, ReadSum]


@dataclass(frozen=True, slots=True)
class TableRows:
    """The records of a batch that are of one type.

    Attributes:
        columns: of the table, in its order, a value for each of ``positions``.
        positions: of the records in the batch (from 0, ascending, int64).
        valid: which of ``positions`` are to be loaded (from 0, ascending, int64).
        controls: control totals over the valid records, exact integers in units of 10**-scale of their column.
        read_sums: of ``ReadFigures``.
    """

    columns: tuple[Column, ...]
    positions: npt.NDArray[np.int64]
    valid: npt.NDArray[np.int64]
    controls: Mapping[str, int]
    read_sums: Mapping[str, ReadSum] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadBatch:
    """A batch after validation and transformation: what one transaction loads.

    Attributes:
        part: number of the part of the input that it is from.
        number: of the batch in its part, from 0.
        worker: the number of the processor thread that made it.
        first_record: number of its first record in the whole input, from 0.
        start, end: the file's bytes that it covers, framing included; ``end`` is past the last.
        records: read, valid and rejected together.
        tables: the rows of each table of the run, in the order in which these are merged.
        rejects: the reasons why other records are not loaded, in record order.
        checksum: XXH3-64 of the batch's bytes, as a signed number.
        block_left, gap_left: where the next batch begins, as ``mfdecode.framing.Place`` has them.
        recycle: called once, when the batch is loaded: another batch may overwrite the memory of the columns then.
    """

    part: int
    number: int
    worker: int
    first_record: int
    start: int
    end: int
    records: int
    tables: tuple[TableRows, ...]
    rejects: Rejects
    checksum: int = 0
    block_left: int = 0
    gap_left: int = 0
    recycle: Callable[[], None] = field(default=keep, compare=False, repr=False)

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"part {self.part}, batch {self.number}"

    @property
    def valid(self) -> int:
        """Records of it that are to be loaded."""
        return sum(len(table.valid) for table in self.tables)

    @property
    def rejected(self) -> int:
        """Records of it that are not loaded."""
        return self.records - self.valid
