"""The compiled engine and the slow reference decoder agree on every cell of any record of any layout."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import decode_options, layouts, records, selections

from mfdecode.columns import ColumnKind
from mfdecode.decoder import Decoder
from mfdecode.framing import RawBatch
from mfdecode.int128 import to_ints
from mfdecode.reference import decode_record
from mfdecode.status import Status


def decoder_for(layout, options, selections=()):
    return Decoder(
        layout,
        codepage=options.codepage,
        trim=options.trim,
        float_format=options.float_format,
        strict_signs=options.strict_signs,
        selections=selections,
    )


def cells_of(batch):
    """(value, status) of each cell, by record; without a value None, and the cell holds zeros."""
    by_column = []
    for column in batch.columns:
        if column.type.kind is ColumnKind.TEXT:
            values = [v.decode("latin-1") if isinstance(v, bytes) else v for v in column.values.tolist()]
        elif column.type.kind is ColumnKind.NUMBER:
            values = to_ints(column.values)
        else:
            values = column.values.tolist()
        for value, status in zip(values, column.status, strict=True):
            assert status == Status.OK or not value
        by_column.append(
            [(v if s == Status.OK else None, Status(s)) for v, s in zip(values, column.status, strict=True)]
        )
    return list(zip(*by_column, strict=True))


def expected(layout, record, options, selections=()):
    return tuple((o.value, o.status) for o in decode_record(layout, record, options, selections))


def shows_nothing_of_before(decoder, batch):
    """Memory that is used again holds what new memory would."""
    used = [decoder.decode_frames(batch.raw, np.full(decoder.decoded_size(len(batch)), x, np.uint8)) for x in (0, 0xAB)]
    for again in used:
        assert (again.status == batch.status).all()
    assert used[0].array.tobytes() == used[1].array.tobytes()


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_fixed_records(data):
    layout, options = data.draw(layouts()), data.draw(decode_options())
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    decoder = decoder_for(layout, options)
    batch = decoder.decode(b"".join(rows))
    assert cells_of(batch) == [expected(layout, row, options) for row in rows]
    shows_nothing_of_before(decoder, batch)


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_records_that_end_early(data):
    layout, options = data.draw(layouts()), data.draw(decode_options())
    rows = [
        row[: data.draw(st.integers(0, len(row)))]
        for row in data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    ]
    lengths = np.array([len(row) for row in rows], np.int64)
    ends = np.cumsum(lengths)
    content = np.frombuffer(b"".join(rows), np.uint8)
    raw = RawBatch(0, 0, 0, 0, len(content), len(rows), content, ends - lengths, lengths, 0, content)
    decoder = decoder_for(layout, options)
    batch = decoder.decode_frames(raw)
    assert cells_of(batch) == [expected(layout, row, options) for row in rows]
    shows_nothing_of_before(decoder, batch)


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_alternatives_that_a_rule_chooses(data):
    layout, options = data.draw(layouts(alternatives=True)), data.draw(decode_options())
    rules = data.draw(selections(layout))
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    batch = decoder_for(layout, options, rules).decode(b"".join(rows))
    assert cells_of(batch) == [expected(layout, row, options, rules) for row in rows]
