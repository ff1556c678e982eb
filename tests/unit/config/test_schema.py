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


@pytest.mark.parametrize("name", ["customer.yaml", "db2.yaml"])
def test_job_files_are_valid_by_it(validator, name):
    validator.validate(yaml.safe_load((CONFIG / name).read_text()))


@pytest.mark.parametrize("name", ["base.yaml", "dev.yaml", "test.yaml", "prod.yaml"])
def test_layers_are_valid_but_for_the_job_s_name(validator, name):
    validator.validate({"job": "x", **yaml.safe_load((CONFIG / name).read_text())})


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
