"""A card number and a social security number, in good and in bad records: where they are found, and where not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from driver.batch.exit_codes import ExitCode
from driver.core.errors import PlanError

if TYPE_CHECKING:
    from conftest import Workplace

PATIENCE = 60
CARD, SSN = "4111222233334444", "987654321"
COPYBOOK = """\
       01  PAYMENT.
           05  PAY-ID    PIC 9(6).
           05  CARD-NUM  PIC 9(16).
           05  CUST-SSN  PIC 9(9) COMP-3.
           05  STATE     PIC X.
       01  NOTE.
           05  NOTE-TEXT PIC X(28).
"""
PLUGIN = """
def quote(values, status):
    raise ValueError(f'what is {values[0]}?')
"""


def payment(number: int, state: str = "A") -> bytes:
    packed = bytes.fromhex(f"{SSN}C")
    return f"{number:06d}{CARD}".encode("cp037") + packed + state.encode("cp037")


def rdw(data: bytes) -> bytes:
    return (len(data) + 4).to_bytes(2, "big") + b"\0\0" + data


@pytest.fixture
def cards(workplace: Workplace) -> Workplace:
    (workplace.path / "payment.cpy").write_text(COPYBOOK)
    workplace.job["input"] |= {"record": "PAYMENT", "record_format": "V"}
    workplace.job["fields"] = {"CUST-SSN": {"pii": "last4"}}
    workplace.job["rejects"] |= {"percent": 100}
    workplace.job["log"] = {"file": str(workplace.path / "run.log"), "level": "debug"}
    workplace.job["controls"] = []
    return workplace


def everything(workplace: Workplace, *options: str, code: int) -> dict[str, bytes]:
    """All that a run tells, by where it does: on the terminal, in the log, the reasons and the report."""
    report = workplace.path / "report.json"
    process = workplace.start("--report", str(report), *options)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, err
    files = [workplace.path / "run.log", workplace.path / "payments.rej.jsonl", report]
    files += [path for path in (workplace.path / "runs").rglob("*") if path.is_file()]
    return {"terminal": (out + err).encode()} | {path.name: path.read_bytes() for path in files if path.exists()}


def assert_hidden(told: dict[str, bytes]) -> None:
    """No part of what is personal is there: as text, in EBCDIC, packed, or any of these in hexadecimal."""
    for datum in (CARD[4:10], SSN[:6]):
        raw = [datum.encode(), datum.encode("cp037"), bytes.fromhex(datum)]
        shown = [form for one in raw for form in (one, one.hex().encode(), one.hex(" ").encode())]
        for name, content in told.items():
            for form in shown:
                assert form not in content
                assert form.upper() not in content, name


BAD = {
    "a rule": rdw(payment(7, state="X")),
    "too long": rdw(payment(7) + CARD.encode("cp037")),
    "its beginning missing": rdw(payment(7)[10:]),
    "no record": b"\xff\xff\xff" + payment(7) * 2 + b"\xff",
}


@pytest.mark.parametrize("bad", BAD)
def test_they_are_in_the_table_and_the_record_file_alone(cards: Workplace, bad: str) -> None:
    cards.job["input"]["on_broken_rdw"] = "resync"
    cards.write([*(rdw(payment(n)) for n in range(7)), BAD[bad], *(rdw(payment(n)) for n in range(8, 60))])
    told = everything(cards, code=ExitCode.REJECTS)
    assert_hidden(told)
    assert "CARD-NUM (card number)" in " ".join(told["terminal"].decode().split())
    assert "CUST-SSN (" not in told["terminal"].decode()  # it is marked
    [event] = [json.loads(line) for line in told["run.log"].splitlines() if b'"personal_data"' in line]
    assert "fields.CARD-NUM.pii: last4" in event["message"]
    assert cards.rejects == (BAD[bad] if bad != "no record" else b"")
    [(raw,)] = cards.query("SELECT DISTINCT RAW FROM MF_REJECT")
    assert raw in BAD[bad]
    assert len(raw) >= 18
    assert cards.query("SELECT DISTINCT CARD_NUM, CUST_SSN FROM PAYMENT") == [(int(CARD), "*****4321")]


def test_masked_they_are_in_no_file_and_no_reject(cards: Workplace) -> None:
    cards.job["rejects"]["raw"] = "masked"
    cards.job["input"]["on_broken_rdw"] = "resync"
    cards.write([*(rdw(payment(n)) for n in range(7)), *BAD.values(), *(rdw(payment(n)) for n in range(8, 60))])
    told = everything(cards, code=ExitCode.REJECTS)
    raws = {str(n): raw for n, (raw,) in enumerate(cards.query("SELECT RAW FROM MF_REJECT"))}
    assert len(raws) >= 4
    assert_hidden(told | {"the record file": cards.rejects} | raws)
    visible = f"{7:06d}".encode("cp037") + b"\x5c" * 21 + "X".encode("cp037")
    assert visible in cards.rejects
    assert visible in raws.values()
    assert "--rejects-of" not in told["terminal"].decode()


@pytest.mark.parametrize("pool", ["thread", "process"])
def test_the_pools_mask_alike(cards: Workplace, pool: str) -> None:
    cards.job["rejects"]["raw"] = "masked"
    cards.job["pipeline"]["pool"] = pool
    cards.write(rdw(payment(n, state="X")) for n in range(30))
    cards.run()
    visible = [f"{n:06d}".encode("cp037") + b"\x5c" * 21 + "X".encode("cp037") for n in range(30)]
    assert cards.query("SELECT RAW FROM MF_REJECT ORDER BY RECORD_NO") == [(record,) for record in visible]


def test_a_file_that_breaks_shows_no_bytes(cards: Workplace) -> None:
    cards.write([*(rdw(payment(n)) for n in range(7)), BAD["no record"]])
    told = everything(cards, code=ExitCode.CONFIGURATION)
    assert_hidden(told)
    assert b"its bytes are not shown" in told["terminal"]
    cards.job["fields"] = {name: {"pii": "none"} for name in ("CUST-SSN", "CARD-NUM")}
    cards.database.unlink()
    assert b"F3 F3 F3 F3 F4" in everything(cards, code=ExitCode.CONFIGURATION)["terminal"]


def test_what_a_plug_in_says_is_not_repeated(cards: Workplace) -> None:
    (cards.path / "quoting.py").write_text(PLUGIN)
    cards.job["rules"] = [{"field": "CARD-NUM", "plugin": "quoting:quote"}]
    cards.write(rdw(payment(n)) for n in range(7))
    told = everything(cards, code=ExitCode.CONFIGURATION)
    assert_hidden(told)
    assert b"plug-in quoting:quote failed on CARD_NUM: ValueError: its message is not shown" in told["terminal"]


def test_a_first_line_that_is_no_heading_is_not_shown(cards: Workplace) -> None:
    cards.job["input"] |= {"record_format": "CSV", "codepage": "ascii"}
    cards.write([f"1,{CARD},{SSN},A\n".encode()] * 3)
    told = everything(cards, code=ExitCode.CONFIGURATION)
    assert_hidden(told)
    assert b"the first line should name each column" in told["terminal"]


def test_the_columns_of_a_line_are_hidden(cards: Workplace) -> None:
    cards.job["input"] |= {"record_format": "CSV", "codepage": "ascii"}
    lines = [f"{SSN},A,{n},{CARD}\n" for n in range(20)]
    bad = [f'{SSN},X,21,"{CARD}"\n', f"{SSN},A,22,{CARD},{CARD}\n", f"{SSN}X,A,23,{CARD}\n", f'{SSN},A,24,"{CARD}']
    cards.write(line.encode() for line in ["CUST-SSN,STATE,PAY-ID,CARD-NUM\n", *lines, *bad])
    told = everything(cards, code=ExitCode.REJECTS)
    assert_hidden(told)
    raws = [bytes.fromhex(json.loads(line)["raw"]).decode() for line in told["payments.rej.jsonl"].splitlines()]
    assert raws[0] == "*********,X,21,******************"
    assert all(set(raw) == {"*"} for raw in (raws[1], raws[-1]))


@pytest.mark.parametrize("order", [("PAYMENT", "NOTE"), ("NOTE", "PAYMENT")])
def test_each_type_hides_its_own(cards: Workplace, order: tuple[str, str]) -> None:
    del cards.job["input"]["record"]
    kinds = {
        "PAYMENT": {"record": "PAYMENT", "when": {"field": "STATE", "in": ["A", "X"]}},
        "NOTE": {"record": "NOTE", "when": {"field": "NOTE-TEXT", "equals": "A NOTE"}},
    }
    cards.job["input"]["records"] = {name: kinds[name] for name in order}
    cards.job["target"] = {
        "type": "duckdb",
        "database": str(cards.database),
        "tables": {
            "PAYMENT": {"staging": "STG_PAYMENT", "final": "PAYMENT", "key": ["PAY-ID"]},
            "NOTE": {"staging": "STG_NOTE", "final": "NOTES", "key": ["NOTE-TEXT"]},
        },
    }
    cards.job["rules"].append({"field": "NOTE-TEXT", "allowed": ["ANOTHER"]})
    note = f"{'A NOTE':<28}".encode("cp037")
    cards.write(map(rdw, [payment(1), note, payment(2, state="X"), payment(3, state="?")]))
    told = everything(cards, code=ExitCode.REJECTS)
    assert_hidden(told)
    raws = [json.loads(line)["raw"] for line in told["payments.rej.jsonl"].splitlines()]
    assert [raws[0], set(raws[-1][::2] + raws[-1][1::2])] == [note.hex().upper(), set("5C")]
    assert raws[1].startswith("F0F0F0F0F0F25C5C")


def test_patterns_say_how_they_are_loaded_and_fields_what_they_are(cards: Workplace) -> None:
    cards.job["pii"] = {"patterns": {"*-SSN": "full", "card_*": "last4"}}
    cards.write([rdw(payment(1))])
    told = everything(cards, code=ExitCode.OK)
    assert b"looks like personal data" not in told["terminal"]
    assert cards.query("SELECT CARD_NUM, CUST_SSN FROM PAYMENT") == [("*" * 12 + "4444", "*****4321")]
    cards.database.unlink()
    cards.job["fields"] = {"CUST-SSN": {"pii": "none"}}
    everything(cards, code=ExitCode.OK)
    assert cards.query("SELECT CUST_SSN FROM PAYMENT") == [(int(SSN),)]


def test_a_pattern_over_a_date_is_told_with_the_way_out(cards: Workplace) -> None:
    cards.job["pii"] = {"patterns": {"STATE": "full"}}
    cards.job["fields"] = {"STATE": {"map": {"A": "ACTIVE"}}}
    cards.write([rdw(payment(1))])
    with pytest.raises(PlanError, match=r"pii.patterns has STATE: full, and map does not.*fields.STATE.pii: none"):
        cards.run()


@pytest.mark.parametrize(
    "declared", [{"pii": {"hide_lookalikes": False}}, {"fields": {"CARD-NUM": {"pii": "none"}, "CUST-SSN": {}}}]
)
def test_what_is_declared_not_personal_is_shown(cards: Workplace, declared: dict[str, object]) -> None:
    cards.job |= {"fields": {}} | declared
    cards.write([rdw(payment(1, state="X"))])
    told = everything(cards, code=ExitCode.REJECTS)
    assert CARD.encode("cp037").hex().upper().encode() in told["payments.rej.jsonl"]


def test_samples_of_the_report_are_hidden(cards: Workplace) -> None:
    cards.job["rules"] = [{"field": "CARD-NUM", "range": [0, 1]}]
    cards.write(rdw(payment(n)) for n in range(5))
    told = everything(cards, code=ExitCode.REJECTS)
    assert_hidden(told)
    [reason] = json.loads(told["report.json"])["reasons"]
    assert [sample["value"] for sample in reason["samples"]] == ["5C" * 16] * 3
    assert Path(cards.path / "payments.rej").read_bytes().count(CARD.encode("cp037")) == 5
