"""The compiled engine, at every SIMD level, and the slow reference decoder agree on every cell of any record."""

import numpy as np
import pytest
from cells import cells_of, expected
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import decode_options, layouts, orders, records, selections, with_fields
from sweep import layout_of_every_length, records_of
from variable_tables import packed_records, variable_layouts

from mfdecode import OneOf
from mfdecode.decoder import Decoder
from mfdecode.framing import RawBatch
from mfdecode.memory import BatchMemory
from mfdecode.odo import counter_codes
from mfdecode.options import DecodeOptions, OdoLayout
from mfdecode.record_types import RecordType, RecordTypes
from mfdecode.reference import decode_record, holds
from mfdecode.simd import AVAILABLE


def decoders_for(layout, options, selections=(), **odo):
    """One a level."""
    return [
        Decoder(
            layout,
            codepage=options.codepage,
            trim=options.trim,
            float_format=options.float_format,
            float_endian=options.float_endian,
            comp5_endian=options.comp5_endian,
            numbers=options.numbers,
            field_options={".".join(path): own for path, own in options.fields.items()},
            selections=selections,
            simd=level,
            **odo,
        )
        for level in AVAILABLE
    ]


def shows_nothing_of_before(decoder, batch):
    """Memory that is used again holds what new memory would."""
    size = decoder.decoded_size(len(batch))
    used = [decoder.decode_frames(batch.raw, BatchMemory(np.full(size, x, np.uint8))) for x in (0, 0xAB)]
    for again in used:
        assert (again.status == batch.status).all()
    assert used[0].array.tobytes() == used[1].array.tobytes()


@given(st.data())
@settings(max_examples=300)
def test_fixed_records(data):
    layout = data.draw(layouts())
    options = data.draw(with_fields(layout, data.draw(decode_options())))
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    wanted = [expected(layout, row, options) for row in rows]
    order = data.draw(orders(len(rows), most=100))
    for decoder in decoders_for(layout, options):
        batch = decoder.decode(b"".join(rows))
        assert cells_of(batch) == wanted, decoder.simd
        shows_nothing_of_before(decoder, batch)
        # Kernels take cells by the block: runs of right and wrong ones, and a last block of any size.
        many = decoder.decode(b"".join(rows[i] for i in order))
        assert (many.array == batch.array[order]).all(), decoder.simd
        assert (many.status == batch.status[order]).all(), decoder.simd


def batch_of(rows):
    """Records of any length."""
    lengths = np.array([len(row) for row in rows], np.int64)
    ends = np.cumsum(lengths)
    content = np.frombuffer(b"".join(rows), np.uint8)
    return RawBatch(0, 0, 0, 0, len(content), len(rows), content, ends - lengths, lengths, 0, content)


@given(st.data())
@settings(max_examples=150)
def test_tables_of_variable_size(data):
    layout, codes = data.draw(variable_layouts())
    options = data.draw(with_fields(layout, data.draw(decode_options())))
    rows = data.draw(st.lists(packed_records(layout, options, codes), min_size=1, max_size=4))
    raw = batch_of(rows)
    for kind in OdoLayout:
        values = counter_codes(layout, codes, options)
        wanted = [expected(layout, row, options, packed=kind is OdoLayout.PACKED, codes=values) for row in rows]
        for decoder in decoders_for(layout, options, odo_layout=kind, odo_counters=codes):
            batch = decoder.decode_frames(raw)
            assert cells_of(batch) == wanted, (kind, decoder.simd)
            shows_nothing_of_before(decoder, batch)


@given(st.data())
@settings(max_examples=150)
def test_records_that_end_early(data):
    layout = data.draw(layouts())
    options = data.draw(with_fields(layout, data.draw(decode_options())))
    rows = [
        row[: data.draw(st.integers(0, len(row)))]
        for row in data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    ]
    raw = batch_of(rows)
    wanted = [expected(layout, row, options) for row in rows]
    for decoder in decoders_for(layout, options):
        batch = decoder.decode_frames(raw)
        assert cells_of(batch) == wanted, decoder.simd
        shows_nothing_of_before(decoder, batch)


@given(st.data())
@settings(max_examples=150)
def test_alternatives_that_a_rule_chooses(data):
    layout = data.draw(layouts(alternatives=True))
    options = data.draw(with_fields(layout, data.draw(decode_options())))
    rules = data.draw(selections(layout))
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    wanted = [expected(layout, row, options, rules) for row in rows]
    for decoder in decoders_for(layout, options, rules):
        assert cells_of(decoder.decode(b"".join(rows))) == wanted, decoder.simd


@given(st.data())
@settings(max_examples=100)
def test_record_types_that_conditions_choose(data):
    layout = data.draw(layouts(alternatives=True))
    options = data.draw(with_fields(layout, data.draw(decode_options())))
    digits = st.frozensets(st.sampled_from("123"), min_size=1)
    field = st.sampled_from(["REC_TYPE", "REC_NUMBER"])
    whens = data.draw(st.lists(st.builds(OneOf, field, digits), min_size=1, max_size=3))
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=6))
    wanted = {n: [] for n in range(len(whens))} | {None: []}
    for row in rows:
        value = {c.field.path: o.value for c, o in zip(layout.cells, decode_record(layout, row, options), strict=True)}
        first = next((n for n, when in enumerate(whens) if holds(layout, value.__getitem__, when)), None)
        wanted[first].append(expected(layout, row, options))
    (decoder, *_) = decoders_for(layout, options)
    types = RecordTypes([RecordType(str(n), decoder, when) for n, when in enumerate(whens)])
    found = types.decode_frames(decoder.decode(b"".join(rows)).raw)
    assert [cells_of(typed.decoded) for typed in found.types] == [wanted[n] for n in range(len(whens))]
    assert len(found.without) == len(wanted[None])


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("level", AVAILABLE)
def test_fields_of_every_length(level, wrong):
    layout = layout_of_every_length()
    rows = records_of(layout, 70, wrong)
    found = cells_of(Decoder(layout, simd=level).decode(b"".join(rows)))
    assert found == [expected(layout, row, DecodeOptions()) for row in rows]
