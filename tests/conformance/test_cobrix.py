"""Cobrix: expected values as JSON, one object a record. Its nulls are left out or shown as 0 or empty text."""

import csv
import re
from decimal import Decimal

import pytest

from mfdecode import Copybook

# Their default code page has printable ASCII alone; all else, low-values too, is a blank to them.
NOT_PRINTABLE = re.compile(r"[^\x21-\x7e]")


def trimmed(value):
    """As Cobrix writes by default: texts trimmed on both sides, null members left out."""
    if isinstance(value, str):
        return NOT_PRINTABLE.sub(" ", value).strip()
    if isinstance(value, list):
        return [trimmed(element) for element in value]
    if isinstance(value, dict):
        return {name: trimmed(member) for name, member in value.items() if member is not None}
    return value


def test_group_arrays_comp_and_comp3(decode, expected):
    rows = decode("cobrix/test1_data/example.bin", "cobrix/test1_copybook.cob")
    wanted = expected("cobrix/test1_expected/test1.txt")
    assert len(rows) == len(wanted) == 10
    for row, want in zip(rows, wanted, strict=True):
        assert trimmed(row) == want


def flat_name(name: str) -> str:
    """Ours for a column of theirs, which has every group's name, and the occurrence after the table's."""
    if occurrence := re.search(r"ACCOUNT_DETAIL_(\d+)_(\w+)", name):
        return f"{occurrence[2]}_{occurrence[1]}"
    return re.sub("RECORD_(COMPANY_(?!ID)|METADATA_|COMPANY_(?=COMPANY))?", "", name)


def test_the_flat_table_is_that_of_the_flattened_case(conformance, decode, tmp_path):
    out = tmp_path / "flat.csv"
    decode("cobrix/test1_data/example.bin", "cobrix/test1_copybook.cob", "--format", "csv", "-o", str(out))
    with out.open(newline="") as mine, (conformance / "cobrix/test1_expected/test1.csv").open(newline="") as theirs:
        rows, wanted = list(csv.DictReader(mine)), list(csv.DictReader(theirs))
    assert len(rows) == len(wanted) == 10
    for row, want in zip(rows, wanted, strict=True):
        assert row.keys() == {flat_name(name) for name in want}
        for name, value in want.items():
            assert trimmed(row[flat_name(name)]) == value.strip(), name


@pytest.mark.parametrize("trim", ["none", "left", "right", "both"])
def test_texts_are_trimmed_as_asked(decode, expected, trim):
    rows = decode("cobrix/test3_data/TRAN2.AUG31.DATA.dat", "cobrix/test3_copybook.cob", "--trim", trim)
    wanted = expected(f"cobrix/test3_expected/test3_trim_{trim}.txt")
    assert len(rows) == 1000
    for row, want in zip(rows, wanted, strict=False):
        if trim in {"none", "left"}:
            # The file fills its texts with low-values. Theirs shows each as a blank; ours ends where they begin.
            row["COMPANY_NAME"] = row["COMPANY_NAME"].ljust(len(want["COMPANY_NAME"]))
        assert row == want


READER_S_OWN = re.compile(r"Seg_Id\d|File_Id|Record_Id|Record_Byte_Length")


def test_two_segments_by_their_rdws(decode, expected):
    rows = decode(
        "cobrix/test5b_data/COMP.DETAILS.FEB02.DATA.RDW.BE.dat",
        "cobrix/test5_copybook.cob",
        "--record-format",
        "V",
        "--rdw-exclusive",
    )
    wanted = expected("cobrix/test5_expected/test5b.txt")
    assert len(wanted) == 60
    assert len(rows) > 60
    for row, want in zip(rows, wanted, strict=False):
        fields = {name: value for name, value in want.items() if not READER_S_OWN.fullmatch(name)}
        assert_same_texts_and_numbers(trimmed(row), fields)


def assert_same_texts_and_numbers(row: dict, want: dict) -> None:
    for name in row.keys() | want.keys():
        mine, theirs = row.get(name), want.get(name)
        if isinstance(theirs, dict):
            assert_same_texts_and_numbers(mine, theirs)
        elif name == "TAXPAYER_NUM" and mine != theirs:
            # PIC 9(8): theirs is left out where eight digits cannot hold it, as ours is null; and of a record that ends
            # inside or before the number, theirs is 0, where ours is null.
            assert mine is None
            assert theirs in {None, 0}
        else:
            assert (mine or "") == (theirs or ""), name


def test_every_numeric_type_sign_and_precision(conformance, decode, expected):
    copybook = "cobrix/test6_copybook.cob"
    rows = decode("cobrix/test6_data/INTEGR.TYPES.NOV28.DATA.dat", copybook, "--float", "ieee")
    wanted = expected("cobrix/test6_expected/test6.txt")
    layout = Copybook.from_file(conformance / copybook).layout()
    assert len(rows) == len(wanted) == 100
    rows.sort(key=lambda row: row["ID"])
    for row, want in zip(rows, wanted, strict=True):
        assert row.keys() == want.keys() == {field.member for field in layout.fields}
        for name, theirs in want.items():
            mine = row[name]
            if isinstance(theirs, str):
                assert mine.strip() == theirs, name
            elif name in {"FLOAT_01", "DOUBLE_01"}:
                assert float(mine) == pytest.approx(float(theirs), rel=1e-7 if name == "FLOAT_01" else 1e-15)
            else:
                assert Decimal(mine or 0) == Decimal(theirs), (want["ID"], name)


def test_offsets_and_lengths_are_those_of_the_layout_listing(conformance):
    layout = Copybook.from_file(conformance / "cobrix/test6_copybook.cob").layout()
    listing = (conformance / "cobrix/test6_expected/test6_layout.txt").read_text()
    wanted = {
        match[1]: (int(match[2]) - 1, int(match[4]))
        for match in re.finditer(r"^ +10 (\w+) .*? (\d+) +(\d+) +(\d+)$", listing, re.MULTILINE)
    }
    assert len(wanted) == 195
    assert {field.member: (field.offset, field.length) for field in layout.fields} == wanted
    assert layout.length == 1493


RDW_FILE = "cobrix/test5b_data/COMP.DETAILS.FEB02.DATA.RDW.BE.dat"


def payloads(content: bytes) -> list[bytes]:
    records, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        records.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return records


def word(length: int, code: int = 0) -> bytes:
    return length.to_bytes(2, "big") + bytes([code, 0])


def test_the_same_records_by_other_descriptors(conformance, decode, tmp_path):
    records = payloads((conformance / RDW_FILE).read_bytes())
    wanted = decode(RDW_FILE, "cobrix/test5_copybook.cob", "--record-format", "V", "--rdw-exclusive")
    little = b"".join(word(len(record) + 2)[::-1] + record for record in records)
    half = [(record[: len(record) // 2], record[len(record) // 2 :]) for record in records]
    segments = [word(len(part) + 4, code) + part for pair in half for code, part in zip((1, 2), pair, strict=True)]
    spanned = b"".join(word(len(segment) + 4) + segment for segment in segments)
    for content, options in (
        (little, ("--record-format", "V", "--rdw-endian", "little", "--rdw-exclusive", "--rdw-adjust", "-2")),
        (spanned, ("--record-format", "VBS")),
    ):
        (tmp_path / "other.dat").write_bytes(content)
        assert decode(str(tmp_path / "other.dat"), "cobrix/test5_copybook.cob", *options) == wanted
