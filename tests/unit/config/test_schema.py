"""The JSON Schema that editors check job files by."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from driver.cli import app

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(CliRunner().invoke(app, ["config", "schema"]).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("file", sorted(CONFIG.glob("*.yaml")), ids=lambda file: file.name)
def test_job_files_and_layers_are_valid_by_it(validator, file):
    validator.validate(yaml.safe_load(file.read_text()))


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"pipeline": {"writer": 2}}, "'writer' was unexpected"),
        ({"pipeline": {"chunk_size": "many"}}, "does not match"),
        ({"pipeline": {"writers": "two"}}, "'two' is not valid under any"),
        ({"inputs": {}}, "'inputs' was unexpected"),
    ],
)
def test_mistakes_are_none(validator, section, words):
    (error,) = validator.iter_errors({"job": "x", **section})
    assert words in error.message


@pytest.mark.parametrize("threads", [1, 64, "auto"])
def test_threads_are_a_number_or_auto(validator, threads):
    validator.validate({"job": "x", "pipeline": {"processors": threads, "writers": threads}})


def test_quantities_may_be_written_as_people_do(validator):
    validator.validate(
        {"job": "x", "pipeline": {"chunk_size": "64KiB", "shutdown_timeout": "5m", "memory_limit": 10**9}}
    )


def test_half_a_section_is_valid_in_a_layer(validator):
    validator.validate({"target": {"host": "db.example.com"}, "input": {"codepage": "cp500"}})
    validator.validate({"target": {"database": "out/x"}, "vault": {"timeout": 3}})


def test_an_element_of_a_list_is_whole(validator):
    (error,) = validator.iter_errors({"rules": [{"required": True}]})
    assert "'field' is a required property" in error.message


def test_editors_find_the_schema_that_the_model_has():
    written = (CONFIG / "job.schema.json").read_text()
    assert written == CliRunner().invoke(app, ["config", "schema"]).stdout, (
        "python -m driver config schema > config/job.schema.json"
    )


@pytest.mark.parametrize("file", sorted(CONFIG.glob("*.yaml")), ids=lambda file: file.name)
def test_every_file_says_where_its_schema_is(file):
    assert file.read_text().startswith("# yaml-language-server: $schema=job.schema.json\n")


@pytest.mark.parametrize("env", ["dev", "test", "prod"])
@pytest.mark.parametrize("job", ["customer.yaml", "db2.yaml"])
def test_the_files_are_valid_together(job, env, monkeypatch):
    monkeypatch.chdir(CONFIG.parent)
    result = CliRunner().invoke(app, ["config", "validate", f"config/{job}", "--env", env])
    assert result.exit_code == 0, result.output
    assert "are valid" in result.stdout
