"""Each feature of docs/features.md names a test, and each test that it names is there."""

import ast
import re
from pathlib import Path

import pytest

PAGE = Path("docs/features.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and line != "| feature | test |"]
TEST = re.compile(r"\| `(tests/[\w/]+\.py)::(\w+)` \|$")


@pytest.mark.parametrize("row", ROWS)
def test_a_feature_has_its_test(row: str) -> None:
    named = TEST.search(row)
    assert named is not None, "it names no test"
    path, name = named.groups()
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_there_are_features() -> None:
    assert len(ROWS) > 50
