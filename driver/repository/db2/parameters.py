"""What each column of the staging table takes, and of what it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from driver.core.records import TableColumn
from driver.repository.errors import TargetRefused
from mfdecode.columns import ColumnKind

from .session import DescribedColumn


class ParameterKind(IntEnum):
    """How a value is bound; the kernels' own numbers (mf_parameter in rows.h)."""

    LATIN1 = 0
    UCS4 = 1
    INTEGER = 2
    DECIMAL = 3
    REAL = 4
    DOUBLE = 5
    DATE = 6


class Refusal(IntEnum):
    """Why the database must not be given a value; the kernels' own numbers (mf_refusal in rows.h)."""

    TOO_LONG = 1
    OUT_OF_RANGE = 2
    CUT_DECIMALS = 3
    MISSING = 4

    @property
    def message(self) -> str:
        """For people."""
        return {
            Refusal.TOO_LONG: "the text takes more bytes than its column in the database",
            Refusal.OUT_OF_RANGE: "the value is outside the range of its column in the database",
            Refusal.CUT_DECIMALS: "the number has more decimals than its column in the database",
            Refusal.MISSING: "there is no value, and its column in the database needs one",
        }[self]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A column of the table, as the kernels fill it.

    Attributes:
        kind: how its values are bound.
        width: bytes that it takes: of text in UTF-8, or of an integer.
        precision: of a DECIMAL.
        scale: decimals of a number.
        source_scale: decimals of the integers that it is made of.
        nullable: whether it takes nulls.
    """

    kind: ParameterKind
    width: int = 0
    precision: int = 0
    scale: int = 0
    source_scale: int = 0
    nullable: bool = True


BOOKKEEPING = (
    Parameter(ParameterKind.INTEGER, width=4, nullable=False),
    Parameter(ParameterKind.INTEGER, width=4, nullable=False),
    Parameter(ParameterKind.INTEGER, width=8, nullable=False),
    Parameter(ParameterKind.INTEGER, width=8, nullable=False),
)
"""WORKER_ID, PART, BATCH_NO and RECORD_NO, which precede the fields; RUN_ID is part of the statement."""


def parameters(
    columns: Sequence[TableColumn], dtypes: Sequence[np.dtype[np.generic]], described: Sequence[DescribedColumn]
) -> tuple[Parameter, ...]:
    """Parameters for the fields of a job.

    Args:
        columns: of the job.
        dtypes: of their values.
        described: the table's own columns of the same names.

    Raises:
        TargetRefused: a column has a type that such values do not go into.
    """
    return tuple(
        _parameter(column, dtype, column_there)
        for column, dtype, column_there in zip(columns, dtypes, described, strict=True)
    )


def _parameter(column: TableColumn, dtype: np.dtype[np.generic], there: DescribedColumn) -> Parameter:
    type_, nullable = column.type, there.nullable
    match type_.kind, there.type:
        case ColumnKind.TEXT, "string" | "char" | "clob":
            kind = ParameterKind.LATIN1 if dtype.kind == "S" else ParameterKind.UCS4
            return Parameter(kind, width=there.width, nullable=nullable)
        case ColumnKind.NUMBER, "int" | "bigint":
            width = 8 if there.type == "bigint" else 4 if there.precision > 5 else 2
            return Parameter(ParameterKind.INTEGER, width=width, source_scale=type_.scale, nullable=nullable)
        case ColumnKind.NUMBER, "decimal":
            return Parameter(
                ParameterKind.DECIMAL,
                precision=there.precision,
                scale=there.scale,
                source_scale=type_.scale,
                nullable=nullable,
            )
        case ColumnKind.FLOAT, "real" | "float":
            return Parameter(ParameterKind.REAL if type_.bits == 32 else ParameterKind.DOUBLE, nullable=nullable)
        case ColumnKind.DATE, "date":
            return Parameter(ParameterKind.DATE, nullable=nullable)
    raise TargetRefused(
        f"the column {there.name} is of type {there.type} in the database, which a {type_.kind} field does not go into"
    )
