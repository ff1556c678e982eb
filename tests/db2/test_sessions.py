"""Connections by each insert method: what they hold on to, and what they do when they cannot be made or ended."""

from collections import Counter
from contextlib import closing
from dataclasses import replace

import ibm_db
import numpy as np
import pytest

from driver import _cli
from driver._rows import Rows
from driver.repository.db2.inserts import SESSIONS, BindSession
from driver.repository.db2.parameters import integer
from driver.repository.db2.sqlcodes import SqlError, Trouble
from driver.repository.insert_method import InsertMethod

pytestmark = pytest.mark.db2


def numbers(count: int) -> Rows:
    """Rows of one INTEGER."""
    rows = Rows([integer(4)], [np.dtype(np.int64)], count)
    rows.fill([(np.arange(count), np.zeros(count, np.uint8))], np.arange(count))
    return rows


@pytest.mark.parametrize("method", InsertMethod)
def test_arrays_of_every_length_need_few_statements_at_a_time(workplace, monkeypatch, method):
    workplace.execute('CREATE TABLE FIN ("N" INTEGER)')
    calls = Counter()
    for name in ("prepare", "free_stmt"):
        monkeypatch.setattr(ibm_db, name, _counted(getattr(ibm_db, name), calls, name))
    rows = numbers(30)
    with closing(SESSIONS[method](workplace.server.address)) as session:
        for count in range(1, 31):
            session.insert(f'INSERT INTO "{workplace.name}" ("N") VALUES (?)', rows, 0, count)
        assert calls["prepare"] - calls["free_stmt"] <= 8
        session.commit()
    assert calls["prepare"] == calls["free_stmt"]
    assert workplace.query('SELECT COUNT(*), SUM("N") FROM FIN') == [(465, sum(n * (n - 1) // 2 for n in range(1, 31)))]


def _counted(function, calls, name):
    def counted(*arguments):
        calls[name] += 1
        return function(*arguments)

    return counted


@pytest.mark.parametrize("method", InsertMethod)
def test_a_login_that_is_refused_is_tried_once_and_will_not_do(breakable, method):
    address = replace(breakable.server.address, password="wrong-secret-3")  # noqa: S106
    before = breakable.laboratory.connections
    with pytest.raises(SqlError) as refused:
        SESSIONS[method](address)
    assert refused.value.trouble is Trouble.PERMANENT
    assert breakable.laboratory.connections == before + 1
    assert "wrong-secret-3" not in str(refused.value)


def test_a_connection_that_cannot_be_set_up_is_ended(breakable):
    address = breakable.server.address
    open_before = breakable.laboratory.open_connections
    with pytest.raises(_cli.CliError, match="CLI0191E"):
        _cli.Connection(address.connection_string.encode(), -1)
    assert breakable.laboratory.open_connections == open_before


def test_a_connection_whose_code_page_cannot_be_asked_for_is_ended(breakable, monkeypatch):
    class Mute:
        def __init__(self, *arguments):
            self._real = real(*arguments)

        @property
        def codepage(self):
            raise _cli.CliError("HY000", -99999, "no")

        def close(self):
            self._real.close()

    real = _cli.Connection
    monkeypatch.setattr(_cli, "Connection", Mute)
    open_before = breakable.laboratory.open_connections
    with pytest.raises(SqlError):
        BindSession(breakable.server.address)
    assert breakable.laboratory.open_connections == open_before
