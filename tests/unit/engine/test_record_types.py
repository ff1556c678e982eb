"""Records of several types in one file: each goes to the 01 level that its fields choose."""

import numpy as np
import pytest

from mfdecode import Copybook, Decoder, InRange, LayoutError, Not, OneOf, Present, RecordFormat
from mfdecode.framing import Framing, RawBatch
from mfdecode.memory import BatchMemory
from mfdecode.record_types import RecordType, RecordTypes

BOOK = Copybook.from_text(
    "01 HEAD. 05 KIND PIC X. 05 NAME PIC X(5). "
    "01 LINE. 05 KIND PIC X. 05 QTY PIC 9(2). 05 T PIC X OCCURS 2. "
    "01 REST. 05 ALL-OF-IT PIC X(6)."
)


def decoder(record: str, record_format: RecordFormat = RecordFormat.V) -> Decoder:
    layout = BOOK.layout(record)
    length = 6 if record_format is RecordFormat.F else layout.length
    return Decoder(layout, framing=Framing(record_format, length))


def kinds(record_format=RecordFormat.V, rest=False) -> RecordTypes:
    types = [
        RecordType("HEAD", decoder("HEAD", record_format), OneOf("KIND", frozenset("H"))),
        RecordType("LINE", decoder("LINE", record_format), OneOf("KIND", frozenset("HL"))),
    ]
    return RecordTypes([*types, RecordType("REST", decoder("REST", record_format))] if rest else types)


def batch(texts, stride=0, gaps=()) -> RawBatch:
    lengths = np.array([len(text) for text in texts], np.int64)
    data = np.frombuffer("".join(texts).encode("cp037"), np.uint8)
    return RawBatch(0, 0, 40, 100, 100 + len(data), len(texts), data, np.cumsum(lengths) - lengths, lengths, stride,
                    data, gaps)  # fmt: skip


MIXED = ["HONE", "L01AB", "?", "HTWO  ", "L02", "", "L03CDE"]


@pytest.mark.parametrize("given", [None, "dirty"])
def test_each_record_is_decoded_by_the_first_type_whose_condition_holds(given):
    types, raw = kinds(), batch(MIXED)
    memory = None if given is None else BatchMemory(np.full(types.decoded_size(raw.records), 0xAB, np.uint8))
    found = types.decode_frames(raw, memory)
    head, line = found.types
    assert (head.positions.tolist(), line.positions.tolist(), found.without.tolist()) == ([0, 3], [1, 4, 6], [2, 5])
    assert head.decoded.array["NAME"].tolist() == [b"ONE", b"TWO"]
    assert line.decoded.array["QTY"].tolist() == [1, 2, 3]
    assert line.decoded.array["T"].tolist() == [[b"A", b"B"], [b"", b""], [b"C", b"D"]]
    assert line.decoded.record_offsets.tolist() == [104, 116, 119]
    assert line.decoded.raw.record(2) == "L03CDE".encode("cp037")


def test_a_type_without_a_condition_takes_the_rest():
    found = kinds(rest=True).decode_frames(batch(MIXED))
    assert [records.positions.tolist() for records in found.types] == [[0, 3], [1, 4, 6], [2, 5]]
    assert found.types[2].decoded.array["ALL_OF_IT"].tolist() == [b"?", b""]
    assert not len(found.without)


def test_fixed_records_are_as_long_as_the_longest_layout():
    found = kinds(RecordFormat.F).decode_frames(batch(["HONE  ", "L01AB ", "L02CD "], stride=6))
    assert [records.positions.tolist() for records in found.types] == [[0], [1, 2]]
    assert found.types[1].decoded.array["QTY"].tolist() == [1, 2]


def test_a_gap_is_of_no_type_and_no_record_without_one():
    found = kinds(rest=True).decode_frames(batch(["HONE", "H???", "L01AB"], gaps=(1,)))
    assert [records.positions.tolist() for records in found.types] == [[0], [2], []]
    assert not len(found.without)


def test_the_only_type_without_a_condition_is_decoded_as_by_its_decoder():
    types, raw = RecordTypes([RecordType("REST", decoder("REST"))]), batch(MIXED)
    (rest,) = types.decode_frames(raw).types
    alone = decoder("REST").decode_frames(raw)
    assert rest.positions.tolist() == list(range(7))
    assert (rest.decoded.array == alone.array).all()
    assert (rest.decoded.status == alone.status).all()


def test_a_batch_of_no_records_has_none_of_any_type():
    found = kinds().decode_frames(batch([]))
    assert [len(records.decoded) for records in found.types] == [0, 0]


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ([], "at least one record type"),
        ([("A", "HEAD", Present("KIND")), ("A", "LINE", None)], "more than one record type A"),
        ([("A", "HEAD", None), ("B", "LINE", None)], "A has no condition and takes every record: put it last"),
        ([("A", "HEAD", Not(Present("QTY"))), ("B", "LINE", None)], "HEAD has no field QTY"),
        ([("A", "LINE", Present("T"))], "occurs in a table"),
        ([("A", "HEAD", InRange("NAME", None, None))], "NAME is a text"),
    ],
)
def test_types_that_cannot_be_told_apart_are_refused(types, words):
    with pytest.raises(LayoutError, match=words):
        RecordTypes([RecordType(name, decoder(record), when) for name, record, when in types])
