"""Files whose header or trailer says how many records they have, and what these sum to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from driver.batch.exit_codes import ExitCode
from driver.core.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import Workplace

COPYBOOK = """\
       01  HEADER-RECORD.
           05  KIND       PIC X.
           05  HDR-DAY    PIC 9(8).
           05  FILLER     PIC X(6).
       01  DETAIL-RECORD.
           05  KIND       PIC X.
           05  DET-NO     PIC 9(6).
           05  AMOUNT     PIC S9(5)V99 COMP-3.
           05  STATE      PIC X.
           05  FILLER     PIC X(3).
       01  TRAILER-RECORD.
           05  KIND       PIC X.
           05  TRL-COUNT  PIC 9(6).
           05  TRL-AMOUNT PIC S9(7)V99 COMP-3.
           05  TRL-PAIRS  PIC 9 OCCURS 3.
"""


@pytest.fixture
def sent(workplace: Workplace) -> Workplace:
    """A job over a file of a header, details and a trailer."""
    (workplace.path / "payment.cpy").write_text(COPYBOOK)
    types = ("HEADER", "DETAIL", "TRAILER")
    workplace.job["input"]["records"] = {
        name: {"record": f"{name}-RECORD", "when": {"field": "KIND", "equals": name[0]}} for name in types
    }
    workplace.job["target"] = {
        "type": "duckdb",
        "database": str(workplace.database),
        "tables": {name: {"staging": f"STG_{name}", "final": name, "key": ["KIND"]} for name in types},
    }
    workplace.job["target"]["tables"]["DETAIL"]["key"] = ["DET-NO"]
    workplace.job["rejects"]["percent"] = 100
    workplace.job["controls"] = [
        {"count": ["DETAIL"], "equals": "TRL-COUNT"},
        {"sum": "DETAIL.AMOUNT", "equals": "TRAILER.TRL-AMOUNT"},
    ]
    return workplace


def packed(cents: int, digits: int) -> bytes:
    return bytes.fromhex(f"{abs(cents):0{digits}d}{'D' if cents < 0 else 'C'}")


def detail(number: int, cents: int = 150, state: str = "A") -> bytes:
    return f"D{number:06d}".encode("cp037") + packed(cents, 7) + f"{state}   ".encode("cp037")


def damaged(number: int) -> bytes:
    """A detail whose amount is no number."""
    return detail(number)[:7] + b"\xff" * 4 + detail(number)[11:]


def trailer(count: int, cents: int) -> bytes:
    return f"T{count:06d}".encode("cp037") + packed(cents, 9) + "123".encode("cp037")


def file_of(details: Sequence[bytes], *ends: bytes) -> list[bytes]:
    return ["H20261125      ".encode("cp037"), *details, *ends]


def many(count: int = 40) -> list[bytes]:
    return [detail(n, cents=n * 7 - 100) for n in range(count)]


TOTAL = sum(n * 7 - 100 for n in range(40))


@pytest.mark.parametrize("batch_size", [1, 7, 1_000])
def test_a_whole_file_is_loaded(sent: Workplace, batch_size: int) -> None:
    sent.job["pipeline"]["batch_size"] = batch_size
    sent.write(file_of(many(), trailer(40, TOTAL)))
    report = sent.run()
    assert report.exit_code is ExitCode.OK, report.message
    assert [identity.name for identity in report.identities[:3]] == [
        "one TRAILER = records of TRAILER read",
        "TRAILER.TRL-COUNT = records of DETAIL read",
        "TRAILER.TRL-AMOUNT = sum of DETAIL.AMOUNT read",
    ]
    assert all(identity.holds for identity in report.identities)
    assert sent.query("SELECT count(*) FROM DETAIL") == [(40,)]


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ([trailer(41, TOTAL)], "TRAILER.TRL-COUNT = records of DETAIL read: expected 41, found 40;"),
        (
            [trailer(40, TOTAL + 1)],
            "TRAILER.TRL-AMOUNT = sum of DETAIL.AMOUNT read: expected 14.61, found 14.60;",
        ),
        ([], "one TRAILER = records of TRAILER read: expected 1, found 0;"),
        ([trailer(40, TOTAL)] * 2, "one TRAILER = records of TRAILER read: expected 1, found 2;"),
        (
            ["T      ".encode("cp037") + packed(TOTAL, 9) + "123".encode("cp037")],
            "one number in TRAILER.TRL-COUNT = numbers read: expected 1, found 0;",
        ),
        (
            ["?".encode("cp037") + trailer(40, TOTAL)[1:]],
            "one TRAILER = records of TRAILER read: expected 1, found 0;",
        ),
    ],
    ids=["count", "sum", "missing", "two", "blank", "unknown"],
)
def test_nothing_of_a_file_that_is_not_whole_is_merged(sent: Workplace, ends: list[bytes], words: str) -> None:
    sent.write(file_of(many(), *ends))
    report = sent.run()
    assert report.exit_code == 8
    assert report.message.startswith("the file is not what its own header or trailer says: ")
    assert words in report.message
    assert report.message.endswith("; nothing was merged")
    assert report.merge is None
    assert sent.query("SELECT count(*) FROM DETAIL") == [(0,)]
    assert sent.query("SELECT STATE FROM MF_RUN") == [("FAILED",)]
    assert sum(not identity.holds for identity in report.identities) == 1


def test_a_file_that_breaks_off_is_noticed(sent: Workplace) -> None:
    sent.write(file_of(many()[:-3], trailer(40, TOTAL)))
    report = sent.run()
    assert report.exit_code == 8
    assert "records of DETAIL read: expected 40, found 37; TRAILER.TRL-AMOUNT" in report.message


def test_rejected_records_were_sent_too(sent: Workplace) -> None:
    sent.write(file_of([*many(), detail(98, cents=500, state="X")], trailer(41, TOTAL + 500)))
    report = sent.run()
    assert report.exit_code is ExitCode.REJECTS, report.message
    assert all(identity.holds for identity in report.identities)


def test_a_sum_that_cannot_be_known_says_of_how_many_records(sent: Workplace) -> None:
    sent.write(file_of([*many(), damaged(99)], trailer(41, TOTAL + 500)))
    report = sent.run()
    assert report.exit_code == 8
    assert (
        "TRAILER.TRL-AMOUNT = sum of DETAIL.AMOUNT read (1 of 41 records have no number there): "
        "expected 19.60, found 14.60;" in report.message
    )
    assert "TRL-COUNT" not in report.message


def test_every_record_of_the_file_may_be_counted(sent: Workplace) -> None:
    sent.job["controls"] = [{"count": "all", "equals": "TRL-COUNT"}]
    unknown = "?".encode("cp037").ljust(15, b"\x40")
    sent.write(file_of([*many(), unknown], trailer(43, 0)))
    report = sent.run()
    assert report.exit_code is ExitCode.REJECTS, report.message
    sent.job["controls"] = [{"count": ["HEADER", "DETAIL", "TRAILER"], "equals": "TRL-COUNT"}]
    report = sent.run()
    assert report.exit_code == 8
    assert "records of HEADER, DETAIL, TRAILER read (1 records are of no type): expected 43, found 42" in report.message


def test_several_readers_find_one_trailer(sent: Workplace) -> None:
    sent.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"num_readers": 3}}
    sent.write(file_of(many(), trailer(40, TOTAL)))
    report = sent.run()
    assert report.exit_code is ExitCode.OK, report.message
    assert len(report.parts) == 3
    sent.write(file_of(many(), trailer(39, TOTAL)))
    assert sent.run().exit_code == 8


def test_what_was_read_is_in_the_ledger(sent: Workplace) -> None:
    sent.job["pipeline"]["batch_size"] = 1_000
    sent.write(file_of([*many(), detail(98, cents=500, state="X"), damaged(99)], trailer(42, TOTAL + 500)))
    report = sent.run()
    assert report.exit_code is ExitCode.REJECTS, report.message
    [(tables,)] = sent.query("SELECT TABLES::JSON -> '$.DETAIL' FROM MF_LEDGER")
    assert tables == f'{{"rows":40,"sums":{{}},"read":42,"read_sums":{{"AMOUNT":[{TOTAL + 500},41]}}}}'


def test_a_target_that_discards_checks_too(sent: Workplace) -> None:
    sent.job["target"] = {"type": "discard"}
    sent.write(file_of(many(), trailer(40, TOTAL)))
    assert sent.run().exit_code is ExitCode.OK
    sent.write(file_of(many(), trailer(39, TOTAL)))
    assert sent.run().exit_code == 8


def test_what_is_summed_need_not_be_in_the_table(sent: Workplace) -> None:
    sent.job["fields"] = {"AMOUNT": {"drop": True}, "TRL-AMOUNT": {"pii": "full"}}
    sent.write(file_of(many(), trailer(40, TOTAL)))
    report = sent.run()
    assert report.exit_code is ExitCode.OK, report.message


@pytest.mark.parametrize(
    ("control", "words"),
    [
        ({"sum": "AMOUNT", "count": ["DETAIL"]}, "give either 'sum', of a field, or 'count', of records"),
        ({"equals": "TRL-COUNT"}, "give either 'sum'"),
        ({"count": ["DETAIL"]}, "'count' needs 'equals'"),
        ({"count": ["DETAILS"], "equals": "TRL-COUNT"}, "DETAILS is none of the record types"),
        ({"count": ["DETAIL"], "equals": "TRL-COUNT", "truncated": True}, "'truncated' is of a 'sum'"),
    ],
)
def test_a_control_that_says_nothing_is_refused(sent: Workplace, control: dict[str, object], words: str) -> None:
    sent.job["controls"] = [control]
    with pytest.raises(ValidationError, match=words):
        sent.run()


@pytest.mark.parametrize(
    ("control", "words"),
    [
        (
            {"count": ["DETAIL"], "equals": "COUNT"},
            "none of the record types HEADER, DETAIL, TRAILER has a field COUNT",
        ),
        ({"count": ["DETAIL"], "equals": "KIND"}, "KIND is in HEADER and DETAIL and TRAILER: write HEADER.KIND"),
        ({"count": ["DETAIL"], "equals": "TRAILER.KIND"}, "TRAILER.KIND is not one number a record"),
        ({"count": ["DETAIL"], "equals": "TRL-PAIRS"}, "TRAILER.TRL-PAIRS is not one number a record"),
        ({"sum": "STATE", "equals": "TRL-AMOUNT"}, "DETAIL.STATE is not one number a record"),
    ],
)
def test_a_field_that_can_say_nothing_is_named(sent: Workplace, control: dict[str, object], words: str) -> None:
    sent.job["controls"] = [control]
    sent.write(file_of(many(), trailer(40, TOTAL)))
    with pytest.raises(PlanError, match=words):
        sent.run()


def test_a_job_of_one_type_has_no_trailer(workplace: Workplace) -> None:
    workplace.job["controls"] = [{"sum": "AMOUNT", "equals": "PAY-ID"}]
    workplace.write([workplace.payment(1)])
    with pytest.raises(PlanError, match=r"a header or trailer is a record type of its own in 'input\.records'"):
        workplace.run()


def test_a_run_that_is_resumed_or_reconciled_knows_its_trailer_by_the_ledger(sent: Workplace) -> None:
    sent.job["pipeline"]["batch_size"] = 7
    sent.job["target"]["keep_staged"] = True
    sent.write(file_of(many(), trailer(40, TOTAL)))
    sent.run()
    tables = {f"STG_{name}": name for name in ("HEADER", "DETAIL", "TRAILER")}
    sent.cut_off([1, 5], tables)
    report = sent.application("RUN1").resume()
    assert report.exit_code is ExitCode.OK, report.message
    found = sent.application("RUN1").reconcile()
    assert (found.broken, found.identities) == ("", tuple(i for i in found.identities if i.holds))
    assert "TRAILER.TRL-AMOUNT = sum of DETAIL.AMOUNT read" in [identity.name for identity in found.identities]
    sent.cut_off([2], tables)
    assert "TRAILER.TRL-COUNT = records of DETAIL read" in sent.application("RUN1").reconcile().broken


def test_rejects_that_are_loaded_again_have_no_trailer(sent: Workplace) -> None:
    sent.job["rules"] = [{"field": "STATE", "allowed": ["A"]}]
    sent.write(file_of([*many(39), detail(39, state="X")], trailer(40, sum(n * 7 - 100 for n in range(39)) + 150)))
    assert sent.run().exit_code is ExitCode.REJECTS
    path = sent.path / "payments.rej"
    path.write_bytes(path.read_bytes().replace("X".encode("cp037"), "A".encode("cp037")))
    report = sent.run(rejects_of="RUN1")
    assert (report.exit_code, report.message) == (ExitCode.OK, "")
    assert sent.query("SELECT count(*) FROM DETAIL") == [(40,)]
