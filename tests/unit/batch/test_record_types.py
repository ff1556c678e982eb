"""A job with several record types, as one job for each of them."""

import pytest

from driver.batch.record_types import job_of_type
from driver.config.model import Job
from driver.core.errors import PlanError
from mfdecode import Copybook

BOOK = Copybook.from_text(
    "01 A-REC. 05 KIND PIC X. 05 N PIC 9. 05 X PIC X(2). 05 Y REDEFINES X PIC 9(2). "
    "01 B-REC. 05 KIND PIC X. 05 N PIC 9. 05 ONLY-B PIC X."
)
LAYOUTS = {"A": BOOK.layout("A-REC"), "B": BOOK.layout("B-REC")}


def of_type(name: str, **job) -> Job:
    source = {"path": "x", "copybook": "x", "redefines": job.pop("redefines", {})}
    source["records"] = {"A": {"record": "A-REC", "when": {"field": "KIND", "equals": "A"}}, "B": {"record": "B-REC"}}
    tables = {each: {"staging": f"S{each}", "final": f"F{each}", "key": ["N"]} for each in "AB"}
    target = {"type": "duckdb", "database": "x", "tables": tables}
    return job_of_type(Job.model_validate({"job": "j", "input": source, "target": target} | job), name, LAYOUTS)


def test_a_name_means_the_field_of_each_type_that_has_it():
    rules = [{"field": name, "required": True} for name in ("N", "ONLY-B", "A.N", "B.KIND")]
    assert [rule.field for rule in of_type("A", rules=rules).rules] == ["N", "N"]
    assert [rule.field for rule in of_type("B", rules=rules).rules] == ["N", "ONLY-B", "KIND"]


def test_each_type_has_its_tables_options_controls_and_alternatives():
    when = {"field": "KIND", "equals": "A"}
    job = {"fields": {"B.N": {"rename": "M"}}, "controls": [{"sum": "A.N"}], "redefines": {"Y": when}}
    first, second = of_type("A", **dict(job)), of_type("B", **dict(job))
    assert (first.target.only.staging, second.target.only.final) == ("SA", "FB")
    assert ([*first.fields], [*second.fields]) == ([], ["N"])
    assert (len(first.controls), len(second.controls)) == (1, 0)
    assert ([*first.input.redefines], [*second.input.redefines]) == (["Y"], [])


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ({"rules": [{"field": "NONE", "required": True}]}, "none of the record types A, B has a field NONE"),
        ({"controls": [{"sum": "B.X"}]}, "has a field B.X"),
        ({"fields": {"N": {"drop": True}, "A.N": {"rename": "M"}}}, "N is there twice for the record type A"),
        ({"redefines": {"Z": {"field": "KIND", "equals": "A"}}}, "Z is an alternative in none"),
    ],
)
def test_what_no_type_has_is_refused(job, words):
    with pytest.raises(PlanError, match=words):
        of_type("A", **job)
