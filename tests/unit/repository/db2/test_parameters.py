"""What each column of the tables takes."""

import numpy as np
import pytest

from driver.core.records import TableColumn
from driver.repository.db2.parameters import Parameter, ParameterKind, parameters
from driver.repository.db2.session import DescribedColumn
from driver.repository.errors import TargetRefused
from mfdecode.columns import ColumnKind, ColumnType

TEXT = ColumnType(ColumnKind.TEXT, length=5)
NUMBER = ColumnType(ColumnKind.NUMBER, digits=9, scale=2)
SMALLINT, INTEGER, BIGINT = ("int", 0, 5, 0), ("int", 0, 10, 0), ("bigint", 0, 19, 0)


def column(type_, width=0, precision=0, scale=0, nullable=True) -> DescribedColumn:
    return DescribedColumn("C", type_, width, precision, scale, nullable)


def parameter(type_: ColumnType, *described: DescribedColumn) -> Parameter:
    tables = [(f"T{i}", [there]) for i, there in enumerate(described)]
    return parameters([TableColumn("C", type_)], *tables)[0]


@pytest.mark.parametrize(
    ("type_", "described", "wanted"),
    [
        (TEXT, ("string", 15), Parameter(ParameterKind.UCS4, 15)),
        (TEXT, ("char", 5), Parameter(ParameterKind.UCS4, 5)),
        (NUMBER, SMALLINT, Parameter(ParameterKind.INTEGER, 2, 5, 0, 2)),
        (NUMBER, INTEGER, Parameter(ParameterKind.INTEGER, 4, 10, 0, 2)),
        (NUMBER, BIGINT, Parameter(ParameterKind.INTEGER, 8, 19, 0, 2)),
        (NUMBER, ("decimal", 0, 7, 1), Parameter(ParameterKind.DECIMAL, 16, 7, 1, 2)),
        (ColumnType(ColumnKind.FLOAT, bits=64), ("real",), Parameter(ParameterKind.REAL)),
        (ColumnType(ColumnKind.FLOAT, bits=32), ("float",), Parameter(ParameterKind.DOUBLE)),
        (ColumnType(ColumnKind.DATE), ("date",), Parameter(ParameterKind.DATE)),
        (ColumnType(ColumnKind.TIMESTAMP), ("timestamp",), Parameter(ParameterKind.TIMESTAMP)),
    ],
)
def test_a_column_says_what_it_takes(type_, described, wanted):
    assert parameter(type_, column(*described)) == wanted


@pytest.mark.parametrize(
    ("type_", "there"),
    [(TEXT, "int"), (TEXT, "clob"), (NUMBER, "string"), (NUMBER, "real"), (ColumnType(ColumnKind.DATE), "timestamp")],
)
def test_a_type_that_the_values_do_not_go_into_is_refused(type_, there):
    with pytest.raises(TargetRefused, match=f"the column C of the table T1 is of type {there}"):
        parameters([TableColumn("C", type_)] * 1, ("T1", [column(there)]))


@pytest.mark.parametrize(
    ("first", "then", "width", "precision", "scale"),
    [
        (("decimal", 0, 9, 2), ("decimal", 0, 7, 3), 16, 6, 2),
        (("decimal", 0, 9, 2), ("decimal", 0, 9, 0), 16, 7, 0),
        (("decimal", 0, 9, 2), SMALLINT, 2, 5, 0),
        (INTEGER, ("decimal", 0, 4, 0), 4, 4, 0),
        (INTEGER, ("decimal", 0, 31, 2), 4, 10, 0),
        (BIGINT, SMALLINT, 2, 5, 0),
        (SMALLINT, BIGINT, 2, 5, 0),
    ],
)
def test_numbers_are_bound_as_the_first_table_has_them_within_the_limits_of_both(first, then, width, precision, scale):
    made = parameter(NUMBER, column(*first), column(*then))
    assert made.kind is (ParameterKind.DECIMAL if first[0] == "decimal" else ParameterKind.INTEGER)
    assert (made.width, made.precision, made.scale, made.source_scale) == (width, precision, scale, 2)


def test_texts_floats_and_nulls_are_held_to_the_limits_of_both():
    assert parameter(TEXT, column("string", 9), column("char", 7, nullable=False)).width == 7
    assert not parameter(TEXT, column("string", 9), column("char", 7, nullable=False)).nullable
    assert parameter(ColumnType(ColumnKind.FLOAT, bits=64), column("float"), column("real")).kind is ParameterKind.REAL


def test_texts_of_latin_1_are_bound_as_such():
    text = parameter(TEXT, column("string", 9))
    assert text.made_of(np.dtype("S5")).kind is ParameterKind.LATIN1
    assert text.made_of(np.dtype("U5")).kind is ParameterKind.UCS4
