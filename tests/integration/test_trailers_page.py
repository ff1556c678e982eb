"""The worked example of docs/trailers.md, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from driver.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "trailers.md"


def framed(text: str, packed: str) -> bytes:
    record = text.encode("cp037") + bytes.fromhex(packed)
    return (len(record) + 4).to_bytes(2, "big") + b"\x00\x00" + record


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(found)


PAYMENTS = [framed(f"P{n:06d}", f"{n * 1000:09d}C") for n in (1, 2, 3)]
TRAILER = framed("T20261125000003", f"{6000:011d}C")


@pytest.mark.parametrize("missing", [False, True])
def test_the_example_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, missing: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("payments.cpy").write_text(block("cobol"))
    Path("payments.yaml").write_text(block("yaml"))
    payments = [PAYMENTS[0], PAYMENTS[2]] if missing else PAYMENTS
    Path("payments.dat").write_bytes(b"".join([*payments, TRAILER]))
    monkeypatch.setattr("sys.argv", ["driver", "run", "payments.yaml", "--quiet", "--set", "log.file=run.log"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == (8 if missing else 0)
    assert capsys.readouterr().err == (block("text") if missing else "")
