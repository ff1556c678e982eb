"""``--copy-path``: where copied copybooks are."""

from pathlib import Path

import pytest

from driver.cli.layout import LayoutFormat, layout
from mfdecode.errors import CopybookError


def test_layout_finds_copied_fields(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "inner.cpy").write_text(" 05 B PIC X(3).\n")
    (tmp_path / "main.cpy").write_text("01 R.\n COPY INNER.\n")
    layout(tmp_path / "main.cpy", format_=LayoutFormat.JSON, copy_path=[tmp_path / "path"])
    assert '"length": 3' in capsys.readouterr().out
    with pytest.raises(CopybookError, match="COPY INNER: there is none"):
        layout(tmp_path / "main.cpy")
