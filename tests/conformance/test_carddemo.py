"""CardDemo: files of format F in cp037, each with a twin in plain text."""

from decimal import Decimal

import pytest

from mfdecode import Copybook
from mfdecode.layout import Encoding

CASES = [
    ("CARDDATA.PS", "CVACT02Y.cpy", "carddata.txt", 150, 50),
    ("CARDXREF.PS", "CVACT03Y.cpy", "cardxref.txt", 50, 50),
    ("CUSTDATA.PS", "CVCUS01Y.cpy", "custdata.txt", 500, 50),
    ("DALYTRAN.PS", "CVTRA06Y.cpy", "dailytran.txt", 350, 300),
    ("TCATBALF.PS", "CVTRA01Y.cpy", "tcatbal.txt", 50, 50),
    ("TRANTYPE.PS", "CVTRA03Y.cpy", "trantype.txt", 60, 7),
    ("TRANCATG.PS", "CVTRA04Y.cpy", "trancatg.txt", 60, 18),
]
OVERPUNCHED = dict(zip("{ABCDEFGHI}JKLMNOPQR", [*range(10), *(-d for d in range(10))], strict=True))


def number(text: str, scale: int) -> Decimal:
    """A zoned number in plain text, its sign over the last digit."""
    if text[-1].isdigit():
        return Decimal(text).scaleb(-scale)
    last = OVERPUNCHED[text[-1]]
    minus = text[-1] in "}JKLMNOPQR"
    magnitude = Decimal(text[:-1] + str(abs(last))).scaleb(-scale)
    return -magnitude if minus else magnitude


@pytest.mark.parametrize(("data", "copybook", "twin", "length", "records"), CASES)
def test_every_field_is_that_of_the_plain_twin(conformance, decode, data, copybook, twin, length, records):
    layout = Copybook.from_file(conformance / "carddemo" / copybook).layout()
    assert layout.length == length
    rows = decode(f"carddemo/{data}", f"carddemo/{copybook}")
    lines = (conformance / "carddemo" / twin).read_text(encoding="latin-1").splitlines()
    assert len(rows) == len(lines) == records
    for row, line in zip(rows, lines, strict=True):
        for field in layout.fields:
            text = line.ljust(length)[field.offset : field.offset + field.length]
            wanted = text.rstrip(" ") if field.encoding is Encoding.TEXT else number(text, field.scale)
            value = row
            for member in field.path:
                value = value[member]
            assert value == wanted, (field.name, line)


SELECT = [
    option
    for alternative, code in [
        ("EXPORT-CUSTOMER-DATA", "C"),
        ("EXPORT-ACCOUNT-DATA", "A"),
        ("EXPORT-TRANSACTION-DATA", "T"),
        ("EXPORT-CARD-XREF-DATA", "X"),
        ("EXPORT-CARD-DATA", "D"),
    ]
    for option in ("--select", f"{alternative}:EXPORT-REC-TYPE={code}")
]


@pytest.fixture
def export(decode):
    return decode("carddemo/EXPORT.DATA.PS", "carddemo/CVEXPORT.cpy", "--errors", *SELECT)


def of_type(rows: list[dict], code: str) -> list[dict]:
    return [row for row in rows if row["EXPORT_REC_TYPE"] == code]


def test_the_export_has_five_types_and_no_bad_cell(export):
    assert {code: len(of_type(export, code)) for code in "CAXDT"} == {"C": 50, "A": 50, "X": 50, "D": 50, "T": 300}
    assert all(row["_errors"] == [] for row in export)
    assert [row["EXPORT_SEQUENCE_NUM"] for row in export] == sorted(row["EXPORT_SEQUENCE_NUM"] for row in export)


def test_only_the_chosen_alternative_has_values(export):
    customer = of_type(export, "C")[0]
    assert customer["EXPORT_CUSTOMER_DATA"]["EXP_CUST_ID"] == 1
    assert customer["EXPORT_ACCOUNT_DATA"]["EXP_ACCT_CURR_BAL"] is None


def test_the_exported_transactions_are_the_daily_ones(export, decode):
    daily = decode("carddemo/DALYTRAN.PS", "carddemo/CVTRA06Y.cpy")
    exported = {
        row["EXPORT_TRANSACTION_DATA"]["EXP_TRAN_ID"]: row["EXPORT_TRANSACTION_DATA"]["EXP_TRAN_AMT"]
        for row in of_type(export, "T")
    }
    assert exported == {row["DALYTRAN_ID"]: row["DALYTRAN_AMT"] for row in daily}
    assert len(exported) == 300


def test_the_exported_customers_are_those_of_the_customer_file(export, decode):
    customers = {row["CUST_ID"]: row for row in decode("carddemo/CUSTDATA.PS", "carddemo/CVCUS01Y.cpy")}
    assert len(of_type(export, "C")) == len(customers) == 50
    for row in of_type(export, "C"):
        exported = row["EXPORT_CUSTOMER_DATA"]
        customer = customers[exported["EXP_CUST_ID"]]
        # One customer was edited before the export; these fields of it were not, but for capitals.
        for name in ("FIRST_NAME", "MIDDLE_NAME", "GOVT_ISSUED_ID", "EFT_ACCOUNT_ID"):
            assert exported[f"EXP_CUST_{name}"].upper() == customer[f"CUST_{name}"].upper()
