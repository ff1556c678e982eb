from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from xxhash import xxh3_128_hexdigest

from driver.batch.exit_codes import ExitCode
from driver.repository.target import RunState
from mfdecode.errors import FramingError, MfdecodeError

if TYPE_CHECKING:
    from conftest import Workplace

BAD_DIGIT = bytes.fromhex("00000A100C")


def damaged(workplace: Workplace, number: int) -> bytes:
    """A payment whose amount has a nibble that is no digit."""
    record = workplace.payment(number)
    return record[:16] + BAD_DIGIT + record[21:]


def test_a_clean_file_is_loaded_to_the_last_cent(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n, cents=(-1) ** n * n) for n in range(1, 1_004))
    report = workplace.run()
    assert (report.state, report.exit_code, report.message) == (RunState.COMPLETED, ExitCode.OK, "")
    assert report.counts is not None
    assert (report.counts.read, report.counts.valid, report.counts.rejected, report.counts.staged) == (
        1_003,
        1_003,
        0,
        1_003,
    )
    assert report.merge is not None
    assert (report.merge.inserted, report.merge.updated, report.merge.unchanged, report.merge.superseded) == (
        1_003,
        0,
        0,
        0,
    )
    assert report.identities
    assert all(identity.holds for identity in report.identities)
    assert [(c.column, c.source, c.staging) for c in report.controls] == [("AMOUNT", "-5.02", "-5.02")]
    assert workplace.query("SELECT count(*), sum(AMOUNT), min(PAY_ID), max(PAY_ID) FROM PAYMENT") == [
        (1_003, Decimal("-5.02"), 1, 1_003)
    ]
    assert workplace.query("SELECT PAYEE, AMOUNT, STATE FROM PAYMENT WHERE PAY_ID = 7") == [
        ("SMITH", Decimal("-0.07"), "A")
    ]
    assert workplace.rejects == b""
    checksum = xxh3_128_hexdigest(workplace.input.read_bytes())
    assert report.file_xxh128 == checksum
    assert workplace.query("SELECT FILE_SIZE, FILE_XXH128 FROM MF_RUN") == [(1_003 * 22, checksum)]


def test_rejects_within_the_limit_are_counted_kept_and_told(workplace: Workplace) -> None:
    records = [workplace.payment(n) for n in range(100)]
    records[5], records[17] = damaged(workplace, 5), workplace.payment(17, state="X")
    records[60] = workplace.payment(60, state="X")[:16] + BAD_DIGIT + workplace.payment(60, state="X")[21:]
    workplace.write(records)
    report = workplace.run()
    assert (report.state, report.exit_code) == (RunState.COMPLETED, ExitCode.REJECTS)
    assert report.counts is not None
    assert (report.counts.read, report.counts.valid, report.counts.rejected, report.counts.staged) == (100, 97, 3, 97)
    assert workplace.rejects == records[5] + records[17] + records[60]
    reasons = {(reason.field, reason.code): reason.findings for reason in report.reasons}
    assert reasons["AMOUNT", "BAD_DIGIT"] == 2
    assert reasons["STATE", "ALLOWED"] >= 1
    assert workplace.query("SELECT count(*) FROM PAYMENT WHERE PAY_ID IN (5, 17, 60)") == [(0,)]
    assert all(identity.holds for identity in report.identities)


def test_bytes_that_are_to_be_kept_are_kept_and_their_record_is_loaded(workplace: Workplace) -> None:
    records = [workplace.payment(n) for n in range(100)]
    records[5] = damaged(workplace, 5)
    workplace.write(records)
    workplace.job["input"]["numbers"] = {"bad_digit": "raw"}
    report = workplace.run()
    assert (report.state, report.exit_code) == (RunState.COMPLETED, ExitCode.OK)
    assert all(identity.holds for identity in report.identities)
    assert [(reason.field, reason.code, reason.findings) for reason in report.reasons] == [("AMOUNT", "RAW", 1)]
    assert workplace.query("SELECT AMOUNT FROM PAYMENT WHERE PAY_ID = 5") == [(None,)]
    assert workplace.query("SELECT RECORD_NO, FIELD, CODE, RAW FROM MF_REJECT") == [(5, "AMOUNT", "RAW", records[5])]
    assert workplace.rejects == b""


def test_the_last_record_of_a_key_wins_and_the_others_are_superseded(workplace: Workplace) -> None:
    workplace.write([workplace.payment(n % 40, cents=n) for n in range(100)])
    report = workplace.run()
    assert report.exit_code is ExitCode.OK
    assert report.merge is not None
    assert (report.merge.inserted, report.merge.superseded) == (40, 60)
    assert workplace.query("SELECT PAY_ID, AMOUNT FROM PAYMENT ORDER BY 1") == [
        (key, Decimal(key + (80 if key < 20 else 40)) / 100) for key in range(40)
    ]


