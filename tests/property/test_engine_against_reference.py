"""The compiled engine, at every SIMD level, and the slow reference decoder agree on every cell of any record."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import decode_options, layouts, records, selections

from mfdecode.columns import ColumnKind
from mfdecode.decoder import Decoder
from mfdecode.framing import RawBatch
from mfdecode.int128 import to_ints
from mfdecode.reference import decode_record
from mfdecode.simd import AVAILABLE
from mfdecode.status import Status


def decoders_for(layout, options, selections=()):
    """One a level."""
    return [
        Decoder(
            layout,
            codepage=options.codepage,
            trim=options.trim,
            float_format=options.float_format,
            strict_signs=options.strict_signs,
            selections=selections,
            simd=level,
        )
        for level in AVAILABLE
    ]


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


@st.composite
def orders(draw, records: int) -> list[int]:
    """Runs of the same record, up to a hundred records in all."""
    runs = draw(st.lists(st.tuples(st.integers(0, records - 1), st.integers(1, 50)), min_size=1, max_size=4))
    return [record for record, length in runs for _ in range(length)][:100]


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_fixed_records(data):
    layout, options = data.draw(layouts()), data.draw(decode_options())
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    # Kernels take cells by the block: many records, of which few or many are wrong, and a last block of any size.
    order = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=4) | orders(len(rows)))
    wanted = [expected(layout, row, options) for row in rows]
    for decoder in decoders_for(layout, options):
        found = cells_of(decoder.decode(b"".join(rows[i] for i in order)))
        assert found == [wanted[i] for i in order], decoder.simd


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
    raw = RawBatch(0, 0, 0, len(content), len(rows), content, ends - lengths, lengths, 0, content)
    wanted = [expected(layout, row, options) for row in rows]
    for decoder in decoders_for(layout, options):
        assert cells_of(decoder.decode_frames(raw)) == wanted, decoder.simd


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_alternatives_that_a_rule_chooses(data):
    layout, options = data.draw(layouts(alternatives=True)), data.draw(decode_options())
    rules = data.draw(selections(layout))
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    wanted = [expected(layout, row, options, rules) for row in rows]
    for decoder in decoders_for(layout, options, rules):
        assert cells_of(decoder.decode(b"".join(rows))) == wanted, decoder.simd
