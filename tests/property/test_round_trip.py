"""What is decoded and encoded again is the same bytes: canonical records alone, all records beside the original."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import canonical_records, decode_options, elementary, layouts, records, with_fields
from test_formats import RDW_FORMATS, found_in, framings

from mfdecode import Copybook, Decoder, Encoder, LayoutError
from mfdecode.arrow import MOST_DIGITS
from mfdecode.framing import Framing, LineEnd, RecordFormat, RecordWriter, length_by_field
from mfdecode.layout import BinarySize, Encoding, Truncation
from mfdecode.options import NumbersPolicy, Trim


def coders(layout, options):
    of = {
        "codepage": options.codepage,
        "float_format": options.float_format,
        "float_endian": options.float_endian,
        "comp5_endian": options.comp5_endian,
        "field_options": {".".join(path): own for path, own in options.fields.items()},
    }
    return Decoder(layout, trim=options.trim, numbers=options.numbers, **of), Encoder(layout, **of)


def reversible(options):
    """Neither a text without its leading blanks nor a zero that was none can be the same again."""
    own = {path: replace(each, trim=each.trim and Trim.RIGHT, numbers=None) for path, each in options.fields.items()}
    return replace(options, trim=Trim.RIGHT, numbers=NumbersPolicy(), fields=own)


@given(st.data())
@settings(max_examples=120)
def test_every_record_is_the_same_again_beside_the_original(data):
    layout = data.draw(layouts(alternatives=data.draw(st.booleans())))
    options = data.draw(with_fields(layout, data.draw(decode_options())))
    decoder, encoder = coders(layout, options)
    assume(all(type_.precision <= MOST_DIGITS for type_ in decoder.types))
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    batch = decoder.decode(b"".join(rows))
    encoded = encoder.encode(batch.to_arrow(), like=batch)
    assert not encoded.status.any()
    assert encoded.records() == rows


@given(st.data())
@settings(max_examples=120)
def test_a_canonical_record_is_the_same_again(data):
    clauses = [c for c in data.draw(st.lists(elementary(), min_size=1, max_size=6)) if not edited(c)]
    clauses.append("PIC X")
    book = Copybook.from_text("01 R.\n" + "\n".join(f"05 F-{i} {c}.\n05 FILLER PIC X." for i, c in enumerate(clauses)))
    layout = book.layout(
        trunc=data.draw(st.sampled_from(Truncation)), binary_size=data.draw(st.sampled_from(BinarySize))
    )
    options = reversible(data.draw(with_fields(layout, data.draw(decode_options()))))
    decoder, encoder = coders(layout, options)
    assume(all(type_.precision <= MOST_DIGITS for type_ in decoder.types))
    rows = data.draw(st.lists(canonical_records(layout, options), min_size=1, max_size=4))
    batch = decoder.decode(b"".join(rows))
    assert not batch.errors()
    encoded = encoder.encode(batch.to_arrow())
    assert not encoded.status.any()
    assert encoded.records() == rows


def edited(clauses):
    return Copybook.from_text(f"01 R.\n05 A {clauses}.").layout().fields[0].encoding is Encoding.EDITED


@given(st.data())
@settings(max_examples=120)
def test_what_is_encoded_decodes_to_the_same_values_and_encodes_to_the_same_bytes(data):
    """Any decoded values make canonical bytes, and those are the same for ever.

    Of a REDEFINES other alternatives may be read in them than were given: there the values are the same.
    """
    layout = data.draw(layouts(alternatives=data.draw(st.booleans())))
    options = data.draw(with_fields(layout, data.draw(decode_options())))
    options = reversible(options)
    decoder, encoder = coders(layout, options)
    assume(all(type_.precision <= MOST_DIGITS for type_ in decoder.types))
    rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
    first = decoder.decode(b"".join(rows)).to_arrow()
    encoded = encoder.encode(first)
    for good, row in zip(encoded.good, encoded.records(), strict=True):
        if good and not any(cell.field.alternatives for cell in layout.cells):
            again = decoder.decode(row).to_arrow()
            second = encoder.encode(again)
            assert second.records() == [row]
            assert not second.status.any()
    read = decoder.decode(b"".join(encoded.records())).to_arrow()
    for cell, was, is_ in zip(layout.cells, first.columns, read.columns, strict=True):
        for before, after, good in zip(was.to_pylist(), is_.to_pylist(), encoded.good, strict=True):
            assert not good or before is None or shown(before, cell.field) == shown(after, cell.field), cell.column


def shown(value, field):
    """Blanks at the side that is filled up are none of a text."""
    if not isinstance(value, str):
        return value
    return value.strip(" \0") if field.justified else value.rstrip(" \0")


def written(framing, batches, *, ebcdic=True):
    out = BytesIO()
    writer = RecordWriter(out, framing, ebcdic=ebcdic)
    for batch in batches:
        writer.write(*matrix(batch))
    writer.close()
    return out.getvalue()


def matrix(batch):
    lengths = np.array([len(record) for record in batch], np.int64)
    rows = [np.frombuffer(record.ljust(int(lengths.max()), b"?"), np.uint8) for record in batch]
    return np.array(rows, np.uint8), lengths


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("written") / "file.dat"


@given(
    batches=st.lists(st.lists(st.binary(min_size=6, max_size=40), min_size=1, max_size=5), max_size=4),
    framing=framings(RDW_FORMATS),
    block_size=st.none() | st.integers(60, 120),
)
def test_records_written_in_blocks_are_read_again(path, batches, framing, block_size):
    if framing.record_format.has_blocks:
        framing = replace(framing, block_size=block_size)
    path.write_bytes(written(framing, batches))
    found, broken = found_in(path, framing)
    assert broken is None
    assert [record.data for record in found] == [record for batch in batches for record in batch]


@given(batches=st.lists(st.lists(st.binary(min_size=3, max_size=100), min_size=1, max_size=5), max_size=4))
def test_spanned_records_fill_their_blocks(path, batches):
    framing = Framing(RecordFormat.VBS, 0, block_size=20)
    content = written(framing, batches)
    path.write_bytes(content)
    found, _ = found_in(path, framing)
    assert [record.data for record in found] == [record for batch in batches for record in batch]
    sizes, at = [], 0
    while at < len(content):
        sizes.append(int.from_bytes(content[at : at + 2], "big"))
        at += sizes[-1]
    assert all(16 <= size <= 20 for size in sizes[:-1])  # a rest of four bytes has no room for a segment


@given(
    batches=st.lists(st.lists(st.binary(min_size=4, max_size=4), min_size=1, max_size=5), min_size=1, max_size=4),
    around=st.tuples(*[st.integers(0, 2)] * 4),
)
def test_fixed_records_are_read_again(path, batches, around):
    names = ("header_bytes", "trailer_bytes", "record_start", "record_end")
    framing = Framing(RecordFormat.FB, 4, **dict(zip(names, around, strict=True)))
    path.write_bytes(written(framing, batches))
    found, _ = found_in(path, framing)
    assert [record.data for record in found] == [record for batch in batches for record in batch]


@given(
    batch=st.lists(st.text("AB\r\n\x15\x25 ", min_size=2, max_size=6), min_size=1, max_size=5),
    end=st.sampled_from(LineEnd),
)
def test_lines_are_read_again_unless_they_hold_their_end(path, batch, end):
    batch = [line.encode("latin-1") for line in batch]
    framing, ebcdic = Framing(RecordFormat.D, 0, line_end=end), end in {LineEnd.NEL15, LineEnd.NEL25}
    fits = RecordWriter(BytesIO(), framing, ebcdic=ebcdic).fits(*matrix(batch))
    good = [record for record, fit in zip(batch, fits, strict=True) if fit]
    path.write_bytes(written(framing, [good] if good else [], ebcdic=ebcdic))
    found, _ = found_in(path, framing)
    assert [record.data for record in found] == good
    assert all(fit for record, fit in zip(batch, fits, strict=True) if not set(record) & set(b"\r\n\x15\x25"))


def test_a_record_of_another_length_than_it_tells_does_not_fit(path):
    layout = Copybook.from_text("01 R.\n05 L PIC 9.\n05 A PIC X(4).\n").layout()
    framing = Framing(RecordFormat.U, 0, length_rule=length_by_field(layout, "L"))
    batch = [b"\xf2\xc1", b"\xf3\xc1\xc1", b"\xf3\xc1"]
    assert RecordWriter(BytesIO(), framing).fits(*matrix(batch)).tolist() == [True, True, False]
    path.write_bytes(written(framing, [batch[:2]]))
    assert [record.data for record in found_in(path, framing)[0]] == batch[:2]


@pytest.mark.parametrize(
    ("framing", "size", "words"),
    [
        (Framing(RecordFormat.VB, 0, block_size=20), 40, "does not hold a record of 40"),
        (Framing(RecordFormat.VBS, 0, block_size=8), 4, "holds no segment"),
        (Framing(RecordFormat.VBS, 0, block_size=18, rdw_inclusive=False, rdw_adjust=8), 12, "holds no segment"),
        (Framing(RecordFormat.V, 0), 70_000, "no RDW can tell 70004 bytes"),
        (Framing(RecordFormat.V, 0, rdw_adjust=9), 2, "no RDW can tell -3 bytes"),
    ],
)
def test_a_record_that_no_descriptor_can_tell_is_refused(framing, size, words):
    with pytest.raises(LayoutError, match=words):
        written(framing, [[bytes(size)]])


@given(adjust=st.integers(0, 6), size=st.integers(6, 200), block_size=st.integers(20, 40))
def test_no_segment_is_shorter_than_an_adjusted_rdw_can_tell(path, adjust, size, block_size):
    framing = Framing(RecordFormat.VBS, 0, rdw_inclusive=False, rdw_adjust=adjust, block_size=block_size)
    record = bytes(range(size))
    path.write_bytes(written(framing, [[record]]))
    found, _ = found_in(path, framing)
    assert [record.data for record in found] == [record]


def test_a_large_block_has_a_descriptor_of_31_bits(path):
    framing = Framing(RecordFormat.VB, 0, block_size=100_000)
    records = [bytes([n]) * 30_000 for n in range(4)]
    path.write_bytes(written(framing, [records]))
    assert [record.data for record in found_in(path, framing)[0]] == records
