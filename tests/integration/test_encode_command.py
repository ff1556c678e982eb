"""A file decoded to a table and encoded again is the same file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from driver.cli import app

CUSTOMER = Path("config/copybooks/customer.cpy").resolve()
COPYBOOK = """\
       01  REC.
           05  REC-ID   PIC 9(3).
           05  FILLER   PIC X(2).
           05  AMOUNT   PIC S9(3)V99 COMP-3.
           05  NAME     PIC X(4).
           05  N        PIC 9.
           05  T        PIC S9(4) COMP-5 OCCURS 0 TO 3 DEPENDING ON N.
"""
TABLES = ["jsonl", "csv", "parquet", "arrow"]


def call(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def copybook(tmp_path: Path) -> Path:
    path = tmp_path / "rec.cpy"
    path.write_text(COPYBOOK)
    return path


def record(number: int, *, filler: str = "  ", name: str = "AB", sign: str = "C") -> bytes:
    counted = number % 4
    head = f"{number:03}{filler}".encode("cp037") + bytes.fromhex(f"{number * 7:05}{sign}")
    table = b"".join((n - 1).to_bytes(2, "big", signed=True) for n in range(counted))
    return head + f"{name:4}{counted}".encode("cp037") + table


def in_format(record_format: str, records: list[bytes]) -> bytes:
    match record_format:
        case "V":
            return b"".join((len(r) + 4).to_bytes(2, "big") + b"\0\0" + r for r in records)
        case "VB":
            body = in_format("V", records)
            return (len(body) + 4).to_bytes(2, "big") + b"\0\0" + body
    return b"".join(r.ljust(19, b"\x40") for r in records)


@pytest.mark.parametrize("table", TABLES)
def test_the_sample_is_the_same_again(tmp_path: Path, table: str) -> None:
    sample, rows, again = tmp_path / "sample.dat", tmp_path / "rows", tmp_path / "again.dat"
    call("generate", CUSTOMER, "--records", 2_000, "--bad", 0, "-o", sample)
    of = ["--copybook", CUSTOMER, "--format", table, "-o"]
    call("decode", sample, *of, rows)
    call("encode", rows, *of, again)
    assert again.read_bytes() == sample.read_bytes()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("record_format", ["F", "V", "VB"])
def test_every_format_is_the_same_again(tmp_path: Path, copybook: Path, table: str, record_format: str) -> None:
    data, rows, again = tmp_path / "rec.dat", tmp_path / "rows", tmp_path / "again.dat"
    data.write_bytes(in_format(record_format, [record(n) for n in range(100)]))
    of = ["--copybook", copybook, "--record-format", record_format, "--format", table, "-o"]
    call("decode", data, *of, rows)
    call("encode", rows, *of, again)
    assert again.read_bytes() == data.read_bytes()


@pytest.mark.parametrize("table", TABLES)
def test_beside_the_original_damage_and_filler_stay(tmp_path: Path, copybook: Path, table: str) -> None:
    data, rows, again = tmp_path / "rec.dat", tmp_path / "rows", tmp_path / "again.dat"
    records = [record(1, filler="??"), record(2, sign="A"), record(3)[:5] + b"\xff" * 8, b"", record(4, name="")]
    data.write_bytes(in_format("V", records))
    of = ["--copybook", copybook, "--record-format", "V", "--format", table, "-o"]
    call("decode", data, *of, rows)
    call("encode", rows, "--like", data, *of, again)
    assert again.read_bytes() == data.read_bytes()
    call("encode", rows, "--like", again, *of, again, code=12)


def test_only_what_has_changed_is_written_anew(tmp_path: Path, copybook: Path) -> None:
    data, rows, again = tmp_path / "rec.dat", tmp_path / "rows", tmp_path / "again.dat"
    data.write_bytes(in_format("F", [record(1, filler="??", sign="A"), record(2, filler="!!", sign="F")]))
    of = ["--copybook", copybook, "-o"]
    call("decode", data, *of, rows)
    rows.write_text(rows.read_text().replace('"AB"', '"XYZ"', 1))
    call("encode", rows, "--like", data, *of, again)
    wanted = [record(1, filler="??", sign="A", name="XYZ"), record(2, filler="!!", sign="F")]
    assert again.read_bytes() == in_format("F", wanted)


def test_a_record_with_a_cell_that_does_not_fit_is_left_out_and_told(tmp_path: Path, copybook: Path) -> None:
    rows, again, errors = tmp_path / "rows.jsonl", tmp_path / "again.dat", tmp_path / "errors.jsonl"
    whole = {"REC_ID": 1, "AMOUNT": 0.07, "NAME": "AB", "N": 1, "T": [-1]}
    wrong = [
        ({"REC_ID": 1000}, "REC_ID", "TOO_LARGE"),
        ({"REC_ID": -1}, "REC_ID", "NEGATIVE"),
        ({"AMOUNT": 0.001}, "AMOUNT", "TOO_PRECISE"),
        ({"AMOUNT": "ten"}, "AMOUNT", "NOT_A_NUMBER"),
        ({"NAME": "SECRET"}, "NAME", "TOO_LONG"),
        ({"NAME": "S€"}, "NAME", "NOT_IN_CODEPAGE"),
        ({"T": [None]}, "T_1", "NULL"),
        ({"T": [1, 2]}, "T_2", "PAST_COUNT"),
        ({"N": 4}, "N", "BAD_COUNT"),
    ]
    lines = [whole, *(whole | change for change, _, _ in wrong), whole]
    rows.write_text("".join(json.dumps(line) + "\n" for line in lines))
    of = ["--copybook", copybook, "-o", again]
    out = call("encode", rows, *of, "--errors", errors, code=4)
    assert "9 of 11 records are not written" in out
    found = [json.loads(line) for line in errors.read_text().splitlines()]
    first = {f["record"]: (f["column"], f["code"]) for f in reversed(found)}
    assert first == {n: (column, code) for n, (_, column, code) in enumerate(wrong, 1)}
    assert again.read_bytes() == 2 * in_format("F", [record(1)])
    assert "SECRET" not in errors.read_text() + call("encode", rows, *of, code=4)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"REC_IDD": 1}', "line 1: REC has no REC_IDD; did you mean REC_ID?"),
        ("[1]", "line 1: REC is no object"),
        ('{"T": [1, 2, 3, 4]}', "line 1: T has 4 occurrences, and there is room for 3"),
        ('{"T": 1}', "line 1: T occurs, and is no array"),
        ('{"NAME": {}}', "line 1: NAME is neither a text nor a number"),
        ('{"NAME": "\\ud800"}', "line 1: this is no JSON, or not in UTF-8"),
        ('{"NAME": "\ud800"}', "line 1: this is no JSON, or not in UTF-8"),
    ],
)
def test_what_is_no_such_table_is_told(tmp_path: Path, copybook: Path, line: str, words: str) -> None:
    rows, out = tmp_path / "rows.jsonl", tmp_path / "out.dat"
    rows.write_bytes(line.encode("utf-8", "surrogatepass"))
    assert words in call("encode", rows, "--copybook", copybook, "-o", out, code=12)
    assert not out.exists()


@pytest.mark.parametrize("table", ["csv", "parquet", "arrow"])
def test_a_file_of_another_kind_is_told(tmp_path: Path, copybook: Path, table: str) -> None:
    rows, out = tmp_path / "rows", tmp_path / "out.dat"
    rows.write_bytes(b"NAME,N\n\xff\xfe,1,2\n")
    said = call("encode", rows, "--copybook", copybook, "--format", table, "-o", out, code=12)
    assert "or it is broken" in said
    assert not out.exists()
