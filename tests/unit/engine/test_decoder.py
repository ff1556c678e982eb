"""The library, as its users call it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from mfdecode import (
    CodepageError,
    Copybook,
    Decoder,
    LayoutError,
    NumbersPolicy,
    OneOf,
    Overpunch,
    Present,
    Selection,
    Status,
)
from mfdecode.memory import BatchMemory
from mfdecode.simd import AVAILABLE, VARIABLE

COPYBOOK = """
01 REC.
05 KIND PIC X.
05 BODY PIC X(6).
05 MONEY REDEFINES BODY.
   10 AMOUNT PIC S9(5)V99 COMP-3.
   10 RATE PIC 99.
05 T OCCURS 2.
   10 C PIC 9.
"""


def record(kind="M", body=b"\x12\x34\x56\x7d\xf1\xf2", table="12") -> bytes:
    return kind.encode("cp037") + body + table.encode("cp037")


@pytest.fixture(autouse=True, params=AVAILABLE)
def level(request, monkeypatch):
    monkeypatch.setenv(VARIABLE, request.param)
    return request.param


@pytest.fixture
def layout():
    return Copybook.from_text(COPYBOOK).layout()


def test_the_array_has_groups_tables_and_exact_integers(layout):
    batch = Decoder(layout).decode(record() + record())
    assert batch.array["MONEY"]["AMOUNT"].tolist() == [-1234567, -1234567]
    assert batch.array["T"]["C"].tolist() == [[1, 2], [1, 2]]
    assert batch.array["KIND"].tolist() == [b"M", b"M"]
    assert batch.status.shape == (2, len(layout.cells))
    assert not batch.status[:, 2:].any()


def test_an_alternative_without_a_rule_is_null_where_its_bytes_do_not_fit(layout):
    batch = Decoder(layout).decode(record(body="TEXT  ".encode("cp037")))
    assert batch.array["BODY"].tolist() == [b"TEXT"]
    assert [Status(s) for s in batch.status[0]] == [
        Status.OK, Status.OK, Status.UNFIT, Status.NULL, Status.OK, Status.OK,
    ]  # fmt: skip
    assert batch.array["MONEY"].tolist() == [(0, 0)]
    assert batch.errors() == []


def test_a_rule_makes_bad_bytes_an_error_and_other_records_absent(layout):
    rule = Selection(("MONEY",), OneOf("KIND", frozenset({"M"})))
    batch = Decoder(layout, selections=[rule]).decode(record(body=b"\xff" * 4 + b"\xf1\x00") + record("T"))
    assert [Status(s) for s in batch.status[0, 2:4]] == [Status.HIGH_VALUES, Status.BAD_SIGN]
    assert [Status(s) for s in batch.status[1, 2:4]] == [Status.ABSENT, Status.ABSENT]
    assert [(number, cell.field.name) for number, cell, _ in batch.errors()] == [(0, "AMOUNT"), (0, "RATE")]


def test_arrow_has_decimals_and_nulls(layout):
    table = Decoder(layout).decode(record() + record(body=b"\x00" * 6)).to_arrow()
    assert table.schema.names == ["KIND", "BODY", "AMOUNT", "RATE", "C_1", "C_2"]
    assert table.schema.field("AMOUNT").type == pa.decimal128(7, 2)
    assert table.column("AMOUNT").to_pylist() == [Decimal("-12345.67"), None]
    assert table.column("C_2").to_pylist() == [2, 2]


def test_a_buffer_that_is_no_whole_number_of_records_is_refused(layout):
    with pytest.raises(LayoutError, match="10 bytes are no whole number of records of 9 bytes"):
        Decoder(layout).decode(bytes(10))


def test_no_record_is_an_empty_batch(layout):
    batch = Decoder(layout).decode(b"")
    assert len(batch) == 0
    assert batch.to_arrow().num_rows == 0


def test_a_file_is_decoded_in_batches_up_to_a_limit(layout, tmp_path):
    path = tmp_path / "in.dat"
    path.write_bytes(b"".join(record(table=f"{i:02}") for i in range(25)))
    numbers = [b["T"]["C"] for batch in Decoder(layout).open(path, batch_size=10) for b in batch.array]
    assert [int(a) * 10 + int(b) for a, b in numbers] == list(range(25))
    assert [len(batch) for batch in Decoder(layout).open(path, batch_size=10, limit=12)] == [10, 2]
    assert [len(batch) for batch in Decoder(layout).open(path, batch_size=10, limit=99)] == [10, 10, 5]
    last = list(Decoder(layout).open(path, batch_size=10))[-1]
    assert last.record_offsets.tolist() == [180, 189, 198, 207, 216]
    assert last.raw.record(4) == record(table="24")


def test_longer_records_are_decoded_as_far_as_the_layout_goes(layout):
    batch = Decoder(layout, record_length=11).decode((record() + b"??") * 3)
    assert batch.array["T"]["C"].tolist() == [[1, 2]] * 3


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"codepage": "cp0"}, CodepageError, "not known"),
        ({"record_length": 8}, LayoutError, "records of 8 bytes are shorter than REC, which has 9"),
        (
            {"selections": [Selection(("X",), OneOf("KIND", frozenset("M")))]},
            LayoutError,
            "X is no REDEFINES alternative",
        ),
        ({"selections": [Selection(("MONEY",), OneOf("MONEY.RATE", frozenset("1")))]}, LayoutError, "part of it"),
        ({"selections": [Selection(("MONEY",), Present("T.C"))]}, LayoutError, "C cannot be part .* in a table"),
    ],
)
def test_what_does_not_fit_the_layout_is_refused(layout, options, error, words):
    with pytest.raises(error, match=words):
        Decoder(layout, **options)


def test_a_chunk_of_any_size_gives_the_same(layout):
    rows = b"".join(record(table=f"{i % 100:02}") for i in range(1000))
    whole = Decoder(layout).decode(rows)
    for chunk_size in (1, 9, 10, 4096):
        part = Decoder(layout, chunk_size=chunk_size).decode(rows)
        assert (part.array == whole.array).all()
        assert (part.status == whole.status).all()


def test_one_decoder_serves_many_threads(layout):
    decoder = Decoder(layout)
    blocks = [b"".join(record(table=f"{(i * 7 + j) % 100:02}") for j in range(2000)) for i in range(16)]
    wanted = [decoder.decode(block).array.tobytes() for block in blocks]
    start = threading.Barrier(4)

    def work(number: int) -> list[bytes]:
        start.wait()
        return [decoder.decode(block).array.tobytes() for block in blocks]

    with ThreadPoolExecutor(4) as pool:
        assert all(found == wanted for found in pool.map(work, range(4)))


def test_a_mainframe_number_of_every_kind_from_the_manuals():
    layout = Copybook.from_text(
        "01 R.\n05 A PIC S9(3) COMP-3.\n05 B PIC S9(3).\n05 C COMP-1.\n05 D PIC S9(4) COMP.\n"
        "05 E PIC S9(3) SIGN LEADING SEPARATE.\n05 F PIC Z,ZZ9.99-.\n05 G COMP-2.\n05 H PIC S9(19) COMP-3.\n"
    ).layout()
    raw = bytes.fromhex(
        "123D F1F2D3 C276A000 FFF6 60F0F4F2 F16BF2F3F44BF5F660 4110000000000000 1234567890123456789C".replace(" ", "")
    )
    [row] = Decoder(layout).decode(raw).array
    assert (row["A"], row["B"], row["D"], row["E"], row["F"]) == (-123, -123, -10, -42, -123456)
    assert (row["C"], row["G"]) == (-118.625, 1.0)
    assert row["H"].tolist() == (1234567890123456789, 0)
    assert layout.cells[5].field.scale == 2
    assert np.dtype(row["A"].dtype) == np.int16


@pytest.mark.parametrize(
    ("picture", "raw", "value", "status"),
    [
        ("S9(4) COMP", "270F", 9999, Status.OK),
        ("S9(4) COMP", "2710", 0, Status.OVERFLOW),
        ("S9(4) COMP", "D8F1", -9999, Status.OK),
        ("S9(4) COMP", "D8F0", 0, Status.OVERFLOW),
        ("S9(4) COMP", "4040", 0, Status.NULL),
        ("S9(4) COMP", "0000", 0, Status.OK),
        ("S9(4) COMP-5", "4040", 16448, Status.OK),
        ("9(4) COMP-5", "FFFF", 65535, Status.OK),
        ("9(18) COMP-5", "FFFFFFFFFFFFFFFF", 2**64 - 1, Status.OK),
        ("S9(4) COMP-3", "09999D", -9999, Status.OK),
        ("S9(4) COMP-3", "19999D", 0, Status.OVERFLOW),
        ("S9(3) COMP-3", "4040", 0, Status.NULL),
        ("S9(3) COMP-3", "0000", 0, Status.NULL),
        ("S9(3) COMP-3", "123A", 123, Status.OK),
        ("S9(3) COMP-3", "123B", -123, Status.OK),
        ("9(3) COMP-3", "123D", 0, Status.BAD_SIGN),
        ("S9(3) COMP-3", "1230", 0, Status.BAD_SIGN),
        ("S9(3)", "404040", 0, Status.NULL),
        ("S9(3)", "40F1F2", 0, Status.BAD_DIGIT),
        ("S9(3)", "F1F22A", 0, Status.BAD_SIGN),
        ("9(3) BLANK WHEN ZERO", "404040", 0, Status.OK),
        ("ZZZ", "404040", 0, Status.OK),
        ("ZZ9", "404040", 0, Status.NULL),
        ("ZZ9", "F140F2", 0, Status.BAD_DIGIT),
        ("Z9CR", "40F5C3D9", -5, Status.OK),
        ("Z9DB", "40F54040", 5, Status.OK),
        ("Z9DB", "40F5C440", 0, Status.BAD_SIGN),
    ],
)
def test_the_edges_of_each_encoding(picture, raw, value, status):
    batch = Decoder(Copybook.from_text(f"01 R.\n05 A PIC {picture}.\n").layout()).decode(bytes.fromhex(raw))
    assert (int(batch.array["A"][0]), Status(batch.status[0, 0])) == (value, status)


@pytest.mark.parametrize(("overpunch", "status"), [("lenient", Status.OK), ("strict", Status.BAD_SIGN)])
@pytest.mark.parametrize(("picture", "raw"), [("S9(3) COMP-3", "123A"), ("S9(3) COMP-3", "123B"), ("S9(3)", "F1F2E3")])
def test_strict_signs_are_c_d_and_f_alone(picture, raw, overpunch, status):
    layout = Copybook.from_text(f"01 R.\n05 A PIC {picture}.\n").layout()
    decoder = Decoder(layout, numbers=NumbersPolicy(overpunch=Overpunch(overpunch)))
    assert decoder.decode(bytes.fromhex(raw)).status[0, 0] == status


def test_a_memory_is_used_for_one_batch_after_the_other():
    """Of one layout or another, of as many records or fewer: each time it is seen as what is in it now."""
    decoders = [Decoder(Copybook.from_text(text).layout()) for text in (COPYBOOK, "01 R.\n05 A PIC X(4).\n05 B PIC 9.")]
    memory = BatchMemory(np.zeros(max(decoder.decoded_size(5) for decoder in decoders), np.uint8))
    records = [record("T", table=f"{n}{n}") for n in range(5)], ["ABC1".encode("cp037") + b"\xf5"] * 5
    for kind, count in ((0, 5), (0, 5), (0, 3), (1, 3), (0, 3), (1, 5)):
        data = b"".join(reversed(records[kind][:count]))
        fresh = decoders[kind].decode(data)
        used = decoders[kind].decode_frames(fresh.raw, memory)
        assert used.to_arrow() == fresh.to_arrow()
        assert np.array_equal(used.status, fresh.status)
        assert used.worst == tuple(int(column.status.max()) for column in used.columns)
