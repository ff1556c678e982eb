"""Sample files: the same for the same seed, and damaged as they say."""

from pathlib import Path

import numpy as np
import pytest

from driver.generate.sample import generate_sample
from mfdecode import Copybook, Decoder, RecordFormat
from mfdecode.options import DecodeOptions

CUSTOMER = Path("config/copybooks/customer.cpy")


def generate(path: Path, *, copybook=CUSTOMER, records=3_000, record_format=RecordFormat.F, **options):
    chosen = {"seed": 1, "bad": 0.01, "duplicates": 0.02} | options
    layout = Copybook.from_file(copybook).layout()
    made = generate_sample(
        layout, path, records=records, options=DecodeOptions(), record_format=record_format, **chosen
    )
    return layout, made


def test_the_same_seed_makes_the_same_file(tmp_path):
    generate(tmp_path / "a")
    generate(tmp_path / "b")
    generate(tmp_path / "c", seed=2)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()


def test_undamaged_records_have_no_bad_cell_and_a_key_each(tmp_path):
    layout, made = generate(tmp_path / "a", bad=0, duplicates=0)
    batches = list(Decoder(layout).open(tmp_path / "a"))
    assert (made.records, made.repeated, sum(made.damaged.values())) == (3_000, 0, 0)
    assert not any(batch.errors() for batch in batches)
    assert np.concatenate([batch.array["CUST_ID"] for batch in batches]).tolist() == list(range(1, 3_001))


def test_tables_of_variable_size_are_counted_and_packed(tmp_path):
    (tmp_path / "odo.cpy").write_text(
        "01 R.\n05 ID PIC 9(5).\n05 N PIC 9(2).\n05 T OCCURS 1 TO 7 DEPENDING ON N.\n10 A PIC X(3).\n"
        "05 K PIC N(4).\n05 Z PIC 9(3).\n"
    )
    for record_format in (RecordFormat.F, RecordFormat.V):
        path = tmp_path / record_format
        layout, _ = generate(path, copybook=tmp_path / "odo.cpy", bad=0, duplicates=0, record_format=record_format)
        batches = list(Decoder(layout, record_format=record_format).open(path))
        assert not any(batch.errors() for batch in batches)
        assert {int(n) for batch in batches for n in batch.array["N"]} == set(range(1, 8))
    assert (tmp_path / "V").stat().st_size < (tmp_path / "F").stat().st_size


def test_keys_are_repeated_as_often_as_it_says(tmp_path):
    layout, made = generate(tmp_path / "a", bad=0)
    keys = np.concatenate([batch.array["CUST_ID"] for batch in Decoder(layout).open(tmp_path / "a")])
    assert made.repeated > 0
    assert len(keys) - len(set(keys.tolist())) == made.repeated


def test_every_kind_of_damage_is_done_and_most_kinds_are_bad_cells(tmp_path):
    layout, made = generate(tmp_path / "a", duplicates=0)
    bad = {number for batch in Decoder(layout).open(tmp_path / "a") for number, _, _ in batch.errors()}
    kinds = {"packed-digit", "packed-sign", "zoned-digit", "date", "binary-overflow", "status"}
    assert set(made.damaged) == kinds
    assert all(made.damaged.values())
    # A thirteenth month and an unknown status are good bytes; the job's rules find them.
    assert len(bad) == sum(made.damaged.values()) - made.damaged["date"] - made.damaged["status"]


def test_variable_records_have_their_descriptors(tmp_path):
    layout, _ = generate(tmp_path / "v", record_format=RecordFormat.V, records=50)
    generate(tmp_path / "f", records=50)
    variable = list(Decoder(layout, record_format="V").open(tmp_path / "v"))
    fixed = list(Decoder(layout).open(tmp_path / "f"))
    assert [batch.array.tobytes() for batch in variable] == [batch.array.tobytes() for batch in fixed]


@pytest.mark.parametrize(
    "fields",
    [
        "05 K PIC X(5).\n05 F COMP-1.\n05 G COMP-2.\n05 E PIC ZZ9.99-.",
        "05 K PIC S9(20) COMP.\n05 A PIC S9(30) COMP-3.\n05 T OCCURS 2.\n10 B PIC 9(4) COMP-5.",
        "05 K PIC 9(5).\n05 A PIC X(4).\n05 B REDEFINES A PIC 9(4).\n05 THE-DATE PIC X(10).",
    ],
)
def test_any_copybook_has_a_sample(tmp_path, fields):
    (tmp_path / "any.cpy").write_text(f"01 R.\n{fields}\n")
    layout, _ = generate(tmp_path / "out", copybook=tmp_path / "any.cpy", bad=0, duplicates=0, records=200)
    batches = list(Decoder(layout).open(tmp_path / "out"))
    assert sum(len(batch) for batch in batches) == 200
    assert not any(batch.errors() for batch in batches)
