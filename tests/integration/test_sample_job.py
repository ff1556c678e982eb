"""The job that make run runs, over a small sample: every figure is what the generator says."""

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from driver.cli import app
from driver.generate.sample import Generated, generate_sample
from mfdecode import Copybook, RecordFormat
from mfdecode.options import DecodeOptions

RECORDS = 12_000


@pytest.fixture
def sample(tmp_path) -> Generated:
    return generate_sample(
        Copybook.from_file("config/copybooks/customer.cpy").layout(),
        tmp_path / "customer.dat",
        records=RECORDS,
        seed=3,
        bad=0.005,
        duplicates=0.01,
        options=DecodeOptions(),
        record_format=RecordFormat.F,
    )


def run(folder: Path, *options: str, code: int) -> dict:
    settings = {
        "input.path": folder / "customer.dat",
        "target.database": folder / "customer.duckdb",
        "rejects.file": folder / "customer.rej",
        "runs": folder / "runs",
    }
    overrides = [argument for key, value in settings.items() for argument in ("--set", f"{key}={value}")]
    report = folder / "report.json"
    result = CliRunner().invoke(app, ["run", "config/customer.yaml", *overrides, "--report", str(report), *options])
    assert result.exit_code == code, result.output
    return json.loads(report.read_text())


def test_every_record_is_accounted_for(sample, tmp_path):
    report = run(tmp_path, code=4)
    damaged = sum(sample.damaged.values())
    assert report["counts"] == {
        "read": RECORDS,
        "valid": RECORDS - damaged,
        "rejected": damaged,
        "staged": RECORDS - damaged,
    }
    codes = {(reason["field"], reason["code"]): reason["findings"] for reason in report["reasons"]}
    assert codes == {
        ("MONTH-CREDIT(3)", "BAD_DIGIT"): sample.damaged["packed-digit"],
        ("MONTH-CREDIT(3)", "BAD_SIGN"): sample.damaged["packed-sign"],
        ("ACCT-OVERDRAFT", "BAD_DIGIT"): sample.damaged["zoned-digit"],
        ("ACCT-OPEN-DATE", "DATE"): sample.damaged["date"],
        ("ACCT-TXN-COUNT", "OVERFLOW"): sample.damaged["binary-overflow"],
        ("ACCT-STATUS", "ALLOWED"): sample.damaged["status"],
    }
    assert sum(report["merge"].values()) == RECORDS - damaged
    assert report["merge"]["inserted"] + report["merge"]["superseded"] == RECORDS - damaged
    assert 0 < report["merge"]["superseded"] <= sample.repeated
    assert all(control["source"] == control["staging"] for control in report["controls"])
    assert (tmp_path / "customer.rej").stat().st_size == damaged * 202


def test_the_final_table_has_the_transformed_columns(sample, tmp_path):
    run(tmp_path, code=4)
    with duckdb.connect(str(tmp_path / "customer.duckdb"), read_only=True) as connection:
        assert connection.execute(
            "SELECT bool_and(CUST_SSN LIKE '*****____'), bool_and(ACCT_TYPE IN ('CHECKING', 'SAVINGS', 'LOAN')), "
            "bool_and(SOURCE_SYSTEM = 'MAINFRAME'), min(CUST_DOB) >= DATE '1940-01-01', max(ACCT_TRANSACTIONS) > 0, "
            "count(*) = count(DISTINCT CUST_ID) FROM CUSTOMER"
        ).fetchall() == [(True, True, True, True, True, True)]


def test_the_last_record_of_each_key_is_the_one_in_the_final_table(sample, tmp_path):
    run(tmp_path, code=4)
    with duckdb.connect(str(tmp_path / "customer.duckdb"), read_only=True) as connection:
        wrong = connection.execute(
            "SELECT count(*) FROM STG_CUSTOMER s JOIN CUSTOMER f USING (CUST_ID) WHERE s.RECORD_NO = "
            "(SELECT max(RECORD_NO) FROM STG_CUSTOMER l WHERE l.CUST_ID = s.CUST_ID) "
            "AND s.ACCT_BALANCE <> f.ACCT_BALANCE"
        ).fetchall()
    assert wrong == [(0,)]


def test_the_same_file_again_changes_nothing(sample, tmp_path):
    first = run(tmp_path, code=4)
    second = run(tmp_path, "--force", code=4)
    assert second["merge"]["unchanged"] == first["merge"]["inserted"]
    assert (second["merge"]["inserted"], second["merge"]["updated"]) == (0, 0)


def test_more_rejects_than_are_borne_stop_before_the_merge(sample, tmp_path):
    report = run(tmp_path, "--set", "rejects.percent=0.1", code=8)
    assert "rejects.percent is 0.1; nothing was merged" in report["message"]
    assert report["merge"] is None


def test_a_target_that_discards_gives_the_same_counts(sample, tmp_path):
    report = run(tmp_path, "--target", "discard", code=4)
    assert report["counts"]["rejected"] == sum(sample.damaged.values())
    assert report["merge"] is None
    assert all(identity["left"] == identity["right"] for identity in report["identities"])
