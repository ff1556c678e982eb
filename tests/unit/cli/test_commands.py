"""The sub-commands, as an operator calls them."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from driver.cli import app

COPYBOOK = """\
       01  REC-1.
           05  REC-ID  PIC 9(3).
           05  NAMES OCCURS 2.
             10  N PIC X(2).
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "rec.cpy").write_text(COPYBOOK)
    (tmp_path / "rec.dat").write_bytes("001AABB002CCDD".encode("cp037"))
    return tmp_path


def call(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def driver(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "driver", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )


def test_decode_writes_json_lines_to_standard_output(folder):
    out = call("decode", folder / "rec.dat", "--copybook", folder / "rec.cpy", "--limit", 1)
    assert out == '{"REC_ID":1,"NAMES":[{"N":"AA"},{"N":"BB"}]}\n'


def test_decode_writes_a_file_of_another_format(folder):
    out = folder / "rec.parquet"
    call("decode", folder / "rec.dat", "--copybook", folder / "rec.cpy", "--format", "parquet", "-o", out)
    assert duckdb.sql(f"SELECT * FROM '{out}'").fetchall() == [(1, "AA", "BB"), (2, "CC", "DD")]


@pytest.mark.parametrize("format_", ["jsonl", "csv", "parquet", "arrow"])
def test_a_file_that_breaks_off_leaves_the_output_as_it_was(folder, format_):
    (folder / "rec.dat").write_bytes("001AABB002".encode("cp037"))
    out = folder / "out"
    out.write_text("old")
    result = driver("decode", folder / "rec.dat", "--copybook", folder / "rec.cpy", "--format", format_, "-o", out)
    assert result.returncode == 12
    assert re.fullmatch(r".*rec\.dat: record 1 at byte 7: the file ends .*\n", result.stderr)
    assert out.read_text() == "old"
    assert sorted(os.listdir(folder)) == ["out", "rec.cpy", "rec.dat"]


@pytest.mark.parametrize("format_", ["jsonl", "csv", "parquet", "arrow"])
def test_a_full_disk_is_one_message(folder, format_):
    result = driver(
        "decode", folder / "rec.dat", "--copybook", folder / "rec.cpy", "--format", format_, "-o", "/dev/full"
    )
    assert (result.returncode, result.stderr) == (16, "/dev/full: No space left on device\n")


def test_an_empty_file_is_refused_as_by_run(folder):
    (folder / "rec.dat").write_bytes(b"")
    out = call("decode", folder / "rec.dat", "--copybook", folder / "rec.cpy", code=12)
    assert out == f"{folder / 'rec.dat'}: the file is empty; was it transferred?\n"


@pytest.mark.parametrize("format_", ["csv", "parquet", "arrow"])
def test_a_table_needs_a_column(folder, format_):
    (folder / "rec.cpy").write_text("01 REC.\n05 FILLER PIC X(7).\n")
    arguments = ["decode", folder / "rec.dat", "--copybook", folder / "rec.cpy", "--format"]
    assert "nothing but FILLER" in call(*arguments, format_, "-o", folder / "out", code=12)
    assert call(*arguments, "jsonl") == "{}\n{}\n"


@pytest.mark.parametrize(
    ("arguments", "kept", "role"),
    [
        (["decode", "rec.dat", "--copybook", "rec.cpy", "-o", "rec.dat"], "rec.dat", "the input"),
        (["decode", "rec.dat", "--copybook", "rec.cpy", "-o", "../{0}/rec.cpy"], "rec.cpy", "the copybook"),
        (["generate", "rec.cpy", "-o", "rec.cpy"], "rec.cpy", "the copybook"),
    ],
)
def test_what_is_read_is_never_written_over(folder, monkeypatch, arguments, kept, role):
    monkeypatch.chdir(folder)
    before = (folder / kept).read_bytes()
    out = call(*(argument.format(folder.name) for argument in arguments), code=12)
    assert f"is {role}, which would be lost: give another file" in out
    assert (folder / kept).read_bytes() == before


def test_split_writes_pieces_and_names_them(folder):
    (folder / "rec.dat").write_bytes("001AABB002CCDD003EEFF".encode("cp037"))
    arguments = ["split", folder / "rec.dat", "--copybook", folder / "rec.cpy", "-o", folder / "out"]
    out = call(*arguments, "--chunk-size-gb", 15 / 1024**3)
    pieces = [folder / "out" / f"rec.part000{n}.dat" for n in range(2)]
    assert out.splitlines() == [f"{pieces[0]}: 2 records, 14 bytes", f"{pieces[1]}: 1 records, 7 bytes"]
    assert b"".join(piece.read_bytes() for piece in pieces) == (folder / "rec.dat").read_bytes()
    assert call(*arguments, "--quiet") == ""
    assert (folder / "out" / "rec.part0000.dat").read_bytes() == (folder / "rec.dat").read_bytes()
    assert not pieces[1].exists()


def test_layout_shows_a_table(folder):
    lines = [line.split() for line in call("layout", folder / "rec.cpy").splitlines()]
    assert lines[0] == ["REC-1:", "7", "bytes"]
    assert lines[1] == ["level", "name", "offset", "length", "picture", "usage", "digits", "scale", "dtype", "notes"]
    assert lines[2] == ["01", "REC-1", "0", "7"]
    assert lines[3] == ["05", "REC-ID", "0", "3", "9(3)", "DISPLAY", "3", "0", "i2"]
    assert lines[4] == ["05", "NAMES", "3", "2", "occurs", "2"]
    assert lines[5] == ["10", "N", "3", "2", "X(2)", "DISPLAY", "S2"]


def test_layout_shows_conditions_and_ranges(folder):
    (folder / "rec.cpy").write_text(
        "01 REC.\n88 NONE VALUE SPACES.\n05 A PIC X.\n88 SOME-A VALUES 'A' 'C' THRU 'E'.\n05 B PIC X.\n"
        "66 Q-1 RENAMES A THRU B.\n66 Q-2 RENAMES B.\n"
    )
    lines = [line.rstrip() for line in call("layout", folder / "rec.cpy").splitlines()[2:]]
    assert [line.split() for line in lines] == [
        ["01", "REC", "0", "2"],
        ["88", "NONE", "value", "SPACES"],
        ["05", "A", "0", "1", "X", "DISPLAY", "S1"],
        ["88", "SOME-A", "value", "'A',", "'C'", "thru", "'E'"],
        ["05", "B", "1", "1", "X", "DISPLAY", "S1"],
        ["66", "Q-1", "0", "2", "renames", "A", "thru", "B"],
        ["66", "Q-2", "1", "1", "renames", "B"],
    ]
    fields = json.loads(call("layout", folder / "rec.cpy", "--format", "json"))["fields"]
    assert [(row["level"], row["path"], row["length"]) for row in fields[2:6]] == [
        (5, ["A"], 1),
        (88, ["A", "SOME_A"], None),
        (5, ["B"], 1),
        (66, ["Q_1"], 2),
    ]


def test_ranges_are_fields_on_request(folder):
    (folder / "rec.cpy").write_text("01 REC.\n05 A PIC X.\n05 B PIC 9.\n66 Q-1 RENAMES A THRU B.\n66 Q-2 RENAMES B.\n")
    (folder / "rec.dat").write_bytes("X7".encode("cp037"))
    fields = json.loads(call("layout", folder / "rec.cpy", "--renames", "--format", "json"))["fields"]
    assert [(row["name"], row["dtype"], row["notes"]) for row in fields[3:]] == [
        ("Q-1", "S2", "renames A thru B"),
        ("Q-2", "i2", "renames B"),
    ]
    out = call("decode", folder / "rec.dat", "--copybook", folder / "rec.cpy", "--renames")
    assert json.loads(out) == {"A": "X", "B": 7, "Q_1": "X7", "Q_2": 7}


def test_a_record_of_one_item_is_one_row(folder):
    (folder / "rec.cpy").write_text("77 REC PIC X.\n88 YES VALUE 'Y'.\n")
    lines = [line.split() for line in call("layout", folder / "rec.cpy").splitlines()[2:]]
    assert lines == [["77", "REC", "0", "1", "X", "DISPLAY", "S1"], ["88", "YES", "value", "'Y'"]]


def test_layout_as_json_has_the_same(folder):
    document = json.loads(call("layout", folder / "rec.cpy", "--format", "json"))
    assert (document["record"], document["length"]) == ("REC-1", 7)
    assert [(field["name"], field["offset"], field["dtype"]) for field in document["fields"]] == [
        ("REC-1", 0, None),
        ("REC-ID", 0, "i2"),
        ("NAMES", 3, None),
        ("N", 3, "S2"),
    ]


@pytest.mark.parametrize(("format_", "type_"), [("ddl-duckdb", "VARCHAR"), ("ddl-db2", "VARCHAR(4)")])
def test_layout_as_ddl(folder, format_, type_):
    ddl = call("layout", folder / "rec.cpy", "--format", format_, "--key", "REC-ID")
    assert ddl.startswith('CREATE TABLE "REC_1" (\n    "REC_ID" SMALLINT NOT NULL,\n')
    assert f'    "N_2" {type_},\n' in ddl
    assert 'PRIMARY KEY ("REC_ID")' in ddl


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["layout", "none.cpy"], "none.cpy: No such file or directory"),
        (["layout", "rec.dat"], "rec.dat:1:"),
        (["decode", "none.dat", "--copybook", "rec.cpy"], "none.dat: No such file or directory"),
        (["decode", ".", "--copybook", "rec.cpy"], "Is a directory"),
        (["decode", "rec.dat", "--copybook", "rec.cpy", "--codepage", "cp9"], "code page 'cp9' is not known"),
        (["decode", "rec.dat", "--copybook", "rec.cpy", "--record-length", "5"], "shorter than REC-1"),
        (
            ["decode", "rec.dat", "--copybook", "rec.cpy", "--record-length", "8"],
            "record 1 at byte 8: the file ends 6 bytes",
        ),
        (["decode", "rec.dat", "--copybook", "rec.cpy", "--record-format", "V"], "is no record descriptor word"),
        (["split", "none.dat", "--copybook", "rec.cpy", "-o", "out"], "none.dat: No such file or directory"),
        (
            ["split", "rec.dat", "--copybook", "rec.cpy", "-o", "out", "--record-length", "8"],
            "record 1 at byte 8: the file ends 6 bytes",
        ),
        (["decode", "rec.dat", "--copybook", "rec.cpy", "--select", "X"], "write ALTERNATIVE:FIELD=VALUE"),
        (
            ["decode", "rec.dat", "--copybook", "rec.cpy", "--select", "NAMES:REC-ID=1"],
            "NAMES is no REDEFINES alternative",
        ),
        (["config", "show", "none.yaml"], "none.yaml: the configuration cannot be read"),
        (["run", "none.yaml"], "none.yaml: the configuration cannot be read"),
    ],
)
def test_a_mistake_is_one_message_and_exit_code_12(folder, monkeypatch, arguments, words):
    monkeypatch.chdir(folder)
    assert words in call(*arguments, code=12)


