"""Whole runs over CardDemo: reconciled, and the amounts of two files agree."""

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from driver.cli import app


@pytest.fixture
def run(conformance, tmp_path, monkeypatch):
    """Run a job over a file of CardDemo and return its final table's rows by column names."""
    monkeypatch.chdir(tmp_path)

    def run(data: str, copybook: str, key: str, **job) -> list[dict]:
        name = data.partition(".")[0].lower()
        folder = conformance / "carddemo"
        source = {"path": str(folder / data), "copybook": str(folder / copybook)} | job.pop("input", {})
        target = {"type": "duckdb", "database": f"{name}.duckdb", "staging": "STG", "final": "FIN", "key": [key]}
        document = {"job": name, "input": source, "target": target} | job
        (tmp_path / "job.yaml").write_text(yaml.safe_dump(document))
        result = CliRunner().invoke(app, ["run", "job.yaml", "--report", "report.json"])
        assert result.exit_code == 0, result.output
        with duckdb.connect(f"{name}.duckdb", read_only=True) as connection:
            assert connection.execute("SELECT STATE FROM MF_RUN").fetchall() == [("COMPLETED",)]
            rows = connection.execute("FROM FIN").fetchall()
            names = [column[0] for column in connection.description]
            return [dict(zip(names, row, strict=True)) for row in rows]

    return run


def test_the_amounts_of_the_daily_and_the_exported_transactions_agree(run):
    daily = run("DALYTRAN.PS", "CVTRA06Y.cpy", "DALYTRAN-ID", controls=[{"sum": "DALYTRAN-AMT"}])
    types = {"CUSTOMER": "C", "ACCOUNT": "A", "TRANSACTION": "T", "CARD-XREF": "X", "CARD": "D"}
    export = run(
        "EXPORT.DATA.PS",
        "CVEXPORT.cpy",
        "EXPORT-SEQUENCE-NUM",
        input={
            "redefines": {
                f"EXPORT-{name}-DATA": {"field": "EXPORT-REC-TYPE", "equals": code} for name, code in types.items()
            }
        },
        fields={"EXPORT-RECORD-DATA": {"drop": True}},
        controls=[{"sum": "EXP-TRAN-AMT"}],
    )
    assert len(daily) == 300
    assert len(export) == 500
    amounts = [row["EXP_TRAN_AMT"] for row in export if row["EXPORT_REC_TYPE"] == "T"]
    assert len(amounts) == 300
    assert all(row["EXP_TRAN_AMT"] is None for row in export if row["EXPORT_REC_TYPE"] != "T")
    assert sum(amounts) == sum(row["DALYTRAN_AMT"] for row in daily)
