"""Real files with expected values that this project did not write; they lie beside the repository."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from driver.cli import app

FOLDER = Path(__file__).parents[3] / "shared" / "conformance"


@pytest.fixture(scope="session")
def conformance() -> Path:
    if not FOLDER.is_dir():
        pytest.skip(f"the conformance files are not there: {FOLDER}")
    return FOLDER


@pytest.fixture
def decode(conformance) -> Callable[..., list[dict]]:
    """Run ``decode`` and read its JSON Lines, numbers exactly."""

    def decode(data: str, copybook: str, *options: str) -> list[dict]:
        result = CliRunner().invoke(
            app, ["decode", str(conformance / data), "--copybook", str(conformance / copybook), *options]
        )
        assert result.exit_code == 0, result.output
        return [json.loads(line, parse_float=Decimal) for line in result.stdout.split("\n") if line]

    return decode


@pytest.fixture
def expected(conformance) -> Callable[[str], list[dict]]:
    def expected(name: str) -> list[dict]:
        lines = (conformance / name).read_text(encoding="utf-8").splitlines()
        return [json.loads(line, parse_float=Decimal) for line in lines]

    return expected
