"""A job's plan over decoded batches."""

from dataclasses import replace
from decimal import Decimal

import pytest

from driver.batch.personal_data import personal_fields
from driver.batch.plan import build_plan
from driver.config.model import Job
from driver.core.errors import PlanError
from driver.core.plan import Finding
from driver.core.reconciliation import PartFigures, RunFigures, TableFigures, WorkerFigures, reconcile
from mfdecode import Copybook, Decoder, LayoutError

COPYBOOK = """
01 REC.
05 ID PIC 9(4).
05 NAME PIC X(6).
05 AMOUNT PIC S9(3)V99 COMP-3.
05 DAY-OF PIC 9(8).
05 CODE PIC X OCCURS 2.
"""


def record(id_="0001", name="ANNA", amount=b"\x12\x34\x5c", day="20240101", codes="AB") -> bytes:
    return f"{id_}{name:6}".encode("cp037") + amount + f"{day}{codes}".encode("cp037")


def plan_of(**job):
    target = {"type": "duckdb", "database": "x", "staging": "S", "final": "F", "key": job.pop("key", ["ID"])}
    model = Job.model_validate({"job": "j", "input": {"path": "x", "copybook": "x"}, "target": target} | job)
    decoder = Decoder(Copybook.from_text(COPYBOOK).layout())
    return decoder, build_plan(model, decoder.layout, decoder.types, personal_fields(model, decoder.layout))


def apply(*records: bytes, findings=(), **job):
    decoder, plan = plan_of(**job)
    return plan.apply(decoder.decode(b"".join(records)).columns, findings)


def found(processed) -> list[tuple[int, str, str]]:
    return [(finding.record, finding.field, finding.code) for finding in processed.findings]


def test_good_records_are_valid_and_have_their_columns():
    processed = apply(record(), record("0002"), controls=[{"sum": "AMOUNT"}])
    assert processed.valid.tolist() == [0, 1]
    assert [column.name for column in processed.columns] == ["ID", "NAME", "AMOUNT", "DAY_OF", "CODE_1", "CODE_2"]
    assert processed.controls == {"AMOUNT": 24690}


def test_a_bad_cell_rejects_its_record_and_leaves_it_out_of_the_controls():
    processed = apply(record(), record("0002", amount=b"\x1f\x34\x5c"), record("00A2"), controls=[{"sum": "AMOUNT"}])
    assert processed.valid.tolist() == [0]
    assert found(processed) == [(1, "AMOUNT", "BAD_DIGIT"), (2, "ID", "BAD_DIGIT")]
    assert processed.controls == {"AMOUNT": 12345}


def test_a_dropped_field_rejects_nobody_unless_it_has_a_rule():
    bad = record(amount=b"\xff\xff\xff")
    assert apply(bad, fields={"AMOUNT": {"drop": True}}).valid.tolist() == [0]
    rules = [{"field": "AMOUNT", "range": [0, 5]}]
    assert found(apply(bad, fields={"AMOUNT": {"drop": True}}, rules=rules)) == [(0, "AMOUNT", "HIGH_VALUES")]


def test_every_broken_rule_is_told_and_occurrences_have_their_number():
    processed = apply(
        record(name="", amount=b"\x99\x99\x9c", codes="AX"),
        rules=[
            {"field": "name", "required": True},
            {"field": "AMOUNT", "range": [None, "999.98"]},
            {"field": "CODE", "allowed": ["A", "B"]},
        ],
    )
    assert found(processed) == [(0, "NAME", "REQUIRED"), (0, "AMOUNT", "RANGE"), (0, "CODE(2)", "ALLOWED")]
    assert processed.valid.size == 0


def test_findings_from_before_are_kept_in_record_order():
    early = Finding(1, "", "LONG_RECORD", "too long")
    processed = apply(record("0A01"), record("0002"), record("0003"), findings=[early])
    assert processed.valid.tolist() == [2]
    assert found(processed) == [(0, "ID", "BAD_DIGIT"), (1, "", "LONG_RECORD")]


