"""Runs into DuckDB that are killed at random moments, and resumed each time, end as undisturbed ones do."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from killing import WAS_COMPLETE, Killer

if TYPE_CHECKING:
    from conftest import Workplace

RECORDS = 2_000
KILLS = 50
COPYBOOK = """\
       01  ORDER-RECORD.
           05  KIND      PIC X.
           05  ORDER-NO  PIC 9(6).
           05  CUSTOMER  PIC X(10).
       01  LINE-RECORD.
           05  KIND      PIC X.
           05  LINE-NO   PIC 9(3).
           05  PRICE     PIC S9(7)V99 COMP-3.
"""


def rdw(data: bytes) -> bytes:
    return (len(data) + 4).to_bytes(2, "big") + b"\0\0" + data


def payments(workplace: Workplace) -> list[bytes]:
    """Keys that come twice, and records that are rejected."""
    return [workplace.payment(n % 1_700, cents=n, state="X" if n % 97 == 7 else "A") for n in range(RECORDS)]


def fixed(workplace: Workplace) -> None:
    workplace.write(payments(workplace))


def in_blocks(workplace: Workplace) -> None:
    records = list(map(rdw, payments(workplace)))
    workplace.job["input"]["record_format"] = "VB"
    workplace.write(rdw(b"".join(records[at : at + 9])) for at in range(0, RECORDS, 9))


def by_several_readers(workplace: Workplace) -> None:
    workplace.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"num_readers": 3}}
    fixed(workplace)


def of_two_types(workplace: Workplace) -> None:
    """Orders, and lines that carry their number."""
    (workplace.path / "payment.cpy").write_text(COPYBOOK)
    kind = {name: {"field": "KIND", "equals": name[0]} for name in ("ORDER", "LINE")}
    workplace.job["input"] |= {
        "record_format": "V",
        "records": {
            "ORDER": {"record": "ORDER-RECORD", "when": kind["ORDER"]},
            "LINE": {
                "record": "LINE-RECORD",
                "when": kind["LINE"],
                "carry": {"from": "ORDER", "fields": ["ORDER-NO"]},
            },
        },
    }
    del workplace.job["target"]["staging"], workplace.job["target"]["final"], workplace.job["target"]["key"]
    workplace.job["target"]["tables"] = {
        "ORDER": {"staging": "STG_ORDER", "final": "ORDERS", "key": ["ORDER-NO"]},
        "LINE": {"staging": "STG_LINE", "final": "LINES", "key": ["ORDER-NO", "LINE-NO"]},
    }
    workplace.job["rules"] = [{"field": "LINE.PRICE", "range": [0, None]}]
    workplace.job["controls"] = [{"sum": "PRICE"}]
    choose = random.Random(5)
    records = []
    for n in range(200):
        records.append(rdw(f"O{n:06d}SMITH     ".encode("cp037")))
        for at in range(choose.randrange(12)):
            price = bytes.fromhex(f"{n * 100 + at:09d}{'D' if at == 7 else 'C'}")
            records.append(rdw(f"L{at:03d}".encode("cp037") + price))
    workplace.write(records)


def everything(job: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    """What a run leaves, but for which workers have done it, and when."""
    with duckdb.connect(job["target"]["database"], read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        found = {}
        for table in sorted(tables):
            names = [name for (name, *_) in connection.execute(f"DESCRIBE {table}").fetchall()]
            left_out = {"WORKER_ID", "LOADED_AT", "STARTED_AT", "CHANGED_AT", "FILE_XXH128", "CONFIG"}
            columns = ", ".join(name for name in names if name not in left_out)
            found[table] = connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
    return found


@pytest.mark.parametrize("prepare", [fixed, in_blocks, by_several_readers, of_two_types])
def test_a_run_that_is_killed_and_resumed_ends_as_an_undisturbed_one(workplace: Workplace, prepare: Any) -> None:
    workplace.job["pipeline"] |= {"batch_size": 50, "batch_bytes": "64KiB"}
    # commit_rows
    workplace.job["rejects"] |= {"limit": 10_000, "percent": 100}
    prepare(workplace)
    with Killer(seed=7) as killer:
        code = killer.let_run(workplace.job, "RUN")
        assert code == 4
        undisturbed, rejects = everything(workplace.job), workplace.rejects
        campaign = 0
        while killer.kills < KILLS:
            campaign += 1
            job = deepcopy(workplace.job)
            job["target"]["database"] = str(workplace.path / f"{campaign}.duckdb")
            assert killer.kill(job, "RUN") in {code, WAS_COMPLETE}
            assert everything(job) == undisturbed
            assert workplace.rejects == rejects
