"""OCCURS DEPENDING ON: records as compilers write them, and as others fill them up."""

import pytest

from mfdecode import Copybook, Decoder, LayoutError, Status
from mfdecode.options import OdoLayout

ORDER = """
       01  ORDER-REC.
           05  LINES-N     PIC 9.
           05  LINE-ITEM   OCCURS 0 TO 2 DEPENDING ON LINES-N.
               10  ITEM    PIC X(2).
               10  TAGS-N  PIC 9(2) COMP.
               10  TAG     PIC X OCCURS 0 TO 3 DEPENDING ON TAGS-N.
           05  TOTAL       PIC 9(3).
"""
ABSENT, BAD_COUNT = Status.ABSENT, Status.BAD_COUNT


@pytest.fixture
def decoded(tmp_path):
    """A record of a V file: each cell's value, or why it has none."""

    def decoded(record: bytes, copybook: str = ORDER, **options) -> list[object]:
        path = tmp_path / "records.dat"
        path.write_bytes((len(record) + 4).to_bytes(2, "big") + b"\0\0" + record)
        (batch,) = Decoder(Copybook.from_text(copybook).layout(), record_format="V", **options).open(path)
        return [c.values[0].item() if c.status[0] == 0 else Status(c.status[0]) for c in batch.columns]

    return decoded


def line(item: str, tags: str) -> bytes:
    return item.encode("cp037") + len(tags).to_bytes(2, "big") + tags.encode("cp037")


def test_what_follows_a_table_begins_behind_its_last_occurrence(decoded):
    record = "2".encode("cp037") + line("A1", "xy") + line("B2", "") + "077".encode("cp037")
    assert decoded(record) == [2, b"A1", b"B2", 2, 0, b"x", b"y", ABSENT, ABSENT, ABSENT, ABSENT, 77]
    record = "1".encode("cp037") + line("A1", "xyz") + "078".encode("cp037")
    assert decoded(record) == [1, b"A1", ABSENT, 3, ABSENT, b"x", b"y", b"z", ABSENT, ABSENT, ABSENT, 78]
    assert decoded("0079".encode("cp037")) == [0, *[ABSENT] * 10, 79]


def test_slack_bytes_are_part_of_each_occurrence(decoded):
    copybook = (
        "01 R.\n05 N PIC 9(4) COMP.\n05 T OCCURS 0 TO 2 DEPENDING ON N.\n10 H PIC 9(4) COMP SYNC.\n"
        "10 U PIC X OCCURS 0 TO 1 DEPENDING ON N.\n05 F OCCURS 2.\n10 G PIC 9(4) COMP SYNC.\n"
        "10 V PIC X OCCURS 0 TO 1 DEPENDING ON N.\n05 Z PIC X.\n"
    )
    occurrence = b"\0\x07" + "U".encode("cp037") + b"\xff"  # the last byte is slack
    record = b"\0\x01" + occurrence * 3 + "Z".encode("cp037")
    assert decoded(record, copybook) == [1, 7, ABSENT, b"U", ABSENT, 7, 7, b"U", b"U", b"Z"]


def test_or_where_it_does_at_its_most(decoded):
    record = "1".encode("cp037") + line("A1", "xyz") + bytes(7) + "078".encode("cp037")
    assert decoded(record, odo_layout="maximum")[-1] == 78
    assert decoded(record)[-1] is Status.NULL


def test_a_counter_that_counts_nothing_leaves_nothing_behind_it(decoded):
    assert decoded("3A1".encode("cp037") + bytes(20)) == [BAD_COUNT, *[ABSENT] * 11]
    assert decoded("?A1".encode("cp037") + bytes(20)) == [Status.BAD_SIGN, *[ABSENT] * 11]
    record = "2".encode("cp037") + "A1".encode("cp037") + b"\0\x09" + bytes(20)
    assert decoded(record) == [2, b"A1", ABSENT, BAD_COUNT, *[ABSENT] * 8]


def test_a_record_that_ends_inside_is_cut_there(decoded):
    record = "2".encode("cp037") + line("A1", "xy") + "B".encode("cp037")
    assert decoded(record)[:3] == [2, b"A1", b"B"]
    assert decoded(record)[3:6] == [2, ABSENT, b"x"]
    assert decoded(record + "2".encode("cp037") + b"\0")[4] is Status.TRUNCATED


def test_fixed_records_are_at_their_longest_unless_it_is_said_otherwise():
    layout = Copybook.from_text(ORDER).layout()
    assert Decoder(layout).odo_layout is OdoLayout.MAXIMUM
    assert Decoder(layout, record_format="VB").odo_layout is OdoLayout.PACKED
    record = "0079".encode("cp037").ljust(layout.length, b"\x40")
    assert Decoder(layout, odo_layout="packed").decode(record).array["TOTAL"][0] == 79


TEXT = """
       01  R.
           05  SIZE-CODE  PIC X(3).
           05  PART       PIC X OCCURS 1 TO 9 DEPENDING ON SIZE-CODE.
           05  REST       PIC X(2).
"""
CODES = {"SIZE-CODE": {"S": 1, "XL": 4}}


@pytest.mark.parametrize("trim", ["right", "left", "both", "none"])
@pytest.mark.parametrize("codepage", ["cp037", "cp1140"])
def test_a_counter_may_be_text(decoded, trim, codepage):
    options = {"odo_counters": CODES, "trim": trim, "codepage": codepage}
    found = decoded("XL abcdYZ".encode(codepage), TEXT, **options)
    assert found[5:-1] == [ABSENT] * 5
    assert found[-1] in {b"YZ", "YZ"}
    assert decoded("M  abcdYZ".encode(codepage), TEXT, **options) == [BAD_COUNT, *[ABSENT] * 10]


@pytest.mark.parametrize(
    ("counters", "words"),
    [
        ({}, "SIZE-CODE is text, and a table depends on it: say in odo_counters what it counts"),
        ({"REST": {"A": 1}}, "REST is no text that a table depends on"),
        ({"SIZE-CODE": {"LARGE": 1}}, "SIZE-CODE has 3 characters, and its codes at most as many"),
        ({"NONE": {}}, "has no field NONE"),
    ],
)
def test_what_a_text_counts_is_to_be_said(counters, words):
    with pytest.raises(LayoutError, match=words):
        Decoder(Copybook.from_text(TEXT).layout(), odo_counters=counters)


def test_a_table_of_variable_size_in_a_redefines_is_not_packed():
    layout = Copybook.from_text(
        "01 R.\n05 N PIC 9.\n05 A PIC X(4).\n05 B REDEFINES A.\n10 C PIC X OCCURS 0 TO 4 DEPENDING ON N.\n"
    ).layout()
    Decoder(layout, odo_layout="maximum")
    with pytest.raises(LayoutError, match="B is of variable size and in a REDEFINES"):
        Decoder(layout, odo_layout="packed")
