"""What each column of the tables takes, and of what it is made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import reduce
from typing import Self

import numpy as np

from driver.core.records import TableColumn
from driver.repository.errors import TargetRefused
from mfdecode.columns import ColumnKind

from .session import DescribedColumn

_INTEGER_DIGITS = {2: 5, 4: 10, 8: 19}
_WIDEST = 16
"""Bytes of an integer that any DECIMAL goes into."""


class ParameterKind(IntEnum):
    """How a value is bound; the kernels' own numbers (mf_parameter in rows.h)."""

    LATIN1 = 0
    UCS4 = 1
    INTEGER = 2
    DECIMAL = 3
    REAL = 4
    DOUBLE = 5
    DATE = 6
    TIMESTAMP = 7


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
        width: bytes that it takes: of text in UTF-8, or of a number as an integer.
        precision: digits of a number.
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

    def made_of(self, dtype: np.dtype[np.generic]) -> Self:
        """The parameter for values of this type."""
        return replace(self, kind=ParameterKind.LATIN1) if dtype.kind == "S" else self


def integer(width: int, *, source_scale: int = 0, nullable: bool = True) -> Parameter:
    """A SMALLINT, an INTEGER or a BIGINT, by its bytes."""
    return Parameter(ParameterKind.INTEGER, width, _INTEGER_DIGITS[width], 0, source_scale, nullable)


BOOKKEEPING = tuple(integer(width, nullable=False) for width in (4, 4, 8, 8))
"""WORKER_ID, PART, BATCH_NO and RECORD_NO, which precede the fields; RUN_ID is part of the statement."""


def parameters(columns: Sequence[TableColumn], *tables: tuple[str, Sequence[DescribedColumn]]) -> tuple[Parameter, ...]:
    """Parameters for the fields of a job: bound as the first table has them, and no more than all tables take.

    Args:
        columns: of the job.
        tables: name, and columns of the same names, of each table that the values go into one after the other.

    Raises:
        TargetRefused: a column has a type that such values do not go into.
    """
    each = [
        [_parameter(column, there, name) for column, there in zip(columns, described, strict=True)]
        for name, described in tables
    ]
    return tuple(reduce(_narrower, of_a_column) for of_a_column in zip(*each, strict=True))


def _parameter(column: TableColumn, there: DescribedColumn, table: str) -> Parameter:
    type_, nullable = column.type, there.nullable
    match type_.kind, there.type:
        case ColumnKind.TEXT, "string" | "char":
            return Parameter(ParameterKind.UCS4, width=there.width, nullable=nullable)
        case ColumnKind.NUMBER, "int" | "bigint":
            width = 8 if there.type == "bigint" else 4 if there.precision > _INTEGER_DIGITS[2] else 2
            return integer(width, source_scale=type_.scale, nullable=nullable)
        case ColumnKind.NUMBER, "decimal":
            return Parameter(
                ParameterKind.DECIMAL,
                width=_WIDEST,
                precision=there.precision,
                scale=there.scale,
                source_scale=type_.scale,
                nullable=nullable,
            )
        case ColumnKind.FLOAT, "real" | "float":
            kind = ParameterKind.REAL if there.type == "real" else ParameterKind.DOUBLE
            return Parameter(kind, nullable=nullable)
        case ColumnKind.DATE, "date":
            return Parameter(ParameterKind.DATE, nullable=nullable)
        case ColumnKind.TIMESTAMP, "timestamp":
            return Parameter(ParameterKind.TIMESTAMP, nullable=nullable)
    raise TargetRefused(
        f"the column {there.name} of the table {table} is of type {there.type}, which a {type_.kind} field does not go "
        "into"
    )


def _narrower(first: Parameter, then: Parameter) -> Parameter:
    """The first one, as far as the values fit the other one too."""
    nullable = first.nullable and then.nullable
    width, scale = min(first.width, then.width), min(first.scale, then.scale)
    if first.kind not in {ParameterKind.INTEGER, ParameterKind.DECIMAL}:
        kind = min(first.kind, then.kind)  # REAL takes less than DOUBLE
        return replace(first, kind=kind, width=width, nullable=nullable)
    whole = min(first.precision - first.scale, then.precision - then.scale)
    return replace(first, width=width, precision=max(1, whole + scale), scale=scale, nullable=nullable)
