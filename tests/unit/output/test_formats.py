"""What decode writes, of records with everything in them."""

import csv
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from driver.output.json_lines import JsonLines
from driver.output.tables import ArrowFile, CsvTable, ParquetFile
from mfdecode import Copybook, Decoder
from mfdecode.arrow import schema

COPYBOOK = """
01 REC.
05 ID PIC 9(3).
05 G.
   10 NAME PIC X(5).
   10 AMOUNT PIC S9(3)V99 COMP-3.
   10 SMALL PIC SP9 COMP-3.
05 N PIC 9.
05 T OCCURS 0 TO 2 DEPENDING ON N.
   10 A PIC X.
   10 B PIC 9 OCCURS 2.
05 FILLER PIC X.
05 F COMP-1.
"""


def record(id_="001", name="ANNA", amount="12345D", small="7C", count="2", table="A12B34") -> bytes:
    packed = bytes.fromhex(amount) + bytes.fromhex(small.rjust(2, "0"))
    return f"{id_}{name:5}".encode("cp037") + packed + f"{count}{table:6}?".encode("cp037") + b"\x41\x10\x00\x00"


@pytest.fixture
def decoder():
    return Decoder(Copybook.from_text(COPYBOOK).layout())


def json_lines(decoder, *records: bytes, errors=False) -> list[str]:
    out = io.BytesIO()
    writer = JsonLines(out, decoder.layout, errors=errors)
    writer.write(decoder.decode(b"".join(records)))
    writer.close()
    return out.getvalue().decode().splitlines()


def test_groups_are_objects_tables_arrays_and_decimals_exact(decoder):
    assert json_lines(decoder, record()) == [
        '{"ID":1,"G":{"NAME":"ANNA","AMOUNT":-123.45,"SMALL":0.07},"N":2,'
        '"T":[{"A":"A","B":[1,2]},{"A":"B","B":[3,4]}],"F":1.0}'
    ]


def test_a_variable_table_has_the_occurrences_that_are_there(decoder):
    lines = json_lines(decoder, record(count="1"), record(count="0"))
    assert [json.loads(line)["T"] for line in lines] == [[{"A": "A", "B": [1, 2]}], []]


def test_a_null_or_bad_cell_is_null_and_told_on_request(decoder):
    bad = record(id_="   ", amount="12F45D", table="A1?B34")
    [line] = json_lines(decoder, bad, errors=True)
    row = json.loads(line)
    assert row["ID"] is None
    assert row["G"]["AMOUNT"] is None
    assert row["T"][0]["B"] == [1, None]
    assert row["_errors"] == [
        {"field": "G.AMOUNT", "code": "BAD_DIGIT", "raw": "12F45D"},
        {"field": "T.B(1,2)", "code": "BAD_SIGN", "raw": "6F"},
    ]
    assert json.loads(json_lines(decoder, record(), errors=True)[0])["_errors"] == []


def test_texts_are_escaped_as_json(decoder):
    assert json.loads(json_lines(decoder, record(name='a"\\\té'))[0])["G"]["NAME"] == 'a"\\\té'


def table_of(decoder, batch_count=3):
    return schema([(cell.column, type_) for cell, type_ in zip(decoder.layout.cells, decoder.types, strict=True)])


FLAT = ["ID", "NAME", "AMOUNT", "SMALL", "N", "A_1", "A_2", "B_1_1", "B_1_2", "B_2_1", "B_2_2", "F"]


def test_csv_is_flat_and_exact(decoder):
    out = io.BytesIO()
    writer = CsvTable(out, table_of(decoder))
    writer.write(decoder.decode(record() + record(count="1", name='a,"b')))
    writer.close()
    rows = list(csv.reader(io.StringIO(out.getvalue().decode())))
    assert rows[0] == FLAT
    assert rows[1] == ["1", "ANNA", "-123.45", "0.07", "2", "A", "B", "1", "2", "3", "4", "1"]
    assert rows[2] == ["1", 'a,"b', "-123.45", "0.07", "1", "A", "", "1", "2", "", "", "1"]


