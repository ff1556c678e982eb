"""The kernels for aarch64, plain and with NEON, agree with the slow reference decoder."""

import subprocess
from unittest.mock import patch

import pytest
from cells import cells_of, expected
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from plan_stream import ints, plan_bytes
from strategies import decode_options, layouts, orders, records, with_fields
from sweep import layout_of_every_length, records_of

from mfdecode import Copybook, Decoder, _decode  # noqa: TID251 - the kernels are exchanged below the decoder
from mfdecode.options import DecodeOptions
from mfdecode.planning import plan_columns


def kernels_of(harness, level, columns):
    """What ``_decode.decode_fixed`` does, by the kernels of another architecture."""

    def decode_fixed(plan, data, stride, count, _block, rows, status):
        message = ints(level, count) + plan_bytes(columns, stride, rows.shape[1]) + data.tobytes()
        found = subprocess.run(harness, input=message, capture_output=True, check=True).stdout
        assert len(found) == rows.size + status.size
        rows.reshape(-1)[:] = memoryview(found)[: rows.size]
        status.reshape(-1)[:] = memoryview(found)[rows.size :]

    return decode_fixed


@pytest.mark.parametrize(("level", "examples"), [(0, 30), (1, 100)], ids=["baseline", "neon"])
def test_fixed_records(harness, level, examples):
    @given(st.data())
    @settings(max_examples=examples, phases=[Phase.generate])  # an example is a process: no shrinking
    def agrees(data):
        layout = data.draw(layouts())
        options = data.draw(with_fields(layout, data.draw(decode_options())))
        rows = data.draw(st.lists(records(layout, options), min_size=1, max_size=4))
        order = data.draw(orders(len(rows), most=40))
        decoder = Decoder(
            layout,
            codepage=options.codepage,
            trim=options.trim,
            float_format=options.float_format,
            float_endian=options.float_endian,
            comp5_endian=options.comp5_endian,
            numbers=options.numbers,
            field_options={".".join(path): own for path, own in options.fields.items()},
        )
        with patch.object(_decode, "decode_fixed", kernels_of(harness, level, plan_columns(layout, options))):
            found = cells_of(decoder.decode(b"".join(rows[i] for i in order)))
        wanted = [expected(layout, row, options) for row in rows]
        assert found == [wanted[i] for i in order]

    agrees()


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("level", [0, 1], ids=["baseline", "neon"])
def test_fields_of_every_length(harness, level, wrong):
    layout, options = layout_of_every_length(), DecodeOptions()
    rows = records_of(layout, 40, wrong)
    with patch.object(_decode, "decode_fixed", kernels_of(harness, level, plan_columns(layout, options))):
        found = cells_of(Decoder(layout).decode(b"".join(rows)))
    assert found == [expected(layout, row, options) for row in rows]


@pytest.mark.parametrize("level", [0, 1], ids=["baseline", "neon"])
def test_edited_numbers_with_a_currency_sign_and_a_decimal_point(harness, level):
    layout = Copybook.from_text(
        "       01 R.\n          05 AMOUNT PIC $$$,$$9.99.\n          05 SIGNS PIC $(4).\n"
    ).layout()
    rows = [text.encode("cp037") for text in ("   $123.45 $12", "    $12,34 $12", "$12,345.67    ")]
    rows += [bytes(layout.length), b"\xff" * layout.length]
    with patch.object(_decode, "decode_fixed", kernels_of(harness, level, plan_columns(layout, DecodeOptions()))):
        found = cells_of(Decoder(layout).decode(b"".join(rows)))
    assert found == [expected(layout, row, DecodeOptions()) for row in rows]