def test_the_process_leaves_with_the_same_codes(folder):
    wrong = driver("layout", folder / "none.cpy")
    assert (wrong.returncode, wrong.stdout) == (12, "")
    assert wrong.stderr == f"{folder / 'none.cpy'}: No such file or directory\n"
    unknown = driver("decode", "--no-such-option")
    assert unknown.returncode == 12
    assert "No such option" in unknown.stderr


def test_a_reader_that_has_enough_is_no_error(folder):
    (folder / "rec.dat").write_bytes("001AABB".encode("cp037") * 50_000)
    command = f"{sys.executable} -m driver decode {folder}/rec.dat --copybook {folder}/rec.cpy | head -n 1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, check=True)  # noqa: S602
    assert result.stdout == '{"REC_ID":1,"NAMES":[{"N":"AA"},{"N":"BB"}]}\n'
    assert result.stderr == ""


def test_config_shows_values_with_their_origins(monkeypatch):
    monkeypatch.setenv("MFDECODE_PIPELINE__WRITERS", "7")
    document = json.loads(call("config", "show", "config/customer.yaml", "--format", "json"))
    assert document["pipeline.writers"] == {"value": "7", "origin": "MFDECODE_PIPELINE__WRITERS"}
    assert document["job"] == {"value": "customer-load", "origin": "config/customer.yaml:3"}
    assert "for development only" not in str(document)
    assert "are valid" in call("config", "validate", "config/customer.yaml")
    assert "customer-load" in call("config", "show", "config/customer.yaml")


