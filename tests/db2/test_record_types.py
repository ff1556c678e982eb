"""Record types into Db2: several tables in one transaction a batch, parents merged first."""

import pytest

from driver.batch.exit_codes import ExitCode

pytestmark = pytest.mark.db2

COPYBOOK = """\
       01  ORDER-RECORD.
           05  KIND      PIC X.
           05  ORDER-NO  PIC 9(6).
           05  CUSTOMER  PIC X(5).
       01  LINE-RECORD.
           05  KIND      PIC X.
           05  LINE-NO   PIC 9(3).
           05  PRICE     PIC 9(8).
"""


@pytest.fixture
def orders(workplace):
    """A job over orders and their lines, by two tables."""
    (workplace.path / "payment.cpy").write_text(COPYBOOK)
    workplace.job["input"]["records"] = {
        "LINE": {
            "record": "LINE-RECORD",
            "when": {"field": "KIND", "equals": "L"},
            "carry": {"from": "ORDER", "fields": ["ORDER-NO"]},
        },
        "ORDER": {"record": "ORDER-RECORD", "when": {"field": "KIND", "equals": "O"}},
    }
    lines = workplace.server.new_name()
    workplace.lines = lines
    for name in ("staging", "final", "key"):
        del workplace.job["target"][name]
    workplace.job["target"]["tables"] = {
        "ORDER": {"staging": f"STG_{workplace.name}", "final": workplace.name, "key": ["ORDER-NO"]},
        "LINE": {"staging": f"STG_{lines}", "final": lines, "key": ["ORDER-NO", "LINE-NO"]},
    }
    workplace.job["rules"], workplace.job["controls"] = [], [{"sum": "PRICE"}]
    return workplace


def records(orders: int) -> list[bytes]:
    """Orders of 0 to 6 lines."""
    texts = [[f"O{n:06d}ANNA ", *(f"L{at:03d}{n:08d}" for at in range(n % 7))] for n in range(orders)]
    return [text.encode("cp037") for order in texts for text in order]


@pytest.mark.parametrize("method", ["bind", "array", "executemany"])
def test_each_type_has_its_table(orders, method):
    orders.job["target"]["insert"] = method
    orders.write(records(30))
    report = orders.run()
    assert report.exit_code is ExitCode.OK, report.message
    assert all(identity.holds for identity in report.identities)
    lines = [(n, at, n) for n in range(30) for at in range(n % 7)]
    assert orders.query('SELECT "ORDER_NO" FROM FIN ORDER BY 1') == [(n,) for n in range(30)]
    found = orders.query(f'SELECT "ORDER_NO", "LINE_NO", "PRICE" FROM "{orders.lines}" ORDER BY 1, 2')
    assert found == lines
    assert [(type_.record_type, type_.staged) for type_ in report.types] == [("ORDER", 30), ("LINE", len(lines))]
    again = orders.run()
    assert (again.exit_code, again.merge.unchanged) == (ExitCode.OK, 30 + len(lines))


def test_a_row_that_the_database_refuses_is_left_out_of_its_table_alone(orders):
    orders.write(records(10))
    assert orders.run().exit_code is ExitCode.OK
    staging = f"STG_{orders.lines}"
    refuse = f'ALTER TABLE "{staging}" ADD CONSTRAINT "{orders.lines}_C" CHECK ("PRICE" <> 4)'
    orders.execute(f'DELETE FROM "{staging}"', refuse)
    report = orders.run()
    assert report.exit_code is ExitCode.REJECTS, report.message
    assert all(identity.holds for identity in report.identities)
    assert [(type_.record_type, type_.staged) for type_ in report.types] == [("ORDER", 10), ("LINE", 24 - 4)]
    assert (orders.path / "payments.rej").read_bytes() == b"".join(
        f"L{at:03d}00000004".encode("cp037") for at in range(4)
    )