def test_csv_has_no_exponents():
    copybook = "01 R.\n05 A PIC S9V9(9) COMP-3.\n05 B PIC SP(9)9.\n05 C PIC 9(19)P.\n"
    decoder = Decoder(Copybook.from_text(copybook).layout())
    packed = [bytes.fromhex(text) for text in ("00000000000C", "00000000120D")]
    data = b"".join(p + f"{b}{c:019}".encode("cp037") for p, b, c in zip(packed, "07", (1, 10**18), strict=True))
    out = io.BytesIO()
    writer = CsvTable(out, table_of(decoder))
    writer.write(decoder.decode(data))
    writer.close()
    assert list(csv.reader(io.StringIO(out.getvalue().decode())))[1:] == [
        ["0.000000000", "0.0000000000", "10"],
        ["-0.000000120", "0.0000000007", "10000000000000000000"],
    ]


@pytest.mark.parametrize(("writer_type", "read"), [(ArrowFile, pa.ipc.open_file), (ParquetFile, pq.read_table)])
def test_arrow_and_parquet_have_decimals_and_nulls(decoder, writer_type, read, tmp_path):
    path = tmp_path / "out"
    with path.open("wb") as out:
        writer = writer_type(out, table_of(decoder))
        for _ in range(3):
            writer.write(decoder.decode(record() + record(count="0")))
        writer.close()
    table = read(path) if writer_type is ParquetFile else read(path).read_all()
    assert table.column_names == FLAT
    assert table.num_rows == 6
    assert table.schema.field("AMOUNT").type == pa.decimal128(5, 2)
    assert table.column("AMOUNT").to_pylist()[0] == Decimal("-123.45")
    assert table.column("A_1").to_pylist() == ["A", None] * 3


def test_a_parquet_file_gathers_batches_into_row_groups(decoder, tmp_path, monkeypatch):
    monkeypatch.setattr("driver.output.tables._ROW_GROUP", 4)
    path = tmp_path / "out.parquet"
    with path.open("wb") as out:
        writer = ParquetFile(out, table_of(decoder))
        for first in range(0, 10, 2):
            writer.write(decoder.decode(record(f"{first:03}") + record(f"{first + 1:03}")))
        writer.close()
    metadata = pq.ParquetFile(path).metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [4, 4, 2]
    assert pq.read_table(path).column("ID").to_pylist() == list(range(10))


def test_a_parquet_file_has_dictionaries_of_columns_that_repeat_their_values(decoder, tmp_path):
    path = tmp_path / "out.parquet"
    with path.open("wb") as out:
        writer = ParquetFile(out, table_of(decoder))
        writer.write(decoder.decode(b"".join(record(f"{n:03}", name="ABCD"[n % 4]) for n in range(100))))
        writer.close()
    row_group = pq.ParquetFile(path).metadata.row_group(0)
    encodings = {c.path_in_schema: c.encodings for c in map(row_group.column, range(row_group.num_columns))}
    assert "RLE_DICTIONARY" in encodings["NAME"]
    assert "RLE_DICTIONARY" not in encodings["ID"]


def test_a_parquet_file_of_no_records_is_one(decoder, tmp_path):
    path = tmp_path / "out.parquet"
    with path.open("wb") as out:
        ParquetFile(out, table_of(decoder)).close()
    assert pq.read_table(path).num_rows == 0
    assert pq.read_table(path).column_names == FLAT


class FullDisk(io.BytesIO):
    def write(self, data) -> int:
        raise OSError(28, "No space left on device")


def test_what_a_row_group_fails_with_is_told_by_what_comes_next(decoder, monkeypatch):
    monkeypatch.setattr("driver.output.tables._ROW_GROUP", 2)
    writer = ParquetFile(FullDisk(), table_of(decoder))
    writer.write(decoder.decode(record() * 2))
    with pytest.raises(OSError, match="No space left"):
        writer.write(decoder.decode(record() * 2))
    with pytest.raises(OSError, match="No space left"):
        writer.close()
