"""What the kernels need not check, since it is checked when a plan is made."""

from dataclasses import replace

import pytest

from mfdecode import Copybook
from mfdecode._plan import Plan  # noqa: TID251 - it is what is tested
from mfdecode.options import DecodeOptions
from mfdecode.planning import plan_columns

LAYOUT = Copybook.from_text("01 R.\n05 A PIC X(4).\n05 B PIC N(2).\n05 C PIC 9(4) COMP.\n").layout()
ROW = 4 + 8 + 2


def columns_of(options: DecodeOptions = DecodeOptions()):  # noqa: B008 - never changed
    return list(plan_columns(LAYOUT, options, ()))


def test_a_plan_that_fits_is_made():
    assert len(Plan(columns_of(), LAYOUT.length, ROW, "baseline")) == 3


@pytest.mark.parametrize(
    ("column", "changes", "words"),
    [
        (0, {"offset": -1}, "column 0 reaches out of the record of 10 bytes"),
        (2, {"offset": 9}, "column 2 reaches out of the record"),
        (2, {"target": 13}, "column 2 reaches out of the row of 14 bytes"),
        (1, {"size": 4}, "column 1 has no room for its text"),
        (0, {"kernel": "text_mixed"}, "column 0 has no room|a table of"),
        (0, {"kernel": "text"}, "there is no kernel 'text'"),
    ],
)
def test_one_that_does_not_is_refused(column, changes, words):
    columns = columns_of()
    columns[column] = replace(columns[column], **changes)
    with pytest.raises(ValueError, match=words):
        Plan(columns, LAYOUT.length, ROW, "baseline")
