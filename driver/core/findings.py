"""What is found against the records of a batch, in columns: a file may be wrong in every field of every record."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .fixed_format import Mask

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a record is not to be loaded; or, by the code ``KEPT``, what is to be kept of one that is.

    Attributes:
        field: the COBOL name; empty where the whole record is meant.
        code: a ``Status`` name, or a rule's.
        message: for people; no personal data.
    """

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause, and the position of its record in the batch, from 0."""

    record: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings in the order of their records.

    Attributes:
        causes: each once.
        records: positions in the batch, ascending.
        which: the cause of each, as its position among ``causes``.
    """

    causes: tuple[Cause, ...]
    records: Positions
    which: Positions

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Finding]:
        for record, which in zip(self.records.tolist(), self.which.tolist(), strict=True):
            cause = self.causes[which]
            yield Finding(record, cause.field, cause.code, cause.message)

    def without_fields_of(self, unread: Collection[int]) -> "Findings":
        """Those that are left where some records have no fields, which then break no rule.

        Args:
            unread: positions of these records.
        """
        if not unread:
            return self
        of_record = np.array([not cause.field for cause in self.causes], np.bool_)[self.which]
        kept: Mask = of_record | ~np.isin(self.records, list(unread))
        return Findings(self.causes, self.records[kept], self.which[kept])


_NOTHING = Findings((), np.empty(0, np.int64), np.empty(0, np.int64))


class FindingLog:
    """Collects findings."""

    def __init__(self) -> None:
        self._causes: dict[Cause, int] = {}
        self._records: list[Positions] = []
        self._which: list[Positions] = []

    def add(self, cause: Cause, records: Positions) -> None:
        """Of one cause.

        Args:
            cause: of all of them.
            records: positions in the batch.
        """
        which = self._causes.setdefault(cause, len(self._causes))
        self._records.append(records)
        self._which.append(np.full(len(records), which, np.int64))

    def add_each(self, findings: Iterable[Finding]) -> None:
        """Of several causes."""
        for finding in findings:
            self.add(Cause(finding.field, finding.code, finding.message), np.array([finding.record], np.int64))

    def add_all(self, findings: Findings, positions: Positions) -> None:
        """Of some of the batch's records.

        Args:
            findings: their ``records`` are positions among the following.
            positions: of these records in the batch.
        """
        for which, cause in enumerate(findings.causes):
            self.add(cause, positions[findings.records[findings.which == which]])

    def in_record_order(self) -> Findings:
        """All of them; those of a record in the order in which they were added."""
        if not self._records:
            return _NOTHING
        records, which = np.concatenate(self._records), np.concatenate(self._which)
        order = np.argsort(records, kind="stable")
        return Findings(tuple(self._causes), records[order], which[order])
