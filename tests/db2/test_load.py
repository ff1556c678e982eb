"""A job into Db2, by each of the three insert methods: the same tables whatever the method."""

import random
import struct
from datetime import datetime
from decimal import Decimal

import pytest
from xxhash import xxh3_128_hexdigest

from driver.batch.exit_codes import ExitCode
from driver.repository.db2.sqlcodes import SqlError
from driver.repository.errors import TargetRefused
from driver.repository.target import RunState

pytestmark = pytest.mark.db2
METHODS = ("bind", "array", "executemany")


@pytest.fixture(params=METHODS)
def job(request, workplace):
    """A job by each method."""
    workplace.job["target"]["insert"] = request.param
    return workplace


def test_a_job_ends_reconciled(job):
    job.write(job.payment(n, cents=n - 20, state="X" if n % 10 == 3 else "A") for n in range(45))
    report = job.run()
    assert (report.state, report.exit_code, report.retries) == (RunState.COMPLETED, ExitCode.REJECTS, 0)
    assert all(identity.holds for identity in report.identities)
    assert (report.counts.read, report.counts.valid, report.counts.rejected) == (45, 40, 5)
    job.assert_exactly_once(45)
    assert job.query('SELECT COUNT(*), SUM("AMOUNT") FROM FIN') == [
        (40, str(sum(Decimal(n - 20) / 100 for n in range(45) if n % 10 != 3)))
    ]
    checksum = xxh3_128_hexdigest((job.path / "payments.dat").read_bytes())
    assert job.query(f'SELECT "FILE_SIZE", "FILE_XXH128" FROM "MF_RUN" WHERE "RUN_ID" = \'{job.run_id}\'') == [
        (45 * 22, checksum)
    ]
    assert (job.path / "payments.rej").read_bytes() == b"".join(
        job.payment(n, cents=n - 20, state="X") for n in range(3, 45, 10)
    )


