"""What a run writes, against what it reads and against each other."""

from pathlib import Path

import pytest

from driver.batch.outputs import check_outputs
from driver.config.model import Job
from driver.output.files import OutputError


def job_of(folder: Path, **outputs: str) -> Job:
    paths = {"database": "t.duckdb", "rejects": "r.rej", "log": "run.log"} | outputs
    return Job.model_validate(
        {
            "job": "j",
            "input": {"path": folder / "in.dat", "copybook": folder / "in.cpy"},
            "target": {"type": "duckdb", "database": folder / paths["database"], "staging": "S", "final": "F"}
            | {"key": ["A"]},
            "rejects": {"file": folder / paths["rejects"]},
            "runs": folder / "runs",
            "log": {"file": folder / paths["log"]},
        }
    )


@pytest.mark.parametrize("output", ["database", "rejects", "log"])
@pytest.mark.parametrize(
    ("kept", "role"), [("in.dat", "the input"), ("in.cpy", "the copybook"), ("job.yaml", "the job file")]
)
def test_no_output_is_something_that_is_read(tmp_path, output, kept, role):
    with pytest.raises(OutputError, match=f"is {role}, which would be lost"):
        check_outputs(job_of(tmp_path, **{output: kept}), "RUN", job_file=tmp_path / "job.yaml", report=None)


@pytest.mark.parametrize(
    ("outputs", "report", "words"),
    [
        ({"rejects": "same"}, "same", "--report .* is rejects.file, too"),
        ({"log": "same"}, "same", "--report .* is log.file, too"),
        ({"log": "t.duckdb"}, None, "log.file .* is target.database, too"),
        ({}, "in.dat", "--report .* is the input"),
        ({"rejects": "."}, None, "rejects.file .* cannot be written: it is a folder"),
        ({}, ".", "--report .* cannot be written: it is a folder"),
    ],
)
def test_no_output_is_another_one_or_impossible(tmp_path, outputs, report, words):
    with pytest.raises(OutputError, match=words):
        check_outputs(
            job_of(tmp_path, **outputs), "RUN", job_file=tmp_path / "job.yaml", report=report and tmp_path / report
        )


def test_outputs_that_go_together_are_left_alone(tmp_path):
    check_outputs(job_of(tmp_path), "RUN", job_file=tmp_path / "job.yaml", report=tmp_path / "out" / "report.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "runs"]
