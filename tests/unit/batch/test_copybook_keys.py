"""What a job says of its copybook."""

from driver.batch.preparation import prepare
from driver.config.model import Job


def test_a_job_may_have_decimal_commas_and_ranges(tmp_path):
    copybook = tmp_path / "rec.cpy"
    copybook.write_text("01 REC.\n05 ID PIC X.\n05 A PIC Z.ZZZ.ZZ9,99.\n66 R RENAMES ID THRU A.\n")
    source = {"path": "x", "copybook": copybook, "decimal_comma": True, "renames": True}
    job = Job.model_validate({"job": "j", "input": source, "target": {"type": "discard"}})
    (table,) = prepare(job).tables
    assert [(column.name, column.type.decimals) for column in table.columns] == [("ID", 0), ("A", 2), ("R", 0)]
