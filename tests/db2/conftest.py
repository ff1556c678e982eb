"""Jobs into Db2 by its real driver: over DRDA to Derby, or to the server that MFDECODE_TEST_DB2_DSN names."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from io import StringIO
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from drda.derby import DATABASE, PASSWORD, USER, missing
from drda.dsn import address_of
from drda.laboratory import Laboratory
from rich.console import Console

from driver.batch.application import BatchApplication
from driver.batch.report import RunReport
from driver.config.model import Job
from driver.repository.db2.session import ServerAddress, Session
from driver.repository.db2.sqlcodes import NO_TABLE, SqlError

SHARED = ("MF_RUN", "MF_RUN_TABLE", "MF_LEDGER", "MF_REJECT")

COPYBOOK = """\
       01  PAYMENT.
           05  PAY-ID    PIC 9(6).
           05  PAYEE     PIC X(10).
           05  AMOUNT    PIC S9(7)V99 COMP-3.
           05  STATE     PIC X.
"""


@dataclass
class Server:
    """Where the tests connect to.

    Attributes:
        address: as the driver takes it.
        laboratory: None with a server of somebody else's, with which nothing can be made to go wrong.
        prefix: of the names of tables and runs: another one each time, where those of the last time are still there.
    """

    address: ServerAddress
    laboratory: Laboratory | None = None
    names: list[str] = field(default_factory=list)
    token: str = field(default_factory=lambda: token_hex(3).upper())

    def new_name(self) -> str:
        """Of a job's final table; no other session has the same."""
        self.names.append(f"PAY_{self.token}_{len(self.names)}")
        return self.names[-1]

    def forget(self, names: Iterable[str]) -> None:
        """Drop the tables of these jobs, and delete what the shared ones have of them."""
        session = Session(self.address)
        try:
            for name in names:
                runs = f"'{name}-%'"
                for sql in (
                    *(f'DROP TABLE "{table}"' for table in (name, f"STG_{name}", f"STG_{name}_W")),
                    *(f'DELETE FROM "{table}" WHERE "RUN_ID" LIKE {runs}' for table in SHARED),
                ):
                    try:
                        session.execute(sql)
                        session.commit()
                    except SqlError as error:
                        session.rollback()
                        if error.sqlcode != NO_TABLE:
                            raise
        finally:
            session.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests."""
    if dsn := os.environ.get("MFDECODE_TEST_DB2_DSN"):
        named = Server(address_of(dsn))
        yield named
        named.forget(named.names)
        return
    if why := missing():
        if os.environ.get("MFDECODE_REQUIRE_DB2") == "1":
            pytest.fail(f"the Db2 suite must run here: {why}")
        pytest.skip(why)
    with Laboratory(tmp_path_factory.mktemp("derby")) as laboratory:
        yield Server(ServerAddress(DATABASE, "127.0.0.1", laboratory.port, USER, PASSWORD), laboratory)


@dataclass
class Workplace:
    """A folder with an input file, and a job over it into tables of its own."""

    path: Path
    server: Server
    job: dict[str, Any] = field(init=False)
    name: str = field(init=False)
    runs: int = 0

    def __post_init__(self) -> None:
        self.name = self.server.new_name()
        address = self.server.address
        (self.path / "payment.cpy").write_text(COPYBOOK)
        self.job = {
            "job": f"payments-{self.name}",
            "runs": str(self.path / "runs"),
            "input": {"path": str(self.path / "payments.dat"), "copybook": str(self.path / "payment.cpy")},
            "pipeline": {"batch_size": 10, "processors": 2, "writers": 2},
            "rules": [{"field": "STATE", "allowed": ["A", "C"]}],
            "target": {
                "type": "db2",
                "database": address.database,
                "host": address.host,
                "port": address.port,
                "user": address.user,
                "authentication": address.authentication,
                "ssl": False if address.ssl is None else asdict(address.ssl),
                "staging": f"STG_{self.name}",
                "final": self.name,
                "key": ["PAY-ID"],
                "retry": {"attempts": 8, "first_wait": 0, "longest_wait": 0},
            },
            "rejects": {"limit": 1000, "percent": 100, "file": str(self.path / "payments.rej")},
            "controls": [{"sum": "AMOUNT"}],
            "secrets": {"db2_password": address.password},
        }

    @property
    def laboratory(self) -> Laboratory:
        assert self.server.laboratory is not None
        return self.server.laboratory

    @property
    def run_id(self) -> str:
        """Of the last run."""
        return f"{self.name}-{self.runs}"

    def write(self, records: Iterable[bytes]) -> None:
        """Make the input file."""
        (self.path / "payments.dat").write_bytes(b"".join(records))

    @staticmethod
    def payment(
        number: int, payee: str = "SMITH", cents: int = 100, state: str = "A", codepage: str = "cp037"
    ) -> bytes:
        """The record of a payment, in EBCDIC."""
        packed = bytes.fromhex(f"{abs(cents):09d}{'D' if cents < 0 else 'C'}")
        return f"{number:06d}{payee:<10}".encode(codepage) + packed + state.encode(codepage)

    def run(self, *, force: bool = True) -> RunReport:
        """Run the job in this process."""
        self.runs += 1
        return self.application(self.run_id).run(force=force)

    def application(self, run_id: str) -> BatchApplication:
        """What runs the job, or does something else with a run of it."""
        return BatchApplication(Job.model_validate(self.job), run_id, Console(file=StringIO()))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database; ``STG`` and ``FIN`` stand for the job's tables."""
        session = Session(self.server.address)
        try:
            return list(session.query(self._named(sql)))
        finally:
            session.close()

    def execute(self, *statements: str) -> None:
        """Change the database."""
        session = Session(self.server.address)
        try:
            for sql in statements:
                session.execute(self._named(sql))
            session.commit()
        finally:
            session.close()

    def drop_tables(self) -> None:
        """Leave no tables of this job behind."""
        for table in ("STG", f'"STG_{self.name}_W"', "FIN"):
            try:
                self.execute(f"DROP TABLE {table}")
            except SqlError as error:
                if error.sqlcode != NO_TABLE:
                    raise

    def _named(self, sql: str) -> str:
        return re.sub(r"\bFIN\b", f'"{self.name}"', re.sub(r"\bSTG\b", f'"STG_{self.name}"', sql))

    def assert_exactly_once(self, records: int) -> None:
        """Every record of the last run is once in staging or in the rejects, and the ledger says the same."""
        run = f"WHERE \"RUN_ID\" = '{self.run_id}'"
        staged = [row[0] for row in self.query(f'SELECT "RECORD_NO" FROM STG {run}')]
        rejected = [row[0] for row in self.query(f'SELECT DISTINCT "RECORD_NO" FROM "MF_REJECT" {run}')]
        assert sorted(staged + rejected) == list(range(records))
        ledger = self.query(
            f'SELECT "BATCH_NO", "FIRST_RECORD", "RECORDS", "VALID", "REJECTED" FROM "MF_LEDGER" {run} ORDER BY 1'
        )
        assert [row[0] for row in ledger] == list(range(len(ledger)))
        assert sum(row[2] for row in ledger) == records
        for _, first, count, valid, refused in ledger:
            inside = range(first, first + count)
            assert (valid, refused) == (
                sum(record in inside for record in staged),
                sum(record in inside for record in rejected),
            )


@pytest.fixture
def workplace(server: Server, tmp_path: Path) -> Iterator[Workplace]:
    workplace = Workplace(tmp_path, server)
    yield workplace
    if server.laboratory is None:
        workplace.drop_tables()
    else:
        server.laboratory.arm()


@pytest.fixture
def breakable(workplace: Workplace) -> Workplace:
    """A job whose connections can be made to break."""
    if workplace.server.laboratory is None:
        pytest.skip("nothing can be made to go wrong with the server of MFDECODE_TEST_DB2_DSN")
    return workplace
