"""An array insert taken apart into rows: those that IBM's driver has sent by each of its ways."""

import pytest
from drda.arrays import halved_bytes, split
from drda.codepoints import FDODSC, FDODTA, SQLDTA
from drda.framing import content, ddm, objects

ONE_ROW = bytes.fromhex(
    "15 76 d0"  # a group of nullable fields
    "03 0004 3f 7fff 17 0008 0f 0902 21 000a 0b 0008"  # INTEGER, text in UTF-8, BIGINT, DECIMAL(9,2), DATE, DOUBLE
    "06 71 e4 d00001"
)
ROWS = [
    # of the row; then each after its own: ID, text with its length, BIGINT, DECIMAL, DATE, DOUBLE
    ("00 00 00000000", "SMITH", "00 0100000000000000 00 000000100c 00", "2024-02-29", "00 000000000000e03f"),
    ("00 00 01000000", "Ärger ß", "00 00000000000000c0 00 123456789d 00", "0001-01-01", "00 9c7500883ce437fe"),
    ("00 00 02000000", "Жуков €", "00 0000008000000000 00 000000005c 00", "9999-12-31", "00 0000000000000a40"),
    ("00 00 03000000", "𝄞 clef", "00 0000000000000000 00 000000000c 00", "1970-01-01", "00 0000000000000000"),
]
NULLS = bytes.fromhex("00 00 04000000 ff ff ff ff ff")


def row(key: str, text: str, numbers: str, day: str, rate: str) -> bytes:
    name = text.encode()
    return b"".join(
        (bytes.fromhex(key), b"\0", len(name).to_bytes(2, "big"), name, bytes.fromhex(numbers), day.encode())
    ) + bytes.fromhex(rate)


EXPECTED = [*(row(*values) for values in ROWS), NULLS]


@pytest.mark.parametrize("name", ["bind", "array", "executemany"])
def test_the_rows_of_an_array(arrays_of, name):
    parts = [split(sqldta) for sqldta in arrays_of(name)]
    assert [part.descriptor for part in parts] == [ONE_ROW] * len(parts)
    assert [row for part in parts for row in part.rows] == EXPECTED


@pytest.mark.parametrize("name", ["bind", "array"])
def test_a_whole_array_is_one_message(arrays_of, name):
    assert len(arrays_of(name)) == 1


def test_a_row_is_a_sqldta_of_its_own(arrays_of):
    (sqldta,) = arrays_of("bind")
    body = split(sqldta).sqldta(4)
    assert dict(objects(body)).keys() == {SQLDTA}
    assert dict(objects(content(body))) == {FDODSC: ONE_ROW, FDODTA: NULLS}


def test_a_field_of_an_unknown_type_is_refused():
    descriptor = bytes.fromhex("06 76 d0 fe 0004")
    with pytest.raises(ValueError, match="a field of type FE is not known"):
        split(ddm(FDODSC, descriptor) + ddm(FDODTA, b"\0"))


def test_derbys_lengths_of_bytes_are_halved_and_no_others():
    before = bytes.fromhex("0c 76 d0 29 0064 3f 0064 03 0004 06 71 e4 d00001")
    assert halved_bytes(before) == bytes.fromhex("0c 76 d0 29 0032 3f 0064 03 0004 06 71 e4 d00001")
