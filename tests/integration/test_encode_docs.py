"""What docs/encode.md shows works as it is printed."""

import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from driver.cli import app
from mfdecode import EncodeStatus

DOCS = Path("docs/encode.md").read_text(encoding="utf-8")


def test_the_examples_run(tmp_path, monkeypatch, capsys):
    shutil.copytree("config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    [example] = re.findall(r"<!-- example -->\n(.*?)<!-- /example -->", DOCS, re.DOTALL)
    for line in example.splitlines():
        result = CliRunner().invoke(app, line.split()[3:])
        assert result.exit_code == 0, result.output
        again = Path("out/again.dat")
        assert not again.exists() or again.read_bytes() == Path("out/customer.dat").read_bytes()
    [code] = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    exec(compile(code, "docs/encode.md", "exec"), {})  # noqa: S102 - it is our own
    assert capsys.readouterr().out == "True True\n"


def test_every_code_is_listed():
    assert set(EncodeStatus.__members__) - {"OK"} <= set(re.findall(r"\b[A-Z_]{4,}\b", DOCS))
