"""The worked example of docs/record-types.md, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from driver.batch.exit_codes import ExitCode
from driver.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "record-types.md"


def framed(text: str, packed: str = "") -> bytes:
    record = text.encode("cp037") + bytes.fromhex(packed)
    return (len(record) + 4).to_bytes(2, "big") + b"\x00\x00" + record


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(found)


def test_the_example_does_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("orders.cpy").write_text(block("cobol"))
    Path("orders.yaml").write_text(block("yaml"))
    Path("orders.dat").write_bytes(
        framed("O000007ANNA      ")
        + framed("L001", "000001250C")
        + framed("O000008BERT      ")
        + framed("L001", "000000099C")
    )
    monkeypatch.setattr("sys.argv", ["driver", "run", "orders.yaml", "--quiet"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ExitCode.OK
    with duckdb.connect("orders.duckdb") as database:
        assert database.execute("SELECT ORDER_NO, CUSTOMER FROM ORDERS ORDER BY 1").fetchall() == [
            (7, "ANNA"),
            (8, "BERT"),
        ]
        lines = database.execute("SELECT ORDER_NO, LINE_NO, CAST(PRICE AS VARCHAR) FROM LINES ORDER BY 1").fetchall()
    assert lines == [(7, 1, "12.50"), (8, 1, "0.99")]
