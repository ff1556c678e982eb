"""Level 66 of any copybook: the engine and the reference agree on them, and a range is the text of its bytes."""

from cells import cells_of, expected
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import records

from mfdecode import Copybook, Decoder, Trim
from mfdecode.layout import Encoding
from mfdecode.options import DecodeOptions

ITEMS = [
    "PIC X", "PIC X(20)", "PIC S9(5)", "PIC S9(7)V99 COMP-3", "PIC 9(9) COMP", "PIC S9(4) COMP-5", "COMP-1",
    "PIC ZZ9.99-", "PIC 9(4) BLANK WHEN ZERO", "PIC N(3) NATIONAL",
]  # fmt: skip


def elementary():
    return st.sampled_from(ITEMS)


@st.composite
def layouts_with_ranges(draw):
    """Elementary items, some of them two in a group, and names for some of their ranges."""
    lines, names = ["01 REC."], []
    for i in range(draw(st.integers(1, 5))):
        names.append(f"F-{i}")
        if draw(st.booleans()):
            lines += [f"05 F-{i}.", f"10 A-{i} {draw(elementary())}.", f"10 B-{i} {draw(elementary())}."]
        else:
            lines.append(f"05 F-{i} {draw(elementary())} {draw(st.sampled_from(['', 'OCCURS 2']))}.")
    for i in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(names) - 1))
        last = draw(st.integers(first, len(names) - 1))
        through = f" THRU {names[last]}" if last > first else ""
        lines.append(f"66 R-{i} RENAMES {names[first]}{through}.")
    return Copybook.from_text("\n".join(lines)).layout(renames=True)


@given(st.data())
@settings(max_examples=150)
def test_ranges(data):
    layout, options = data.draw(layouts_with_ranges()), DecodeOptions(trim=Trim.NONE)
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=3))
    batch = Decoder(layout, trim=Trim.NONE).decode(b"".join(rows))
    found = cells_of(batch)
    assert found == [expected(layout, row, options) for row in rows]
    for j, cell in enumerate(layout.cells):
        if cell.field.level == 66 and cell.field.encoding is Encoding.TEXT:
            for row, cells in zip(rows, found, strict=True):
                text = row[cell.offset : cell.offset + cell.field.length].decode("cp037")
                assert cells[j][0] == text.rstrip("\0")
