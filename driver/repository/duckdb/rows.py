"""What a batch brings to the tables, as Arrow."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from driver.core.records import LoadBatch, LoadTable, Rejects, TableRows
from driver.repository.dialect import DUCKDB
from driver.repository.ledger import TableFigures, ledger_row
from driver.repository.schema import ledger_table
from mfdecode.arrow import record_batch

_TYPES: dict[str, pa.DataType] = {"INTEGER": pa.int32(), "BIGINT": pa.int64(), "VARCHAR": pa.utf8()}
_, *_LEDGER = ((name, _TYPES[type_]) for name, type_ in ledger_table(DUCKDB).columns)
"""Columns of MF_LEDGER behind RUN_ID, which comes first."""
_OF_CAUSE = ("field", "code", "message")


def ledger_rows(batch: LoadBatch, tables: Iterable[LoadTable]) -> pa.RecordBatch:
    """The batch's row of MF_LEDGER, but for its run."""
    figures = (
        (table, TableFigures.of(rows, len(rows.valid), rows.controls))
        for table, rows in zip(tables, batch.tables, strict=True)
    )
    row = ledger_row(batch, batch.valid, figures)
    columns = [pa.array([value], type_) for value, (_, type_) in zip(row, _LEDGER, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=[name for name, _ in _LEDGER])


def staged_rows(batch: LoadBatch, rows: TableRows) -> pa.RecordBatch:
    """The batch's rows of a table as they are staged, but for their run."""
    staged = record_batch(rows.columns, rows.valid)
    count = len(rows.valid)
    own = {
        "mf_worker": pa.array(np.full(count, batch.worker, np.int32)),
        "mf_part": pa.array(np.full(count, batch.part, np.int32)),
        "mf_batch": pa.array(np.full(count, batch.number, np.int64)),
        "mf_record": pa.array(batch.first_record + rows.positions[rows.valid]),
    }
    return pa.RecordBatch.from_arrays([*own.values(), *staged.columns], names=[*own, *staged.schema.names])


def reject_rows(rejects: Rejects, file: str) -> pa.RecordBatch:
    """The batch's rows of MF_REJECT, but for their run; what is repeated is there once."""
    which, places = rejects.which.astype(np.int32), rejects.places.astype(np.int32)
    causes = [pa.array([getattr(cause, name) for cause in rejects.causes], pa.string()) for name in _OF_CAUSE]
    return pa.RecordBatch.from_arrays(
        [
            pa.DictionaryArray.from_arrays(np.zeros(len(places), np.int32), pa.array([file])),
            pa.array(rejects.records[rejects.places]),
            pa.array(rejects.offsets[rejects.places]),
            *(pa.DictionaryArray.from_arrays(which, texts) for texts in causes),
            pa.DictionaryArray.from_arrays(places, pa.array(rejects.raws, pa.binary())),
        ],
        names=["file", "record", "offset", *_OF_CAUSE, "raw"],
    )
