"""The published JSON Schema of the report is the one that the report has."""

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from driver.batch.reporting.json_file import ReportError, as_json, json_schema, read_json
from driver.cli import app

PUBLISHED = Path("docs/report.schema.json")


def test_the_published_schema_is_that_of_the_report():
    shown = CliRunner().invoke(app, ["report", "--schema"]).stdout
    assert PUBLISHED.read_text() == shown, "python -m driver report --schema > docs/report.schema.json"


def test_every_property_of_the_report_is_described():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert all(property_.get("description") for property_ in schema["properties"].values())
    assert "Attributes:" not in json.dumps(schema)
    assert schema["$defs"]["StageFigures"]["properties"]["records"]["description"] == "that have gone through it."


def test_a_report_is_read_as_it_was_written(report, tmp_path):
    path = tmp_path / "report.json"
    path.write_bytes(as_json(report()))
    assert read_json(path) == report()
    jsonschema.validate(json.loads(path.read_bytes()), json_schema())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"schema_version": 2}, r"schema_version: Input should be 1"),
        ({"controls": [{"column": "A", "source": "1e3", "staging": "1"}]}, r"controls\.0\.source: String should match"),
        ({"counts": {}}, r"counts\.read: Field required"),
    ],
)
def test_another_form_is_told_and_not_valid(report, tmp_path, changed, words):
    path = tmp_path / "report.json"
    document = json.loads(as_json(report())) | changed
    path.write_text(json.dumps(document))
    with pytest.raises(ReportError, match=rf"{path}: no report that this version can read: {words}"):
        read_json(path)
    assert list(jsonschema.Draft202012Validator(json_schema()).iter_errors(document))


def test_what_is_no_document_is_told(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("{")
    with pytest.raises(ReportError, match="the document: Invalid JSON"):
        read_json(path)