@pytest.mark.parametrize(
    "command", [[], ["run"], ["decode"], ["layout"], ["split"], ["generate"], ["config"], ["config", "show"]]
)
def test_every_command_has_its_help(command):
    assert "Usage" in call(*command, "--help")


def rdw(data: bytes) -> bytes:
    return (len(data) + 4).to_bytes(2, "big") + b"\0\0" + data


def test_decode_goes_on_behind_a_broken_rdw_and_says_so(folder):
    first, *others = ("001AABB", "002CCDD", "003EEFF", "004GGHH", "005IIJJ")
    content = rdw(first.encode("cp037")) + b"\xff\xff" + b"".join(rdw(r.encode("cp037")) for r in others)
    (folder / "rec.dat").write_bytes(content)
    options = ("decode", folder / "rec.dat", "--copybook", folder / "rec.cpy", "--record-format", "V")
    assert "record 1 at byte 11: FF FF 00 0B is no record descriptor word" in call(*options, code=12)
    result = CliRunner().invoke(app, [*map(str, options), "--on-broken-rdw", "resync", "--errors"])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["REC_ID"] for line in lines] == [1, None, 2, 3, 4, 5]
    assert lines[1]["_errors"] == [{"field": "", "code": "BROKEN_RDW", "raw": "FFFF"}]
    assert "record 1 at byte 11: BROKEN_RDW: 2 bytes lie before the next plausible record" in result.stderr


