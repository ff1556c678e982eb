"""The plan of a job: which rules each column has to hold, what becomes of it, and what is summed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from mfdecode.columns import Column, ColumnType
from mfdecode.int128 import total
from mfdecode.positions import all_positions
from mfdecode.status import FIRST_ERROR, Status

from .findings import Cause, Finding, FindingLog, Findings
from .fixed_format import Mask
from .records import KEPT, ReadSum, TableColumn
from .transformation import Constant, Transformation
from .validation import Required, Rule

_KEY = Required("KEY", "a field of the key has no value")

_MEANINGS = {
    Status.BAD_DIGIT: "a digit of the number is none",
    Status.BAD_SIGN: "the sign of the number is none",
    Status.OVERFLOW: "the number has more digits than its PICTURE",
    Status.BAD_TEXT: "the text has a byte that the code page does not have",
    Status.BAD_FLOAT: "the float is infinite or not a number",
    Status.TRUNCATED: "the record ends inside the field",
    Status.TOO_LONG: "the text is longer than its PICTURE",
    Status.BAD_COUNT: "the counter is outside the range of its table",
    Status.BLANKS: "the number is blank",
    Status.LOW_VALUES: "all bytes of the number are X'00'",
    Status.HIGH_VALUES: "all bytes of the number are X'FF'",
    Status.NO_SIGN: "all bytes of the packed number are X'00': it has no sign",
    Status.RAW: "the bytes are no number, and are kept here; the record is loaded with a null",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What is done with one decoded column.

    Attributes:
        source: its position among the decoded columns.
        field: the COBOL name, for messages; with its subscripts where it occurs.
        rules: on the source's values.
        transformation: None leaves it as it is.
        name: in the table; None keeps it out.
        type: in the table.
        is_key: part of the business key, which must have a value in the table.
    """

    source: int
    field: str
    rules: tuple[Rule, ...]
    transformation: Transformation | None
    name: str | None
    type: ColumnType
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Processed:
    """A batch after validation and transformation; see ``LoadBatch``."""

    columns: tuple[Column, ...]
    valid: npt.NDArray[np.int64]
    findings: Findings
    controls: Mapping[str, int]
    read_sums: Mapping[str, ReadSum]


@dataclass(frozen=True, slots=True)
class ProcessingPlan:
    """Made once for a job; safe to be used by many threads at once.

    Attributes:
        steps: in the order of the table.
        constants: columns after those.
        controls: position of each summed column among the decoded ones, by its name in the table.
        key: the business key's columns in the table.
        checked: position of each decoded column that is summed over all records, by a name of its own.
    """

    steps: tuple[Step, ...]
    constants: tuple[Constant, ...]
    controls: Mapping[str, int]
    key: tuple[str, ...]
    checked: Mapping[str, int] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """The table's columns."""
        kept = [TableColumn(step.name, step.type) for step in self.steps if step.name is not None]
        return (*kept, *(TableColumn(constant.name, constant.type) for constant in self.constants))

    @property
    def sources(self) -> tuple[int | None, ...]:
        """The decoded column that each of ``columns`` is as it stands; None where it is made of one, or constant."""
        kept = [step.source if step.transformation is None else None for step in self.steps if step.name is not None]
        return (*kept, *(None for _ in self.constants))

    def without_rules(self) -> "ProcessingPlan":
        """The same, of records that are known to be good: what it makes is the same, and no plug-in is called."""
        return replace(self, steps=tuple(replace(step, rules=()) for step in self.steps))

    def apply(
        self, columns: Sequence[Column], findings: Iterable[Finding] = (), worst: Sequence[int] = ()
    ) -> Processed:
        """Validate and transform a batch.

        Args:
            columns: as decoded, all of them.
            findings: what is already known against its records.
            worst: the greatest status of each of the first columns, as far as that is known.
        """
        records = len(columns[0].status)
        worst = (*worst, *(int(column.status.max(initial=0)) for column in columns[len(worst) :]))
        log = _Findings(records, findings)
        made = []
        for step in self.steps:
            column = self._run(step, columns[step.source], worst[step.source], log)
            if column is not None:
                made.append(column)
        made += [constant.column(records) for constant in self.constants]
        valid = log.valid()
        return Processed(
            tuple(made),
            valid,
            log.in_record_order(),
            {name: total(columns[source].values[valid]) for name, source in self.controls.items()},
            {name: _read_sum(columns[source]) for name, source in self.checked.items()},
        )

    @staticmethod
    def _run(step: Step, column: Column, worst: int, log: "_Findings") -> Column | None:
        if step.name is None and not step.rules:
            return None
        good: Mask | bool = True
        if worst >= FIRST_ERROR:
            good = column.status < FIRST_ERROR
            log.refuse_bad_cells(step.field, ~good, column.status)
        if worst >= Status.RAW:
            log.keep_cells(step.field, column.status == Status.RAW)
        for rule in step.rules:
            log.refuse(step.field, rule.code, rule.message, rule.broken(column) & good)
        if step.name is None:
            return None
        if step.transformation is not None:
            transformed = step.transformation.apply(column)
            column = transformed.column
            if transformed.wrong is not None:
                log.refuse(step.field, step.transformation.code, step.transformation.message, transformed.wrong)
        if step.is_key:
            log.refuse(step.field, _KEY.code, _KEY.message, _KEY.broken(column) & good)
        return column if column.name == step.name else replace(column, name=step.name)


def _read_sum(column: Column) -> ReadSum:
    there = np.flatnonzero(column.status == Status.OK)
    return ReadSum(total(column.values[there]), len(there))


class _Findings(FindingLog):
    """What is found in a batch, and which of its records that refuses."""

    def __init__(self, records: int, known: Iterable[Finding]) -> None:
        super().__init__()
        known = tuple(known)
        self._count = records
        self._refused: Mask | None = None
        if known:
            self._refused = np.zeros(records, np.bool_)
            self._refused[[finding.record for finding in known]] = True
        self.add_each(known)

    def valid(self) -> npt.NDArray[np.int64]:
        """Positions of the records that are not refused."""
        if self._refused is None:
            return all_positions(self._count)
        return np.flatnonzero(~self._refused)

    def refuse(self, field: str, code: str, message: str, broken: Mask) -> None:
        if not broken.any():
            return
        self._refused = broken.copy() if self._refused is None else self._refused | broken
        self.add(Cause(field, code, message), np.flatnonzero(broken))

    def keep_cells(self, field: str, kept: Mask) -> None:
        """Tell of these, and refuse nothing."""
        self.add(Cause(field, KEPT, _MEANINGS[Status.RAW]), np.flatnonzero(kept))

    def refuse_bad_cells(self, field: str, bad: Mask, status: npt.NDArray[np.uint8]) -> None:
        for code in np.unique(status[bad]):
            member = Status(int(code))
            self.refuse(field, member.name, _MEANINGS[member], status == code)
