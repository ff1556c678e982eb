"""What README shows works as it is printed."""

import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from driver.cli import app
from driver.generate.sample import generate_sample
from mfdecode import Copybook, RecordFormat
from mfdecode.options import DecodeOptions

README = Path("README.md").read_text(encoding="utf-8")


def test_the_library_example_runs(tmp_path, monkeypatch, capsys):
    shutil.copytree("config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    generate_sample(
        Copybook.from_file("config/copybooks/customer.cpy").layout(),
        Path("data/customer.dat"),
        records=100,
        seed=1,
        bad=0,
        duplicates=0,
        options=DecodeOptions(),
        record_format=RecordFormat.F,
    )
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - it is our own
    assert "ACCT_BALANCE: decimal128(11, 2)" in capsys.readouterr().out


def test_every_command_that_it_names_is_there_with_its_options():
    commands = re.findall(r"^    python -m driver (\w+)(.*)$", README, re.MULTILINE)
    assert {name for name, _ in commands} == {
        "run",
        "status",
        "resume",
        "report",
        "reconcile",
        "abandon",
        "decode",
        "layout",
        "encode",
        "sniff",
        "split",
        "generate",
        "config",
    }
    for name, rest in commands:
        shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, [name, "--help"]).output
        for option in re.findall(r"(--[\w-]+)", rest):
            assert option in shown, (name, option)