def test_a_text_becomes_a_timestamp(workplace: Workplace) -> None:
    (workplace.path / "payment.cpy").write_text("01 PAYMENT.\n05 PAY-ID PIC 9(6).\n05 PAID PIC X(26).\n")
    workplace.job["fields"] = {"PAID": {"timestamp": "%Y-%m-%d-%H.%M.%S.%f"}}
    workplace.job["rules"], workplace.job["controls"], workplace.job["rejects"] = [], [], {"percent": 100}
    workplace.write(
        f"{n:06d}{text}".encode("cp037") for n, text in enumerate(["2022-06-10-19.27.53.000001", " " * 26, "?" * 26])
    )
    assert workplace.run().exit_code is ExitCode.REJECTS
    assert workplace.query("SELECT PAID FROM PAYMENT ORDER BY ALL") == [
        (datetime(2022, 6, 10, 19, 27, 53, 1),),
        (None,),
    ]
    assert workplace.query("SELECT FIELD, CODE FROM MF_REJECT") == [("PAID", "TIMESTAMP")]


def test_a_second_run_updates_what_differs_and_leaves_the_rest(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n) for n in range(50))
    workplace.run()
    workplace.write(workplace.payment(n, cents=100 if n < 45 else 250) for n in range(60))
    report = workplace.run()
    assert report.exit_code is ExitCode.OK
    assert report.merge is not None
    assert (report.merge.inserted, report.merge.updated, report.merge.unchanged) == (10, 5, 45)
    assert workplace.query("SELECT count(*), sum(AMOUNT) FROM PAYMENT") == [(60, Decimal("82.50"))]
    assert workplace.query("SELECT RUN_ID, count(*) FROM PAYMENT GROUP BY 1 ORDER BY 1") == [("RUN1", 45), ("RUN2", 15)]


def test_more_rejects_than_the_limit_stop_the_run_before_anything_is_merged(workplace: Workplace) -> None:
    workplace.job["rejects"] |= {"limit": 30, "percent": 100}
    workplace.write(workplace.payment(n, state="X" if n % 2 else "A") for n in range(5_000))
    report = workplace.run()
    assert (report.state, report.exit_code, report.merge) == (RunState.FAILED, ExitCode.REJECT_LIMIT, None)
    assert "rejects.limit is 30; nothing was merged" in report.message
    assert report.counts is not None
    assert 30 < report.counts.rejected < 2_500
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(0,)]
    assert report.file_xxh128 is None
    assert workplace.query("SELECT STATE, FILE_XXH128 FROM MF_RUN") == [("FAILED", None)]


@pytest.mark.parametrize(("bad", "code"), [(4, ExitCode.REJECTS), (5, ExitCode.REJECT_LIMIT)])
def test_as_many_rejects_as_the_limit_are_borne_and_not_one_more(
    workplace: Workplace, bad: int, code: ExitCode
) -> None:
    workplace.job["rejects"]["limit"] = 4
    workplace.write(workplace.payment(n, state="X" if n < bad else "A") for n in range(100))
    assert workplace.run().exit_code is code


@pytest.mark.parametrize(("bad", "code"), [(10, ExitCode.REJECTS), (11, ExitCode.REJECT_LIMIT)])
def test_as_large_a_share_of_rejects_as_the_limit_is_borne_and_not_one_more(
    workplace: Workplace, bad: int, code: ExitCode
) -> None:
    workplace.write(workplace.payment(n, state="X" if n < bad else "A") for n in range(100))
    report = workplace.run()
    assert report.exit_code is code
    assert report.counts is not None
    assert report.counts.rejected == bad
    assert report.counts.read == 100 or code is ExitCode.REJECT_LIMIT  # which ends it as soon as it is certain
    assert workplace.query("SELECT count(*) FROM PAYMENT") == [(100 - bad if code is ExitCode.REJECTS else 0,)]


