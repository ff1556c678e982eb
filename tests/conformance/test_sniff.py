"""What ``sniff`` proposes for files of other people: that which reads them."""

import pytest
from conformance.test_carddemo import CASES

from mfdecode import Copybook
from mfdecode.framing import Framing, LineEnd
from mfdecode.framing import RecordFormat as R
from mfdecode.sniffing import propose, take_sample

FIXED = [(f"carddemo/{data}", f"carddemo/{copybook}", length) for data, copybook, _, length, _ in CASES]
FIXED += [
    ("carddemo/EXPORT.DATA.PS", "carddemo/CVEXPORT.cpy", 500),
    ("cobrix/test1_data/example.bin", "cobrix/test1_copybook.cob", 2202),
    ("cobrix/test3_data/TRAN2.AUG31.DATA.dat", "cobrix/test3_copybook.cob", 45),
    ("cobrix/test6_data/INTEGR.TYPES.NOV28.DATA.dat", "cobrix/test6_copybook.cob", 1493),
]


@pytest.mark.parametrize("with_copybook", [True, False])
@pytest.mark.parametrize(("data", "copybook", "length"), FIXED)
def test_fixed_records(conformance, data, copybook, length, with_copybook):
    layout = Copybook.from_file(conformance / copybook).layout() if with_copybook else None
    best = propose(take_sample(conformance / data), layout)[0]
    assert (best.framed.framing, best.framed.share) == (Framing(R.F, length), 1)
    if with_copybook:
        assert best.codepage == "cp037"


@pytest.mark.parametrize("with_copybook", [True, False])
@pytest.mark.parametrize(("copybook", "twin", "records"), [(c, t, n) for _, c, t, _, n in CASES])
def test_lines_of_text(conformance, copybook, twin, records, with_copybook):
    layout = Copybook.from_file(conformance / "carddemo" / copybook).layout() if with_copybook else None
    best = propose(take_sample(conformance / "carddemo" / twin), layout)[0]
    framing = best.framed.framing
    assert (framing.record_format, framing.line_end, best.codepage) == (R.D, LineEnd.AUTO, "ascii")
    assert best.framed.records == records


@pytest.mark.parametrize("with_copybook", [True, False])
def test_descriptor_words_that_do_not_count_themselves(conformance, with_copybook):
    layout = Copybook.from_file(conformance / "cobrix/test5_copybook.cob").layout() if with_copybook else None
    best = propose(take_sample(conformance / "cobrix/test5b_data/COMP.DETAILS.FEB02.DATA.RDW.BE.dat"), layout)[0]
    assert best.framed.framing == Framing(R.V, 0, rdw_inclusive=False)
    assert (best.framed.records, best.codepage) == (1000, "cp037")
