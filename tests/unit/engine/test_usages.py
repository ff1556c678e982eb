"""Usages of other compilers, byte orders, and what single fields have of their own."""

import struct

import pytest

from mfdecode import Copybook, CopybookError, Decoder, LayoutError, Status
from mfdecode.framing import Endian
from mfdecode.options import FieldOptions, FloatFormat, Trim
from mfdecode.simd import AVAILABLE


def decoded(picture: str, raw: str, **options) -> tuple[object, Status]:
    layout = Copybook.from_text(f"01 R.\n05 A {picture}.\n").layout()
    assert layout.length == len(bytes.fromhex(raw))
    found = set()
    for level in AVAILABLE:
        batch = Decoder(layout, simd=level, **options).decode(bytes.fromhex(raw))
        found.add((batch.columns[0].values[0].item(), Status(batch.status[0, 0])))
    (one,) = found
    return one


@pytest.mark.parametrize(
    ("picture", "raw", "value", "status"),
    [
        ("PIC 9(4) COMP-6", "1234", 1234, Status.OK),
        ("PIC 9(3) COMP-6", "0123", 123, Status.OK),
        ("PIC 9(3) COMP-6", "1123", 0, Status.OVERFLOW),
        ("PIC 9(3)V99 COMP-6", "012345", 12345, Status.OK),
        ("PIC 9(18) COMP-6", "123456789012345678", 123456789012345678, Status.OK),
        ("PIC 9(4) COMP-6", "12C4", 0, Status.BAD_DIGIT),
        ("PIC 9(4) COMP-6", "0000", 0, Status.OK),
        ("PIC X COMP-X", "FF", 255, Status.OK),
        ("PIC X(3) COMP-X", "010203", 0x010203, Status.OK),
        ("PIC 9(2) COMP-X", "FF", 255, Status.OK),
        ("PIC 9(4) COMP-X", "FFFF", 65535, Status.OK),
        ("PIC S9(4) COMP-X", "FFFF", -1, Status.OK),
    ],
)
def test_usages_of_micro_focus(picture, raw, value, status):
    assert decoded(picture, raw) == (value, status)


def test_a_comp_6_has_no_sign():
    with pytest.raises(CopybookError, match="COMP-6, which has no place for a sign: take it away"):
        Copybook.from_text("01 R.\n05 A PIC S9(4) COMP-6.\n")


@pytest.mark.parametrize(("digits", "code"), [(4, "h"), (9, "i"), (18, "q")])
@pytest.mark.parametrize("value", [0, 1, -2, 9999, -9999])
def test_comp_5_in_either_order(digits, code, value):
    for endian, order in ((Endian.BIG, ">"), (Endian.LITTLE, "<")):
        raw = struct.pack(f"{order}{code}", value).hex()
        assert decoded(f"PIC S9({digits}) COMP-5", raw, comp5_endian=endian) == (value, Status.OK)


def test_the_order_of_comp_5_is_not_that_of_comp():
    assert decoded("PIC 9(4) COMP", "0102", comp5_endian=Endian.LITTLE) == (0x0102, Status.OK)


@pytest.mark.parametrize(("usage", "code"), [("COMP-1", "f"), ("COMP-2", "d")])
def test_floats_in_either_order_and_format(usage, code):
    for endian, order in ((Endian.BIG, ">"), (Endian.LITTLE, "<")):
        raw = struct.pack(f"{order}{code}", -1.5).hex()
        assert decoded(usage, raw, float_format=FloatFormat.IEEE, float_endian=endian) == (-1.5, Status.OK)
    hexadecimal = bytes.fromhex("C1180000" + "00000000" * (code == "d"))
    assert decoded(usage, hexadecimal.hex()) == (-1.5, Status.OK)
    assert decoded(usage, hexadecimal[::-1].hex(), float_endian=Endian.LITTLE) == (-1.5, Status.OK)


def test_a_field_may_have_options_of_its_own():
    layout = Copybook.from_text("01 R.\n05 A PIC X(3).\n05 B PIC X(3).\n05 C COMP-1.\n05 D COMP-1.\n").layout()
    record = "€ ".encode("cp1140") + b"\x40" + b" a " + struct.pack("<f", 2.5) + bytes.fromhex("41280000")
    own = {
        "A": FieldOptions(codepage="cp1140"),
        "B": FieldOptions(codepage="ascii", trim=Trim.LEFT),
        "C": FieldOptions(float_format=FloatFormat.IEEE, float_endian=Endian.LITTLE),
    }
    batch = Decoder(layout, field_options=own).decode(record)
    assert [column.values[0] for column in batch.columns] == ["€", b"a ", 2.5, 2.5]


@pytest.mark.parametrize(
    ("name", "own", "words"),
    [
        ("A", FieldOptions(float_format=FloatFormat.IEEE), r"A is text \(DISPLAY\), and float_format is not for such"),
        ("B", FieldOptions(comp5_endian=Endian.LITTLE), r"B is packed \(COMP-3\), and comp5_endian is not for such"),
        ("Z", FieldOptions(trim=Trim.LEFT), "has no field Z"),
    ],
)
def test_an_option_that_its_field_has_no_use_for_is_refused(name, own, words):
    layout = Copybook.from_text("01 R.\n05 A PIC X(3).\n05 B PIC 9(3) COMP-3.\n").layout()
    with pytest.raises(LayoutError, match=words):
        Decoder(layout, field_options={name: own})