def test_decode_takes_every_option_of_a_framing(folder):
    records = b"".join(b"<" + text.encode("cp037") + b">>" for text in ("001AABB", "002CCDD"))
    (folder / "rec.dat").write_bytes(b"HEAD" + records + b"T")
    around = ("--header-bytes", 4, "--trailer-bytes", 1, "--record-start", 1, "--record-end", 2, "--limit", 1)
    options = ("decode", folder / "rec.dat", "--copybook", folder / "rec.cpy", *around)
    wanted = '{"REC_ID":1,"NAMES":[{"N":"AA"},{"N":"BB"}]}\n'
    assert call(*options, "--record-format", "FB", "--block-size", 20) == wanted
    assert "no whole number of records" in call(*options, "--record-format", "FB", "--block-size", 21, code=12)
    (folder / "rules.yaml").write_text("length: REC-ID + 6\n")
    assert call(*options, "--record-format", "U", "--record-rules", folder / "rules.yaml") == wanted
    (folder / "rules.yaml").write_text("map: {field: REC-ID, lengths: {1: 7}, defalt: 7}\n")
    out = call(*options, "--record-format", "U", "--record-rules", folder / "rules.yaml", code=12)
    assert "rules.yaml: map.defalt: there is no such key" in out
    assert "no field LEN" in call(*options, "--record-format", "U", "--length-field", "LEN", code=12)


def test_who_has_the_key_reads_what_was_encrypted(folder):
    key = base64.b64encode(bytes(64)).decode()
    job = folder / "job.yaml"
    job.write_text(
        f"job: j\ninput: {{path: {folder}/rec.dat, copybook: {folder}/rec.cpy}}\nfields: {{REC-ID: {{pii: encrypt}}}}\n"
        f"target: {{type: duckdb, database: {folder}/t.duckdb, staging: S, final: F, key: [REC-ID]}}\n"
        f"secrets: {{pii_key: {key}}}\n"
    )
    call("run", job, "--quiet")
    hidden = [value for (value,) in duckdb.connect(folder / "t.duckdb").execute("SELECT REC_ID FROM F").fetchall()]
    result = CliRunner().invoke(app, ["reveal", str(job)], input="".join(f"{value}\n" for value in hidden))
    assert sorted(result.stdout.split()) == ["001", "002"]
    result = CliRunner().invoke(app, ["reveal", str(job)], input="AAAA\n")
    assert result.exit_code == 12
    assert "not encrypted by this key" in result.stderr


def test_decimal_point_is_comma(folder):
    (folder / "rec.cpy").write_text("01 REC.\n05 A PIC Z.ZZZ.ZZ9,99-.\n")
    (folder / "rec.dat").write_bytes("1.234.567,89-".encode("cp037"))
    rec = ("--copybook", folder / "rec.cpy", "--decimal-comma")
    assert call("decode", folder / "rec.dat", *rec) == '{"A":-1234567.89}\n'
    out = call("decode", folder / "rec.dat", *rec[:2], code=12)
    assert "PICTURE Z.ZZZ.ZZ9,99-: there is more than one decimal point" in out
