"""A file of several record types: each into its own table, children with the key of their parents."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from driver.batch.exit_codes import ExitCode

if TYPE_CHECKING:
    from conftest import Workplace

COPYBOOK = """\
       01  ORDER-RECORD.
           05  KIND      PIC X.
           05  ORDER-NO  PIC 9(6).
           05  CUSTOMER  PIC X(10).
       01  LINE-RECORD.
           05  KIND      PIC X.
           05  LINE-NO   PIC 9(3).
           05  PRICE     PIC S9(7)V99 COMP-3.
       01  NOTE-RECORD.
           05  KIND      PIC X.
           05  NOTE-NO   PIC 9(2).
           05  NOTE-TEXT PIC X(5).
"""


@pytest.fixture
def orders(workplace: Workplace) -> Workplace:
    """A job over orders, their lines, and the notes to these."""
    (workplace.path / "payment.cpy").write_text(COPYBOOK)
    kind = {name: {"field": "KIND", "equals": name[0]} for name in ("ORDER", "LINE", "NOTE")}
    workplace.job["input"] |= {
        "record_format": "V",
        "records": {
            "NOTE": {
                "record": "NOTE-RECORD",
                "when": kind["NOTE"],
                "carry": {"from": "LINE", "fields": ["ORDER-NO", "LINE-NO"]},
            },
            "ORDER": {"record": "ORDER-RECORD", "when": kind["ORDER"]},
            "LINE": {
                "record": "LINE-RECORD",
                "when": kind["LINE"],
                "carry": {"from": "ORDER", "fields": ["ORDER-NO"]},
            },
        },
    }
    workplace.job["target"] = {
        "type": "duckdb",
        "database": str(workplace.database),
        "tables": {
            "ORDER": {"staging": "STG_ORDER", "final": "ORDERS", "key": ["ORDER-NO"]},
            "LINE": {"staging": "STG_LINE", "final": "LINES", "key": ["ORDER-NO", "LINE-NO"]},
            "NOTE": {"staging": "STG_NOTE", "final": "NOTES", "key": ["ORDER-NO", "LINE-NO", "NOTE-NO"]},
        },
    }
    workplace.job["rules"] = [{"field": "LINE.PRICE", "range": [0, None]}]
    workplace.job["controls"] = [{"sum": "PRICE"}]
    workplace.job["rejects"]["percent"] = 100
    return workplace


def order(number: int, customer: str = "SMITH") -> bytes:
    return framed(f"O{number:06d}{customer:<10}".encode("cp037"))


def line(number: int, cents: int = 100) -> bytes:
    return framed(f"L{number:03d}".encode("cp037") + bytes.fromhex(f"{abs(cents):09d}{'D' if cents < 0 else 'C'}"))


def note(number: int) -> bytes:
    return framed(f"N{number:02d}NOTE".encode("cp037"))


def framed(record: bytes) -> bytes:
    return (len(record) + 4).to_bytes(2, "big") + b"\x00\x00" + record


def many() -> list[bytes]:
    """Orders of 0 to 24 lines, some of which have a note."""
    records: list[bytes] = []
    for number in range(60):
        records.append(order(number))
        for at in range(number % 25):
            records.append(line(at, cents=number * 100 + at))
            records += [note(1)] * (at % 3 == 0)
    return records


@pytest.mark.parametrize("batch_size", [1, 7, 10_000])
def test_each_type_has_its_table_and_children_the_keys_of_their_parents(orders: Workplace, batch_size: int) -> None:
    orders.job["pipeline"] |= {"batch_size": batch_size, "processors": 4}
    orders.job["target"]["keep_staged"] = True
    orders.write(many())
    report = orders.run()
    assert report.exit_code is ExitCode.OK, report.message
    assert all(identity.holds for identity in report.identities)
    lines = [(n, at, Decimal(n * 100 + at) / 100) for n in range(60) for at in range(n % 25)]
    assert orders.query("SELECT ORDER_NO FROM ORDERS ORDER BY 1") == [(n,) for n in range(60)]
    assert orders.query("SELECT ORDER_NO, LINE_NO, PRICE FROM LINES ORDER BY 1, 2") == lines
    assert orders.query("SELECT ORDER_NO, LINE_NO FROM NOTES ORDER BY 1, 2") == [
        (n, at) for n, at, _ in lines if at % 3 == 0
    ]
    assert [(t.record_type, t.valid, t.staged, t.merge.inserted if t.merge else 0) for t in report.types] == [
        ("ORDER", 60, 60, 60),
        ("LINE", len(lines), len(lines), len(lines)),
        ("NOTE", sum(at % 3 == 0 for _, at, _ in lines), *[sum(at % 3 == 0 for _, at, _ in lines)] * 2),
    ]
    numbers = " UNION ALL ".join(f"SELECT RECORD_NO, '{name[0]}' FROM STG_{name}" for name in ("ORDER", "LINE", "NOTE"))
    assert orders.query(f"SELECT * FROM ({numbers}) ORDER BY 1") == [
        (number, record[4:5].decode("cp037")) for number, record in enumerate(many())
    ]
    total = f"{sum(price for *_, price in lines):.2f}"
    assert [(c.column, c.source, c.staging) for c in report.controls] == [("LINE.PRICE", total, total)]
    again = orders.run()
    assert again.merge is not None
    assert (again.merge.inserted, again.merge.updated, again.merge.unchanged) == (0, 0, len(many()))


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_what_has_no_type_no_parent_or_a_broken_rule_is_rejected_with_its_bytes(
    orders: Workplace, batch_size: int
) -> None:
    orders.job["pipeline"]["batch_size"] = batch_size
    records = [
        line(1),  # before any order
        order(1),
        line(1),
        note(1),
        order(2),
        note(1),  # the line before it is of another order
        line(1, cents=-1),
        note(1),  # of a line that is rejected, and still its key
        framed("?".encode("cp037")),
        line(2),  # what comes before may have been an order
        order(3),
        line(1),
    ]
    orders.write(records)
    report = orders.run()
    assert report.exit_code is ExitCode.REJECTS, report.message
    assert all(identity.holds for identity in report.identities)
    found = orders.query("SELECT DISTINCT RECORD_NO, CODE FROM MF_REJECT WHERE FIELD = '' OR CODE = 'RANGE' ORDER BY 1")
    assert found == [(0, "NO_PARENT"), (5, "NO_PARENT"), (6, "RANGE"), (8, "NO_RECORD_TYPE"), (9, "NO_PARENT")]
    assert orders.rejects == b"".join(records[n] for n in (0, 5, 6, 8, 9))
    assert orders.query("SELECT ORDER_NO, LINE_NO FROM LINES ORDER BY 1") == [(1, 1), (3, 1)]
    assert orders.query("SELECT ORDER_NO, LINE_NO FROM NOTES ORDER BY 1") == [(1, 1), (2, 1)]


def test_fixed_records_are_as_long_as_the_longest_type(orders: Workplace) -> None:
    orders.job["input"]["record_format"] = "F"
    orders.write(record[4:].ljust(17, b"\x40") for record in many())
    report = orders.run()
    assert report.exit_code is ExitCode.OK, report.message
    assert [type_.staged for type_ in report.types] == [60, 645, 234]


def test_types_without_parents_are_read_by_several_readers(orders: Workplace) -> None:
    orders.job["input"]["record_format"] = "F"
    del orders.job["input"]["records"]["NOTE"], orders.job["target"]["tables"]["NOTE"]
    del orders.job["input"]["records"]["LINE"]["carry"]
    orders.job["target"]["tables"]["LINE"]["key"] = ["PRICE"]
    orders.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"num_readers": 3}}
    orders.write(record[4:].ljust(17, b"\x40") for record in many() if record[4:5] != b"\xd5")
    report = orders.run()
    assert report.exit_code is ExitCode.OK, report.message
    assert all(identity.holds for identity in report.identities)
    assert (len(report.parts), [type_.staged for type_ in report.types]) == (3, [60, 645])


def test_a_target_that_discards_counts_the_types(orders: Workplace) -> None:
    orders.job["target"] = {"type": "discard"}
    orders.write(many())
    report = orders.run()
    assert report.exit_code is ExitCode.OK, report.message
    assert [(type_.record_type, type_.valid) for type_ in report.types] == [("ORDER", 60), ("LINE", 645), ("NOTE", 234)]


@pytest.mark.parametrize(
    ("section", "changes", "words"),
    [
        ("input", {"record": "ORDER-RECORD"}, "either 'input.record'"),
        ("pipeline", {"pool": "process"}, "needs 'pipeline.pool: thread'"),
        ("pipeline", {"reading_mode": "multi"}, "'carry' needs 'pipeline.reading_mode: single'"),
        ("target", {"tables": {"ORDER": {"staging": "A", "final": "B", "key": ["ORDER-NO"]}}}, "LINE, NOTE"),
        ("target", {"staging": "S"}, "give 'staging' in 'tables'"),
    ],
)
def test_what_does_not_go_with_record_types_is_refused(
    orders: Workplace, section: str, changes: dict[str, object], words: str
) -> None:
    orders.job[section] |= changes
    with pytest.raises(ValidationError, match=words):
        orders.run()


def test_a_type_that_carries_from_itself_is_refused(orders: Workplace) -> None:
    orders.job["input"]["records"]["ORDER"]["carry"] = {"from": "NOTE", "fields": ["NOTE-NO"]}
    with pytest.raises(ValidationError, match="carries from itself"):
        orders.run()
