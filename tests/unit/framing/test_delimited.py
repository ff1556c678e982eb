"""Lines of columns: found as by a slow reader, wherever batches and reads end."""

import csv
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mfdecode.errors import LayoutError
from mfdecode.framing import Delimited, Framing, RecordFormat, open_part, variable, whole_file
from mfdecode.framing.delimited import find_lines


def lines_of(path: Path, framing: Framing, batch_size: int) -> list[tuple[int, bytes]]:
    with open_part(whole_file(path, framing), framing, batch_size, 1 << 20) as frames:
        return [(raw.offset(i), raw.record(i)) for raw in frames for i in range(raw.records)]


def slowly(content: bytes) -> list[tuple[int, bytes]]:
    """One byte after the other."""
    lines, begin, quoted = [], 0, False
    for at, byte in enumerate(content):
        quoted ^= byte == ord('"')
        if byte == ord("\n") and not quoted:
            lines.append((begin, content[begin:at]))
            begin = at + 1
    if begin < len(content):
        lines.append((begin, content[begin:]))
    return [(start, line.removesuffix(b"\r")) for start, line in lines]


@settings(max_examples=60)
@given(content=st.text(alphabet='a,"\r\n', max_size=60), batch_size=st.integers(1, 5), read=st.integers(1, 9))
def test_lines_are_found_as_slowly(
    tmp_path_factory: pytest.TempPathFactory, content: str, batch_size: int, read: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "lines.csv"
    path.write_bytes(content.encode())
    framing = Framing(RecordFormat.CSV, 10, delimited=Delimited(header=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(variable, "_READ", read)
        assert lines_of(path, framing, batch_size) == slowly(content.encode())


@given(table=st.lists(st.lists(st.text(alphabet='a;"\n ', max_size=5), min_size=2, max_size=3), min_size=1, max_size=6))
def test_what_a_writer_quotes_is_one_line(table: list[list[str]]) -> None:
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(table)
    data = np.frombuffer(out.getvalue().encode(), np.uint8)
    starts, _, after = find_lines(data, '"', 100, last=False)
    assert (len(starts), after) == (len(table), len(data))


def test_the_heading_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b'"A\nB",C\r\n1,2\n3,4')
    framing = Framing(RecordFormat.CSV, 10)
    assert lines_of(path, framing, 1) == [(9, b"1,2"), (13, b"3,4")]
    with open_part(whole_file(path, framing), framing) as frames:
        assert [raw.heading for raw in frames] == [b'"A\nB",C']
        assert frames.again(9, 16) == [(9, b"1,2"), (13, b"3,4")]
        assert frames.record_at(13) == b"3,4"


@pytest.mark.parametrize("marks", [("", '"'), ("ab", '"'), (",", ","), ("\n", '"'), ("§", '"')])
def test_marks_are_two_characters_of_ascii(marks: tuple[str, str]) -> None:
    with pytest.raises(LayoutError, match="two different characters of ASCII"):
        Delimited(*marks)


def test_bytes_around_records_are_refused() -> None:
    with pytest.raises(LayoutError, match="a header line at most"):
        Framing(RecordFormat.CSV, 10, record_end=1)
