"""What is decoded and encoded again is the same bytes: canonical records by themselves, all records beside the original."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import decode_options, elementary, layouts, records
from test_formats import RDW_FORMATS, framings

from mfdecode import Copybook, Decoder, Encoder
from mfdecode.framing import LineEnd, RecordFormat, RecordWriter, open_part, whole_file, Framing
from mfdecode.layout import Encoding
from mfdecode.options import FloatFormat, Trim


def coders(layout, options):
    of = {"codepage": options.codepage, "float_format": options.float_format}
    return Decoder(layout, trim=options.trim, strict_signs=options.strict_signs, **of), Encoder(layout, **of)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_every_record_is_the_same_again_beside_the_original(data):
    layout, options = data.draw(layouts(alternatives=data.draw(st.booleans()))), data.draw(decode_options())
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    decoder, encoder = coders(layout, options)
    batch = decoder.decode(b"".join(rows))
    encoded = encoder.encode(batch.to_arrow(), like=batch)
    assert not encoded.status.any()
    assert encoded.records() == rows


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_what_is_encoded_decodes_to_the_same_values_and_encodes_to_the_same_bytes(data):
    """Any decoded values make canonical bytes, and those are the same for ever."""
    layout, options = data.draw(layouts(alternatives=data.draw(st.booleans()))), data.draw(decode_options())
    if options.trim in {Trim.LEFT, Trim.BOTH}:
        options = type(options)(options.codepage, Trim.RIGHT, options.float_format, options.strict_signs)
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    decoder, encoder = coders(layout, options)
    first = decoder.decode(b"".join(rows)).to_arrow()
    encoded = encoder.encode(first)
    for good, row in zip(encoded.good, encoded.records(), strict=True):
        if good:
            again = decoder.decode(row).to_arrow()
            second = encoder.encode(again)
            assert second.records() == [row]
            assert not second.status.any()
    read = decoder.decode(b"".join(encoded.records())).to_arrow()
    for name in first.schema.names:
        pairs = zip(first[name].to_pylist(), read[name].to_pylist(), encoded.good, strict=True)
        assert all(shown(was) == shown(is_) for was, is_, good in pairs if good and was is not None), name


def shown(value):
    return value.rstrip(" \0") if isinstance(value, str) else value
