from collections.abc import Iterable

import pytest

from driver.core.field_places import FixedPlaces
from driver.core.hiding import Hiding, ShownRecord
from driver.core.records import Reject
from driver.core.reject_codes import BROKEN_RDW, LONG_RECORD
from mfdecode import Copybook, Decoder, OneOf
from mfdecode.record_types import RecordType, RecordTypes

BOOK = Copybook.from_text("01 P.\n05 K PIC X.\n05 SSN PIC X(3).\n05 N PIC X.\n01 Q.\n05 K PIC X.\n05 T PIC X(4).\n")


def hiding(*, personal: bool = True) -> Hiding:
    decoders = {name: Decoder(BOOK.layout(name), codepage="ascii", record_format="V") for name in "PQ"}
    types = RecordTypes([RecordType(name, d, OneOf("K", frozenset(name))) for name, d in decoders.items()])
    ssn = [BOOK.layout("P").field("SSN")] if personal else []
    places = [
        FixedPlaces(d.layout, f, ord("*"), packed=True) for d, f in zip(decoders.values(), (ssn, []), strict=True)
    ]
    return Hiding(types, places, ord("*"))


def shown(rejects: Iterable[Reject], hiding: Hiding) -> list[ShownRecord]:
    return list(hiding.shown(rejects, lambda record: b""))


def reject(record: int, raw: bytes, code: str = "ALLOWED", field: str = "N") -> Reject:
    return Reject(record, 0, field, code, "", raw)


@pytest.mark.parametrize(
    ("raw", "code", "content"),
    [
        (b"P123x", "ALLOWED", b"P***x"),
        (b"Q123x", "ALLOWED", b"Q123x"),
        (b"?123x", "NO_RECORD_TYPE", b"*****"),
        (b"P123xy", LONG_RECORD, b"******"),
        (b"Q123xy", LONG_RECORD, b"******"),
        (b"P12", "TRUNCATED", b"***"),
        (b"Q123x", BROKEN_RDW, b"*****"),
    ],
)
def test_a_record_is_hidden_by_its_type_or_as_a_whole(raw: bytes, code: str, content: bytes) -> None:
    [record] = shown([reject(0, raw, code)], hiding())
    assert record.content == content
    [record] = shown([reject(0, raw, code)], hiding(personal=False))
    assert (record.content, record.masked) == (raw, False)


def test_one_reason_that_makes_the_record_doubtful_is_enough() -> None:
    [record] = shown([reject(7, b"P123x"), reject(7, b"P123x", "TRUNCATED")], hiding())
    assert (record.content, len(record.rejects)) == (b"*****", 2)


def test_many_records_come_in_their_order() -> None:
    raws = [b"P%03dx" % n if n % 2 else b"Q%03dx" % n for n in range(700)]
    records = shown([reject(n, raw) for n, raw in enumerate(raws)], hiding())
    assert [record.rejects[0].record for record in records] == list(range(700))
    assert [record.content for record in records] == [b"P***x" if n % 2 else raw for n, raw in enumerate(raws)]


def test_the_value_of_a_field_is_hidden_with_it() -> None:
    [record] = shown([reject(0, b"P123x")], hiding())
    assert [record.value_of(name) for name in ("SSN", "N", "", "NOT-THERE")] == [b"***", b"x", b"P***x", b"P***x"]
