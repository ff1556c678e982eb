"""Jobs over generated files, by the command line, as a user runs them."""

import json
from pathlib import Path

import yaml
from workloads import Workload


def write_job(folder: Path, workload: Workload, records: int, target: dict[str, object]) -> Path:
    """A file of so many records, and the job that loads it."""
    workload.write(folder, records)
    return describe_job(folder, workload, target)


def describe_job(folder: Path, workload: Workload, target: dict[str, object]) -> Path:
    """The job alone: its file is there."""
    job = {
        "job": workload.name,
        "input": {"path": str(folder / f"{workload.name}.dat"), "copybook": str(folder / f"{workload.name}.cpy")},
        "target": target,
        "pipeline": {"memory_limit": "2GB"},  # what the process has already counts: here a benchmark, and its data
        "log": {"level": "warning"},
        "runs": str(folder / "runs"),
    }
    path = folder / f"{workload.name}.yaml"
    path.write_text(yaml.safe_dump(job))
    return path


def duckdb_target(folder: Path) -> dict[str, object]:
    """An embedded database, with the first field as key."""
    return {
        "type": "duckdb",
        "database": str(folder / "target.duckdb"),
        "staging": "STAGING",
        "final": "FINAL",
        "key": ["FIELD-000"],
    }


DISCARD: dict[str, object] = {"type": "discard"}


def check(report: Path, records: int, *, merged: bool) -> None:
    """See that a run has done its work: every record read, valid and, where there is a table, inserted.

    Raises:
        AssertionError: it has not.
    """
    found = json.loads(report.read_text())
    counts = found["counts"]
    assert counts["read"] == counts["valid"] == records, f"{report}: {counts}"
    assert all(identity["left"] == identity["right"] for identity in found["identities"]), f"{report}: {found}"
    if merged:
        assert found["merge"]["inserted"] == records, f"{report}: {found['merge']}"