def test_a_key_must_have_a_value_in_the_table():
    assert found(apply(record("    "))) == [(0, "ID", "KEY")]
    assert found(apply(record(name=""), key=["NAME"])) == [(0, "NAME", "KEY")]
    zero_day = apply(record(day="00000000"), key=["ID", "DAY-OF"], fields={"DAY-OF": {"date": "%Y%m%d"}})
    assert found(zero_day) == [(0, "DAY-OF", "KEY")]


def test_renamed_dropped_and_constant_columns():
    _, plan = plan_of(
        key=["ID"],
        fields={"ID": {"rename": "cust-no"}, "NAME": {"drop": True}, "CODE": {"rename": "KIND"}},
        constants={"SOURCE": "MF"},
        controls=[{"sum": "ID"}],
    )
    assert [column.name for column in plan.columns] == ["CUST_NO", "AMOUNT", "DAY_OF", "KIND_1", "KIND_2", "SOURCE"]
    assert plan.key == ("CUST_NO",)
    assert dict(plan.controls) == {"CUST_NO": 0}


def test_a_value_that_cannot_be_transformed_rejects_its_record():
    fields = {"DAY-OF": {"date": "%Y%m%d"}, "CODE": {"map": {"A": "first", "B": "second"}}}
    processed = apply(record(day="20241301", codes="AZ"), fields=fields)
    assert found(processed) == [(0, "DAY-OF", "DATE"), (0, "CODE(2)", "MAP")]


@pytest.mark.parametrize(
    ("job", "error", "words"),
    [
        ({"rules": [{"field": "NAMES", "required": True}]}, LayoutError, "REC has no field NAMES; did you mean NAME"),
        ({"fields": {"AMOUNT": {"rename": "ID"}}}, PlanError, "more than one column ID: rename one"),
        ({"controls": [{"sum": "NAME"}]}, PlanError, "NAME is no number in the table"),
        ({"controls": [{"sum": "AMOUNT"}], "fields": {"AMOUNT": {"pii": "full"}}}, PlanError, "AMOUNT is no number"),
        ({"key": ["CODE"]}, PlanError, "CODE occurs several times, and the key needs one value"),
        ({"fields": {"ID": {"drop": True}}}, PlanError, "key: ID is dropped"),
        ({"key": ["ID", "NAME", "id"]}, PlanError, "key: a field is there twice: ID, NAME, ID"),
        ({"fields": {"ID": {"pii": "full"}}}, PlanError, "key: ID is masked or mapped so that different values"),
        ({"fields": {"ID": {"pii": "last4"}}}, PlanError, "key: ID is masked or mapped"),
        ({"fields": {"ID": {"map": {"1": "A", "2": "A"}}}}, PlanError, "key: ID is masked or mapped"),
        ({"fields": {"AMOUNT": {}, "amount": {"drop": True}}}, PlanError, "fields: amount is there twice"),
        ({"constants": {"run-id": "x"}}, PlanError, "a column RUN_ID of its own: rename"),
        ({"constants": {"NAME": "x"}}, PlanError, "more than one column NAME: rename one"),
        ({"fields": {"NAME": {"pii": "full", "map": {}}}}, PlanError, "NAME: map and pii do not go together"),
        ({"fields": {"NAME": {"pii": "hash"}}}, PlanError, "NAME: pii: hash needs the secret hash_salt"),
        ({"rules": [{"field": "NAME", "range": [1, 2]}]}, PlanError, "NAME: range is for numbers"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(job, error, words):
    with pytest.raises(error, match=words):
        plan_of(**job)


@pytest.mark.parametrize("name", ["RUN_ID", "WORKER_ID", "BATCH_NO", "RECORD-NO", "LOADED_AT"])
def test_columns_that_the_tables_have_anyway_are_refused(name):
    with pytest.raises(PlanError, match=f"{name.replace('-', '_')} of its own"):
        plan_of(fields={"AMOUNT": {"rename": name}})


def test_a_key_may_be_hashed_dated_or_mapped_one_to_one():
    fields = {"ID": {"pii": "hash"}, "DAY-OF": {"date": "%Y%m%d"}, "NAME": {"map": {"ANNA": "A", "BERT": "B"}}}
    _, plan = plan_of(key=["ID", "DAY-OF", "NAME"], fields=fields, secrets={"hash_salt": "x"})
    assert plan.key == ("ID", "DAY_OF", "NAME")


def test_decimal_bounds_of_the_configuration_stay_exact():
    _, plan = plan_of(rules=[{"field": "AMOUNT", "range": [Decimal("0.1"), Decimal("0.3")]}])
    assert plan.steps[2].rules[0].message == "the number is not in the range 0.1 to 0.3"


TABLE = TableFigures("T", 8, 8, (5, 1, 1, 1), {"A": 7}, {"A": 7}, {"A": 2})
PART = PartFigures(10, 10, 2, 2, 10, 100, 100)
FIGURES = RunFigures(10, 8, 2, 2, [TABLE], [PART])


def test_a_run_whose_figures_agree_reconciles():
    assert all(identity.holds for identity in reconcile(FIGURES))
    assert [identity.scale for identity in reconcile(FIGURES)] == [0, 0, 0, 0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"rejected": 3}, "read = valid + rejected"),
        ({"reject_records": 1}, "rejected = records in the reject table"),
        ({"workers": (WorkerFigures(0, 9, 9, 8, 1),)}, "read = read of all workers"),
        ({"workers": (WorkerFigures(0, 10, 10, 9, 2),)}, "valid = valid of all workers"),
        ({"workers": (WorkerFigures(0, 10, 10, 8, 3),)}, "rejected = rejected of all workers"),
        ({"workers": (WorkerFigures(3, 9, 10, 8, 2),)}, "worker 3: records processed = records in the ledger"),
    ],
)
def test_one_unit_too_many_or_too_few_breaks_its_identity(changed, broken):
    names = [identity.name for identity in reconcile(replace(FIGURES, **changed)) if not identity.holds]
    assert broken in names


