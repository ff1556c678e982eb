"""``sniff`` on the command line: what it proposes reads the file, as options and as YAML."""

import gzip
import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from driver.cli import app
from driver.cli.sniff import flags, options_of
from driver.config.framing_keys import FramingKeys
from driver.config.record_rules import framing_of
from mfdecode import Copybook
from mfdecode.framing import Endian, Framing, RecordFormat

COPYBOOK = "01 REC.\n05 REC-ID PIC 9(6).\n05 NAME PIC X(14).\n05 PAID PIC S9(5) COMP-3.\n"
RECORDS = [f"{n:06d}{'ANNA ADLER':<14}".encode("cp037") + bytes.fromhex(f"{n:05d}C") for n in range(60)]
V_FILE = b"TOP" + b"".join((len(r)).to_bytes(2, "big") + b"\0\0" + r for r in RECORDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rec.cpy").write_text(COPYBOOK)
    (tmp_path / "rec.dat.gz").write_bytes(gzip.compress(V_FILE))
    return tmp_path


def call(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_proposed_options_read_the_file(folder: Path) -> None:
    file, copybook = folder / "rec.dat.gz", folder / "rec.cpy"
    out = call("sniff", file, "--copybook", copybook)
    assert out.startswith(f"{file}: {file.stat().st_size:,} bytes, compressed (gzip)\n")
    assert "The first is likely." in out
    command = next(line for line in out.splitlines() if line.startswith("python -m driver decode"))
    lines = call(*shlex.split(command)[3:]).splitlines()
    assert len(lines) == 60
    assert lines[-1] == '{"REC_ID":59,"NAME":"ANNA ADLER","PAID":59}'
    given = yaml.safe_load(out[out.index("input:") : out.index("\n\n", out.index("input:"))])["input"]
    assert given == {
        "path": str(file),
        "copybook": str(copybook),
        "codepage": "cp037",
        "record_format": "V",
        "rdw_inclusive": False,
        "header_bytes": 3,
    }
    assert re.search(r"1 +34 +REC_ID +F0F0F0F0F0F1 +1 *\n", out)


def test_without_a_copybook_the_bytes_are_shown(folder: Path) -> None:
    out = call("sniff", folder / "rec.dat.gz")
    assert "record_format: V" in out
    assert re.search(r"0 +7 +F0F0F0F0F0F0.* 000000ANNA ADLER", out)


def test_a_sample_is_said_to_be_one(folder: Path) -> None:
    (folder / "rec.dat").write_bytes(b"".join(RECORDS))
    out = call("sniff", folder / "rec.dat", "--copybook", folder / "rec.cpy", "--sample-mb", 0.001)
    assert "; the first 1,048 of 1,380 bytes were looked at" in out
    assert "record_format: F\n" in out


def test_nothing_fits_an_empty_file(folder: Path) -> None:
    (folder / "rec.dat").write_bytes(b"")
    assert "no record format fits" in call("sniff", folder / "rec.dat")


def test_every_framing_is_told_by_its_options() -> None:
    layout = Copybook.from_text(COPYBOOK).layout()
    for framing in (
        Framing(RecordFormat.F, 30, header_bytes=5, trailer_bytes=2),
        Framing(RecordFormat.VBS, 23, rdw_endian=Endian.LITTLE, bdw_endian=Endian.LITTLE, bdw_inclusive=False),
    ):
        options = options_of(framing, "cp500", 23)
        assert options.pop("codepage") == "cp500"
        assert framing_of(FramingKeys.model_validate(options), layout) == framing
    assert flags({"rdw_inclusive": False, "rdw_endian": "little"}) == "--rdw-exclusive --rdw-endian little"