def test_records_of_format_v_keep_their_rdw_in_the_reject_file(workplace: Workplace) -> None:
    workplace.job["input"]["record_format"] = "V"
    good, bad = workplace.payment(1), workplace.payment(2, state="X")
    too_long, too_short = workplace.payment(3) + b"\x40\x40", workplace.payment(4)[:18]
    framed = [(len(r) + 4).to_bytes(2, "big") + b"\x00\x00" + r for r in (good, bad, too_long, too_short)]
    workplace.job["rejects"]["percent"] = 100
    workplace.write(framed)
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECTS
    assert {(r.field, r.code) for r in report.reasons} >= {
        ("STATE", "ALLOWED"),
        ("", "LONG_RECORD"),
        ("AMOUNT", "TRUNCATED"),
    }
    assert workplace.rejects == b"".join(framed[1:])
    assert report.file_xxh128 == xxh3_128_hexdigest(b"".join(framed))
    assert workplace.query("SELECT PAY_ID FROM PAYMENT") == [(1,)]
    assert workplace.query("SELECT DISTINCT RECORD_NO, BYTE_OFFSET FROM MF_REJECT ORDER BY 1") == [
        (1, 30),
        (2, 56),
        (3, 84),
    ]


def test_threads_change_neither_the_final_table_nor_the_ledger(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n % 700, cents=n, state="X" if n % 97 == 0 else "A") for n in range(1_234))
    ledgers, finals = [], []
    for processors, writers in ((1, 1), (4, 3)):
        workplace.job["pipeline"] |= {"processors": processors, "writers": writers}
        workplace.job["target"]["final"] = f"PAYMENT_{processors}"
        workplace.job["target"]["staging"] = f"STG_{processors}"
        workplace.run()
        run_id = f"RUN{workplace.runs}"
        ledgers.append(
            workplace.query(
                "SELECT BATCH_NO, FIRST_RECORD, RECORDS, START_BYTE, END_BYTE FROM MF_LEDGER "
                f"WHERE RUN_ID = '{run_id}' ORDER BY BATCH_NO"
            )
        )
        finals.append(workplace.query(f"SELECT * EXCLUDE (RUN_ID, LOADED_AT) FROM PAYMENT_{processors} ORDER BY 1"))
    assert len(ledgers[0]) == 124
    assert ledgers[0] == ledgers[1]
    assert finals[0] == finals[1]


def test_a_file_that_ends_inside_a_record_fails_with_nothing_merged(workplace: Workplace) -> None:
    workplace.write([*(workplace.payment(n) for n in range(25)), b"\x40" * 5])
    with pytest.raises(FramingError, match="ends 5 bytes into a record of 22"):
        workplace.run()


@pytest.mark.parametrize("missing", ["payments.dat", "payment.cpy"])
def test_a_file_that_is_not_there_is_named(workplace: Workplace, missing: str) -> None:
    workplace.write([workplace.payment(1)])
    (workplace.path / missing).unlink()
    with pytest.raises(MfdecodeError, match=rf"{missing}.*No such file"):
        workplace.run()
    assert not workplace.database.exists()


def test_an_empty_file_is_refused(workplace: Workplace) -> None:
    workplace.write([])
    with pytest.raises(MfdecodeError, match=r"payments\.dat: the file is empty"):
        workplace.run()
    assert not workplace.database.exists()


def test_the_discarding_target_counts_and_keeps_nothing(workplace: Workplace) -> None:
    workplace.job["target"] = {"type": "discard"}
    workplace.write(workplace.payment(n, state="X" if n == 3 else "A") for n in range(100))
    report = workplace.run()
    assert report.exit_code is ExitCode.REJECTS
    assert report.counts is not None
    assert (report.counts.read, report.counts.valid, report.counts.rejected) == (100, 99, 1)
    assert not workplace.database.exists()


def test_the_json_report_has_the_exact_figures(workplace: Workplace) -> None:
    workplace.write(workplace.payment(n, cents=-250, state="X" if n == 3 else "A") for n in range(11))
    workplace.run()
    report = json.loads(workplace.folder().report.read_text())
    assert (report["run_id"], report["job"], report["state"], report["exit_code"]) == (
        "RUN1",
        "payments",
        "COMPLETED",
        4,
    )
    assert report["counts"] == {"read": 11, "valid": 10, "rejected": 1, "staged": 10}
    assert report["merge"] == {"inserted": 10, "updated": 0, "unchanged": 0, "superseded": 0}
    assert report["controls"] == [{"column": "AMOUNT", "source": "-25.00", "staging": "-25.00"}]
    [reason] = report["reasons"]
    assert (reason["field"], reason["code"], reason["findings"]) == ("STATE", "ALLOWED", 1)
    assert reason["samples"] == [{"record": 3, "offset": 66, "value": "E7"}]
    assert report["file_size"] == 11 * 22
    assert report["pipeline"]["written"]["records"] == 11
    assert {"load", "merge", "reconcile", "total"} <= set(report["seconds"])
    assert "secrets" not in report