@pytest.mark.parametrize("others", [0, 2])
@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"read": 11}, "records read = records in the ledger"),
        ({"size": 101}, "bytes of the input = bytes in the ledger"),
        ({"batches": 1}, "batches in the ledger = as many as their numbers tell"),
        ({"record_numbers": 11}, "records in the ledger = as many as their numbers tell"),
    ],
)
def test_one_unit_too_many_or_too_few_in_a_part_breaks_its_identity(changed, broken, others):
    parts = [*[PART] * others, replace(PART, **changed)]
    names = [identity.name for identity in reconcile(replace(FIGURES, parts=parts)) if not identity.holds]
    assert names[0] == broken
    assert [name for name in names if name.startswith("part")] == [f"part 2: {broken}"] * (others > 0)


def test_what_nobody_knows_of_a_part_is_not_compared():
    names = [found.name for found in reconcile(replace(FIGURES, parts=[replace(PART, read=None, size=None)]))]
    assert not any("read = records in" in name or "bytes" in name for name in names)


@pytest.mark.parametrize("of_several", [False, True])
@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"staged": 7}, "valid = staged"),
        ({"merged": (5, 1, 1, 0)}, "staged = inserted + updated + unchanged + superseded"),
        ({"staged_controls": {"A": 8}}, "sum of A: source = staging"),
        ({"staged_controls": {}}, "sum of A: source = staging"),
    ],
)
def test_one_unit_too_many_or_too_few_in_a_table_breaks_its_identity(changed, broken, of_several):
    tables = [*([TableFigures("U", 0, 0, None, {}, {}, {})] if of_several else ()), replace(TABLE, **changed)]
    names = [identity.name for identity in reconcile(replace(FIGURES, tables=tables)) if not identity.holds]
    assert f"T: {broken}" * of_several + broken * (not of_several) in names


def test_workers_that_nobody_has_counted_are_held_to_the_total_alone():
    workers = (WorkerFigures(0, None, 6, 5, 1), WorkerFigures(1, 4, 4, 3, 1))
    found = [identity for identity in reconcile(replace(FIGURES, workers=workers)) if "worker" in identity.name]
    assert all(identity.holds for identity in found)
    assert [identity.left for identity in found] == [10, 8, 2, 4]


def test_records_of_no_table_break_an_identity():
    tables = [TABLE, TableFigures("U", 1, 1, None, {}, {}, {})]
    broken = [identity for identity in reconcile(replace(FIGURES, tables=tables)) if not identity.holds]
    assert [(identity.name, identity.left, identity.right) for identity in broken] == [
        ("valid = records of all types", 8, 9)
    ]
