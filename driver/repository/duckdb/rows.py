"""What a batch brings to the tables, as Arrow."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from driver.core.records import LoadBatch, LoadTable, Rejects, TableRows
from driver.repository.ledger import TableFigures, as_json
from mfdecode.arrow import record_batch

_LEDGER: dict[str, pa.DataType] = {
    "PART": pa.int32(),
    "BATCH_NO": pa.int64(),
    "WORKER_ID": pa.int32(),
    "START_BYTE": pa.int64(),
    "END_BYTE": pa.int64(),
    "FIRST_RECORD": pa.int64(),
    "RECORDS": pa.int64(),
    "VALID": pa.int64(),
    "REJECTED": pa.int64(),
    "TABLES": pa.utf8(),
    "CHECKSUM": pa.int64(),
    "BLOCK_LEFT": pa.int64(),
    "GAP_LEFT": pa.int64(),
}
_OF_CAUSE = ("field", "code", "message")


def ledger_row(batch: LoadBatch, tables: Iterable[LoadTable]) -> pa.RecordBatch:
    """The batch's row of MF_LEDGER, but for its run."""
    figures = as_json(
        (table, TableFigures.of(rows, len(rows.valid), rows.controls))
        for table, rows in zip(tables, batch.tables, strict=True)
    )
    values = (
        batch.part,
        batch.number,
        batch.worker,
        batch.start,
        batch.end,
        batch.first_record,
        batch.records,
        batch.valid,
        batch.rejected,
        figures,
        batch.checksum,
        batch.block_left,
        batch.gap_left,
    )
    columns = [pa.array([value], type_) for value, type_ in zip(values, _LEDGER.values(), strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=list(_LEDGER))


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
