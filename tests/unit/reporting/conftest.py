from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from driver.batch.exit_codes import ExitCode
from driver.batch.report import (
    CheckedIdentity,
    ControlTotal,
    PartReport,
    Reason,
    RecordCounts,
    RejectSample,
    RunReport,
    TypeReport,
    WorkerReport,
)
from driver.pipeline.metrics import PipelineFigures, QueueFigures, StageFigures
from driver.repository.counts import MergeCounts
from driver.repository.target import RunState

STAGE = StageFigures(batches=2, records=100, bytes=2_200, rejected=3, busy=0.5)


@pytest.fixture
def report() -> Callable[..., RunReport]:
    """Makes a report of 100 records, of which 3 are rejected, with what is given otherwise."""

    def made(**changed: Any) -> RunReport:
        merge = MergeCounts(90, 4, 2, 1)
        usual = {
            "run_id": "RUN1",
            "job": "payments",
            "file": "payments.dat",
            "file_size": 2_200,
            "file_xxh128": "00" * 16,
            "copybook": "payment.cpy",
            "copybook_sha256": "11" * 32,
            "target": "duckdb",
            "database": "payments.duckdb",
            "rejects_file": None,
            "started": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            "state": RunState.COMPLETED,
            "exit_code": ExitCode.REJECTS,
            "message": "",
            "counts": RecordCounts(100, 97, 3, 97),
            "parts": (PartReport("payments.dat", 0, 2_200, 100, 97, 3),),
            "workers": (WorkerReport(0, 2, 100, 97, 3, 0.5),),
            "types": (TypeReport("PAYMENT", "STG_PAYMENT", "PAYMENT", 97, 97, merge),),
            "merge": merge,
            "identities": (CheckedIdentity("valid = staged", "97", "97", holds=True),),
            "controls": (ControlTotal("AMOUNT", "1234567890123456789012.50", "1234567890123456789012.50"),),
            "reasons": (Reason("STATE", "ALLOWED", 3, (RejectSample(7, 154, "E7"),)),),
            "retries": 0,
            "seconds": {"load": 1.5, "merge": 0.4, "reconcile": 0.1, "total": 2.0},
            "pipeline": PipelineFigures(
                passed=StageFigures(),
                read=STAGE,
                processed=STAGE,
                written=STAGE,
                raw_queue=QueueFigures(0, 3, 20),
                write_queue=QueueFigures(0, 2, 10),
                parts=(STAGE,),
                workers=(STAGE,),
                writers=2,
                consumed=2_200,
            ),
        }
        return RunReport(**(usual | changed))

    return made
