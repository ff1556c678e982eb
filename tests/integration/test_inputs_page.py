"""What docs/inputs.md shows works as it is printed, and its table has every key with its option."""

import gzip
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from driver.cli import app
from driver.config.framing_keys import FramingKeys

PAGE = Path("docs/inputs.md").read_text(encoding="utf-8")
COPYBOOK = "01 CUSTOMER.\n05 CUST-ID PIC 9(6).\n05 NAME PIC X(14).\n"
COMMANDS = re.findall(r"^    python -m driver (.*)$", PAGE, re.MULTILINE)
ROWS = dict(re.findall(r"^\| `(\w+)` +\| (.*?)\|", PAGE, re.MULTILINE))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    texts = [f"{n:06d}{'ANNA ADLER':<14}" for n in range(40)]
    records = [text.encode("cp037") for text in texts]
    varying = b"".join(len(r).to_bytes(2, "big") + b"\0\0" + r for r in records)
    (tmp_path / "customer.cpy").write_text(COPYBOOK)
    for name, content in {
        "unknown.dat": varying,
        "fixed.dat": b"".join(records),
        "header.dat": b"HEAD!" + b"".join(records),
        "varying.dat": varying,
        "varying.dat.gz": gzip.compress(varying[:100]) + gzip.compress(varying[100:]),
        "columns.csv": b"NAME;CUST-ID\n" + b"".join(b"ANNA ADLER;%d\n" % n for n in range(40)),
        "lines.txt": "\n".join(texts).encode(),
    }.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def help_of(command: str) -> str:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [command, "--help"]).output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_does_what_is_said(folder: Path, command: str) -> None:
    result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code == 0, result.output
    if command.startswith("decode"):
        assert len(result.stdout.splitlines()) == 40
        assert '{"CUST_ID":39,"NAME":"ANNA ADLER"}' in result.stdout
    else:
        assert "record_format: V\n  rdw_inclusive: false" in result.stdout


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 7


def test_the_table_has_every_key_and_its_option() -> None:
    shown = help_of("decode")
    assert set(ROWS) - {"V", "VB", "VBS", "D", "U", "CSV"} == set(FramingKeys.model_fields) | {"codepage"}
    for key in FramingKeys.model_fields:
        options = re.findall(r"`(--[\w-]+)`", ROWS[key])
        assert options[0] == f"--{key.replace('_', '-')}"
        assert all(option in shown for option in options), key
