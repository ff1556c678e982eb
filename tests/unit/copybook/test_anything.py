"""Whatever is given as a copybook ends as a layout or as one of our errors."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mfdecode import Copybook, MfdecodeError

WORDS = [
    "01", "05", "10", "66", "77", "88", "REC", "A", "B-1", "FILLER", "PIC", "PICTURE IS", "X(3)", "S9(5)V99", "9(5",
    "Z9.9-", "COMP-3", "USAGE", "BINARY", "COMP-1", "OCCURS", "3", "TIMES", "TO", "DEPENDING ON", "INDEXED BY",
    "REDEFINES", "VALUE", "'x'", '"', "ZERO", "SIGN LEADING", "SEPARATE", "SYNC", "RENAMES", "THRU", ".", ".", ".",
    "\n", "\n", ",", "*>", "\t", "é",
]  # fmt: skip


def read(text: str) -> None:
    try:
        book = Copybook.from_text(text)
        for record in book.records:
            layout = book.layout(record.name)
            assert all(cell.offset + cell.field.length <= layout.length for cell in layout.cells)
    except MfdecodeError:
        pass


@given(st.text(max_size=200))
@settings(max_examples=150)
def test_any_text(text):
    read(text)


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(["", "       ", "000100 "]))
@settings(max_examples=400)
def test_any_words(words, margin):
    read(margin + " ".join(words).replace("\n", "\n" + margin))