def test_rows_carry_their_run_batch_and_record(job):
    job.write(job.payment(n, payee=f"P{n}") for n in range(13))
    job.run()
    rows = job.query(
        'SELECT "RUN_ID", "BATCH_NO", "RECORD_NO", "PAY_ID", "PAYEE", "STATE" FROM STG ORDER BY "RECORD_NO"'
    )
    assert rows == [(job.run_id, n // 10, n, n, f"P{n}", "A") for n in range(13)]


@pytest.mark.parametrize(
    ("codepage", "payee"),
    [
        ("cp037", "ÄÖÜß¢£¬ñéà"),
        ("cp1140", "€€€€€€€€€€"),
        ("cp875", "Ελλάδα"),
        ("cp1025", "Жуков"),
        ("cp290", "ｱｲｳｴｵｶｷｸｹｺ"),
    ],
)
def test_a_field_full_of_any_character_of_its_code_page_fits_the_tables_that_are_made(job, codepage, payee):
    job.job["input"]["codepage"] = codepage
    job.write([job.payment(1, payee, codepage=codepage)])
    assert job.run().exit_code is ExitCode.OK
    assert job.query('SELECT "PAYEE" FROM FIN') == [(payee,)]


def test_the_last_record_of_a_key_wins_and_what_does_not_differ_is_left_alone(job):
    job.job["target"]["merge_rows"] = 1_000
    job.write(job.payment(n % 20, cents=n) for n in range(50))
    first = job.run()
    assert (first.merge.inserted, first.merge.updated, first.merge.superseded) == (20, 0, 30)
    job.write(job.payment(n, cents=n + 1_000 if n < 15 else n + 20) for n in range(22))
    second = job.run()
    merge = second.merge
    assert (merge.inserted, merge.updated, merge.unchanged, merge.superseded) == (2, 15, 5, 0)
    assert all(identity.holds for identity in second.identities)


def test_timestamps_keep_their_microseconds(job):
    moments = ["2022-06-10-19.27.53.000001", "0001-01-01-00.00.00.000000", "9999-12-31-23.59.59.999999"]
    (job.path / "payment.cpy").write_text("01 PAYMENT.\n05 PAY-ID PIC 9(6).\n05 PAID PIC X(26).\n")
    job.job["fields"] = {"PAID": {"timestamp": "%Y-%m-%d-%H.%M.%S.%f"}}
    job.job["rules"], job.job["controls"] = [], []
    texts = [*moments, " " * 26, "2022-06-31-19.27.53.000001"]
    job.write(f"{n:06d}{text}".encode("cp037") for n, text in enumerate(texts))
    assert job.run().exit_code is ExitCode.REJECTS
    found = [str(paid) for _, paid in job.query('SELECT "PAY_ID", "PAID" FROM FIN ORDER BY "PAY_ID"')]
    assert found == [str(datetime.strptime(moment, "%Y-%m-%d-%H.%M.%S.%f")) for moment in moments] + ["None"]
    job.assert_exactly_once(5)


def test_a_null_stays_null(job):
    record = job.payment(1)
    job.write([record[:16] + b"\x40" * 5 + record[21:]])
    assert job.run().exit_code is ExitCode.OK
    assert job.query('SELECT "AMOUNT" FROM FIN') == [(None,)]


def test_what_a_narrower_column_cannot_take_is_rejected_before_it_is_sent(job):
    job.execute(
        'CREATE TABLE STG ("RUN_ID" VARCHAR(64) NOT NULL, "WORKER_ID" INTEGER, "PART" INTEGER, "BATCH_NO" BIGINT, '
        '"RECORD_NO" BIGINT NOT NULL, "PAY_ID" SMALLINT, "PAYEE" VARCHAR(5), "AMOUNT" DECIMAL(5,1) NOT NULL, '
        '"STATE" VARCHAR(4), PRIMARY KEY ("RUN_ID", "RECORD_NO"))'
    )
    blank = job.payment(7)
    job.write(
        [
            job.payment(1, cents=-12340),
            job.payment(2, payee="TOO LONG"),
            job.payment(3, payee="ÄÖÜ"),
            job.payment(40_000),
            job.payment(5, cents=123),
            job.payment(6, cents=10_000_00),
            blank[:16] + b"\x40" * 5 + blank[21:],
            job.payment(8, cents=999_990),
        ]
    )
    report = job.run()
    assert report.exit_code is ExitCode.REJECTS
    job.assert_exactly_once(8)
    assert job.query('SELECT "RECORD_NO", "AMOUNT" FROM STG ORDER BY "RECORD_NO"') == [(0, "-123.4"), (7, "9999.9")]
    assert job.query(
        f'SELECT "RECORD_NO", "FIELD", "CODE" FROM "MF_REJECT" WHERE "RUN_ID" = \'{job.run_id}\' ORDER BY 1'
    ) == [
        (1, "PAYEE", "TOO_LONG"),
        (2, "PAYEE", "TOO_LONG"),
        (3, "PAY_ID", "OUT_OF_RANGE"),
        (4, "AMOUNT", "CUT_DECIMALS"),
        (5, "AMOUNT", "OUT_OF_RANGE"),
        (6, "AMOUNT", "MISSING"),
    ]
    assert report.controls[0].source == report.controls[0].staging == "9876.50"
    assert (job.path / "payments.rej").read_bytes()[22:44] == job.payment(3, payee="ÄÖÜ")


def test_exactly_the_rows_that_the_database_refuses_are_rejected(job):
    job.execute(
        'CREATE TABLE STG ("RUN_ID" VARCHAR(64) NOT NULL, "WORKER_ID" INTEGER, "PART" INTEGER, "BATCH_NO" BIGINT, '
        '"RECORD_NO" BIGINT NOT NULL, "PAY_ID" INTEGER NOT NULL UNIQUE, "PAYEE" VARCHAR(20), "AMOUNT" DECIMAL(9,2) '
        'CHECK ("AMOUNT" < 5000), "STATE" VARCHAR(4), PRIMARY KEY ("RUN_ID", "RECORD_NO"))'
    )
    job.job["pipeline"]["writers"] = 1
    job.write(job.payment(n if n != 17 else 12, cents=600_000 if n in {0, 5, 6, 39} else n) for n in range(40))
    report = job.run()
    assert report.exit_code is ExitCode.REJECTS
    job.assert_exactly_once(40)
    rejects = job.query(
        f'SELECT "RECORD_NO", "CODE", "MESSAGE" FROM "MF_REJECT" WHERE "RUN_ID" = \'{job.run_id}\' ORDER BY 1'
    )
    assert [(record, code) for record, code, _ in rejects] == [(n, "REFUSED") for n in (0, 5, 6, 17, 39)]
    assert "SQLCODE -545, SQLSTATE 23513" in rejects[0][2]
    assert "SQLCODE -803, SQLSTATE 23505" in rejects[3][2]


@pytest.mark.parametrize("record_format", ["F", "V"])
def test_what_the_database_refuses_is_masked_too(job, record_format):
    job.execute(
        'CREATE TABLE STG ("RUN_ID" VARCHAR(64) NOT NULL, "WORKER_ID" INTEGER, "PART" INTEGER, "BATCH_NO" BIGINT, '
        '"RECORD_NO" BIGINT NOT NULL, "PAY_ID" INTEGER, "PAYEE" VARCHAR(20), "AMOUNT" DECIMAL(9,2) '
        'CHECK ("AMOUNT" < 5000), "STATE" VARCHAR(4), PRIMARY KEY ("RUN_ID", "RECORD_NO"))'
    )
    job.job["fields"] = {"PAYEE": {"pii": "last4"}}
    job.job["rejects"]["raw"] = "masked"
    job.job["input"]["record_format"] = record_format
    rdw = b"\0\x1a\0\0" if record_format == "V" else b""
    payments = [job.payment(n, cents=600_000 if n == 4 else n, state="X" if n == 20 else "A") for n in range(40)]
    job.write(rdw + payment for payment in payments)
    assert job.run().exit_code is ExitCode.REJECTS
    masked = [payments[n][:6] + b"\x5c" * 10 + payments[n][16:] for n in (4, 20)]
    rows = job.query(f'SELECT "CODE", "RAW" FROM "MF_REJECT" WHERE "RUN_ID" = \'{job.run_id}\' ORDER BY "RECORD_NO"')
    assert rows == list(zip(("REFUSED", "ALLOWED"), masked, strict=True))
    assert (job.path / "payments.rej").read_bytes() == b"".join(rdw + record for record in masked)


def test_files_by_a_pattern_are_one_input(job):
    job.execute(
        'CREATE TABLE STG ("RUN_ID" VARCHAR(64) NOT NULL, "WORKER_ID" INTEGER, "PART" INTEGER, "BATCH_NO" BIGINT, '
        '"RECORD_NO" BIGINT NOT NULL, "PAY_ID" INTEGER, "PAYEE" VARCHAR(20), "AMOUNT" DECIMAL(9,2) '
        'CHECK ("AMOUNT" < 5000), "STATE" VARCHAR(4), PRIMARY KEY ("RUN_ID", "RECORD_NO"))'
    )
    payments = [
        job.payment(n % 30, cents=600_000 if n in {4, 33} else n, state="X" if n == 20 else "A") for n in range(40)
    ]
    files = [job.path / f"piece{n}.dat" for n in range(3)]
    for file, (begin, end) in zip(files, ((0, 15), (15, 27), (27, 40)), strict=True):
        file.write_bytes(b"".join(payments[begin:end]))
    pattern = str(job.path / "piece*.dat")
    job.job["pipeline"] |= {"reading_mode": "multi", "multi_reader": {"input_pattern": pattern, "num_readers": 2}}
    report = job.run()
    assert report.exit_code is ExitCode.REJECTS
    assert all(identity.holds for identity in report.identities)
    assert [(part.file, part.read, part.rejected) for part in report.parts] == [
        (str(file), *counts) for file, counts in zip(files, ((15, 1), (12, 1), (13, 1)), strict=True)
    ]
    assert job.query('SELECT "PART", "BATCH_NO", COUNT(*) FROM STG GROUP BY "PART", "BATCH_NO" ORDER BY 1, 2') == [
        (0, 0, 9),
        (0, 1, 5),
        (1, 0, 9),
        (1, 1, 2),
        (2, 0, 9),
        (2, 1, 3),
    ]
    assert job.query(
        f'SELECT "FILE", "RECORD_NO", "BYTE_OFFSET" FROM "MF_REJECT" WHERE "RUN_ID" = \'{job.run_id}\' ORDER BY 2'
    ) == [(str(files[0]), 4, 88), (str(files[1]), 20, 110), (str(files[2]), 33, 132)]
    assert (job.path / "payments.rej").read_bytes() == payments[4] + payments[20] + payments[33]
    assert job.query('SELECT "AMOUNT" FROM FIN WHERE "PAY_ID" IN (3, 5) ORDER BY "PAY_ID"') == [("0.03",), ("0.35",)]


def test_as_many_rejects_of_the_database_as_the_limit_stop_nothing_and_more_stop_before_the_merge(job):
    job.execute(
        'CREATE TABLE STG ("RUN_ID" VARCHAR(64) NOT NULL, "WORKER_ID" INTEGER, "PART" INTEGER, "BATCH_NO" BIGINT, '
        '"RECORD_NO" BIGINT NOT NULL, "PAY_ID" INTEGER, "PAYEE" VARCHAR(5), "AMOUNT" DECIMAL(9,2), '
        '"STATE" VARCHAR(4), PRIMARY KEY ("RUN_ID", "RECORD_NO"))'
    )
    job.job["rejects"]["limit"] = 3
    job.write(job.payment(n, payee="TOO LONG" if n < 3 else "OK") for n in range(30))
    assert job.run().exit_code is ExitCode.REJECTS
    job.write(job.payment(n, payee="TOO LONG" if n < 4 else "OK") for n in range(30))
    report = job.run()
    assert (report.exit_code, report.merge) == (ExitCode.REJECT_LIMIT, None)


@pytest.mark.parametrize("record_format", ["F", "V"])
def test_the_bytes_of_a_rejected_record_are_kept_however_long_it_is(job, record_format):
    (job.path / "payment.cpy").write_text(
        "       01 P.\n          05 PAY-ID PIC 9(6).\n          05 STATE PIC X.\n          05 FILLER PIC X(32000).\n"
    )
    job.job["input"]["record_format"] = record_format
    del job.job["controls"]
    records = [f"{n:06d}{'AX'[n % 2]}".encode("cp037") + random.Random(n).randbytes(32_000) for n in range(6)]
    rdw = (32_011).to_bytes(2, "big") + b"\0\0" if record_format == "V" else b""
    job.write(rdw + record for record in records)
    assert job.run().exit_code is ExitCode.REJECTS
    assert (job.path / "payments.rej").read_bytes() == b"".join(rdw + record for record in records[1::2])
    rows = job.query(f'SELECT "MESSAGE", "RAW" FROM "MF_REJECT" WHERE "RUN_ID" = \'{job.run_id}\' ORDER BY "RECORD_NO"')
    assert [raw for _, raw in rows] == [record[:30_000] for record in records[1::2]]
    assert all(message.endswith(" [the first 30,000 of 32,007 bytes]") for message, _ in rows)


def test_more_control_totals_than_the_ledger_has_room_for_are_refused_before_anything_is_read(workplace):
    numbers = [f"N{n:027d}" for n in range(30)]
    (workplace.path / "payment.cpy").write_text(
        "       01 P.\n          05 PAY-ID PIC 9(6).\n" + "".join(f"          05 {n} PIC 9.\n" for n in numbers)
    )
    del workplace.job["rules"]
    workplace.job["controls"] = [{"sum": name} for name in numbers]
    workplace.write([b"\xf0" * 36])
    with pytest.raises(TargetRefused, match="the 30 control totals of the job take up to"):
        workplace.run()


def test_a_table_that_lacks_a_column_is_refused_before_anything_is_read(workplace):
    workplace.execute('CREATE TABLE STG ("RUN_ID" VARCHAR(64), "PAY_ID" INTEGER)')
    workplace.write([workplace.payment(1)])
    with pytest.raises(TargetRefused, match="has no column WORKER_ID, PART, BATCH_NO, RECORD_NO, PAYEE, AMOUNT, STATE"):
        workplace.run()


def test_a_column_of_another_type_is_refused(workplace):
    workplace.execute(
        'CREATE TABLE STG ("RUN_ID" VARCHAR(64) NOT NULL, "WORKER_ID" INTEGER, "PART" INTEGER, "BATCH_NO" BIGINT, '
        '"RECORD_NO" BIGINT NOT NULL, "PAY_ID" DATE, "PAYEE" VARCHAR(20), "AMOUNT" DECIMAL(9,2), "STATE" VARCHAR(4))'
    )
    workplace.write([workplace.payment(1)])
    with pytest.raises(TargetRefused, match=r"PAY_ID of the table STG_\w+ is of type date, which a number field does"):
        workplace.run()


def test_a_column_that_the_merge_could_not_compare_is_refused(workplace):
    workplace.execute(
        'CREATE TABLE FIN ("PAY_ID" INTEGER NOT NULL, "PAYEE" CLOB(1M), "AMOUNT" DECIMAL(9,2), '
        '"STATE" VARCHAR(4), "RUN_ID" VARCHAR(64), "LOADED_AT" TIMESTAMP)'
    )
    workplace.write([workplace.payment(1)])
    with pytest.raises(TargetRefused, match=r"PAYEE of the table PAY_\w+ is of type clob, which a text field does"):
        workplace.run()


def test_what_a_narrower_column_of_the_final_table_cannot_take_is_rejected_before_it_is_sent(job):
    job.execute(
        'CREATE TABLE FIN ("PAY_ID" DECIMAL(4,0) NOT NULL PRIMARY KEY, "PAYEE" VARCHAR(5), '
        '"AMOUNT" SMALLINT NOT NULL, "STATE" CHAR(2), "RUN_ID" VARCHAR(64), "LOADED_AT" TIMESTAMP)'
    )
    blank = job.payment(6)
    job.write(
        [
            job.payment(1, cents=-32_768_00),
            job.payment(2, payee="TOO LONG"),
            job.payment(10_000),
            job.payment(4, cents=123),
            job.payment(5, cents=32_768_00),
            blank[:16] + b"\x40" * 5 + blank[21:],
            job.payment(9_999, payee="ÄÖ1"),
        ]
    )
    report = job.run()
    assert (report.exit_code, report.state) == (ExitCode.REJECTS, RunState.COMPLETED)
    assert job.query('SELECT "PAY_ID", "PAYEE", "AMOUNT" FROM FIN ORDER BY "PAY_ID"') == [
        ("1", "SMITH", -32_768),
        ("9999", "ÄÖ1", 1),
    ]
    assert job.query(
        f'SELECT "RECORD_NO", "FIELD", "CODE" FROM "MF_REJECT" WHERE "RUN_ID" = \'{job.run_id}\' ORDER BY 1'
    ) == [
        (1, "PAYEE", "TOO_LONG"),
        (2, "PAY_ID", "OUT_OF_RANGE"),
        (3, "AMOUNT", "CUT_DECIMALS"),
        (4, "AMOUNT", "OUT_OF_RANGE"),
        (5, "AMOUNT", "MISSING"),
    ]


def test_a_work_table_that_is_not_as_the_final_table_is_refused_before_anything_is_read(workplace):
    workplace.write([workplace.payment(1)])
    workplace.run()
    workplace.execute('ALTER TABLE FIN ALTER "PAYEE" SET DATA TYPE VARCHAR(30)')
    with pytest.raises(TargetRefused, match=r"the table STG_\w+_W has other columns .*: PAYEE. Drop it"):
        workplace.run()
    workplace.execute(f'DROP TABLE "STG_{workplace.name}_W"')
    assert workplace.run().exit_code is ExitCode.OK


def test_floats_outside_the_range_of_their_column_are_rejected(job):
    (job.path / "payment.cpy").write_text("       01 P.\n          05 PAY-ID PIC 9(6).\n          05 F COMP-2.\n")
    del job.job["rules"], job.job["controls"]
    job.job["input"]["float"] = "ieee"
    job.execute(
        'CREATE TABLE FIN ("PAY_ID" INTEGER NOT NULL PRIMARY KEY, "F" REAL, "RUN_ID" VARCHAR(64), '
        '"LOADED_AT" TIMESTAMP)'
    )
    values = [0.5, 1e39, -1e39, -3.25]
    job.write(f"{n:06d}".encode("cp037") + struct.pack(">d", value) for n, value in enumerate(values))
    report = job.run()
    assert (report.exit_code, report.state) == (ExitCode.REJECTS, RunState.COMPLETED)
    assert job.query('SELECT "PAY_ID", "F" FROM FIN ORDER BY 1') == [(0, 0.5), (3, -3.25)]
    assert [(reason.field, reason.code, reason.findings) for reason in report.reasons] == [("F", "OUT_OF_RANGE", 2)]


def test_what_the_tests_make_in_a_database_can_be_taken_out_of_it_again(workplace):
    workplace.write([workplace.payment(1), workplace.payment(2, state="X")])
    workplace.run()
    workplace.server.forget([workplace.name])
    for table in ("FIN", "STG"):
        with pytest.raises(SqlError, match="SQL0204N"):
            workplace.query(f"SELECT COUNT(*) FROM {table}")
    for table in ("MF_RUN", "MF_LEDGER", "MF_REJECT"):
        assert workplace.query(f'SELECT COUNT(*) FROM "{table}" WHERE "RUN_ID" = \'{workplace.run_id}\'') == [(0,)]
