"""Batches of a small table, as processors hand them to a writer."""

from dataclasses import replace

import numpy as np

from driver.core.records import LoadBatch, Rejects, TableColumn, TableRows
from driver.repository.duckdb.target import DuckDbTarget
from mfdecode.columns import Column, ColumnKind, ColumnType

ID = ColumnType(ColumnKind.NUMBER, digits=9)
NAME = ColumnType(ColumnKind.TEXT, length=10)
AMOUNT = ColumnType(ColumnKind.NUMBER, digits=11, scale=2)
COLUMNS = (TableColumn("ID", ID), TableColumn("NAME", NAME), TableColumn("AMOUNT", AMOUNT))


def batch(number: int, rows: list[tuple[int, str, int | None]], first: int = 0, rejects=()) -> LoadBatch:
    ids, names, amounts = zip(*rows, strict=True)
    there = np.zeros(len(rows), np.uint8)
    refused = {reject.record - first for reject in rejects}
    valid = np.array([i for i in range(len(rows)) if i not in refused], np.int64)
    return LoadBatch(
        part=0,
        number=number,
        worker=number % 2,
        first_record=first,
        start=first * 20,
        end=(first + len(rows)) * 20,
        records=len(rows),
        tables=(
            TableRows(
                (
                    Column("ID", ID, np.array(ids, np.int32), there),
                    Column("NAME", NAME, np.array([n.encode("latin-1") for n in names], "S10"), there),
                    Column(
                        "AMOUNT",
                        AMOUNT,
                        np.array([a or 0 for a in amounts]),
                        np.array([a is None for a in amounts], np.uint8),
                    ),
                ),
                np.arange(len(rows)),
                valid,
                {"AMOUNT": sum(amounts[i] or 0 for i in valid)},
            ),
        ),
        rejects=Rejects.of(rejects),
    )


def changed(one: LoadBatch, **rows) -> LoadBatch:
    """The batch with other rows."""
    return replace(one, tables=(replace(one.tables[0], **rows),))


class Source:
    """The input of the runs."""

    def file_of(self, part: int) -> str:
        return "in.dat"


def load(target: DuckDbTarget, *batches: LoadBatch) -> None:
    writer = target.writer()
    for one in batches:
        writer.load(one)
    writer.close()
