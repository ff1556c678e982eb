"""Faults at random, seeded: two hundred schedules over small files, and exactly once after each."""

import random
from collections import Counter

import pytest
from drda.faults import Fault, Kind, Point

from driver.batch.exit_codes import ExitCode

pytestmark = [pytest.mark.db2, pytest.mark.slow]
SCHEDULES = 210
METHODS = ("bind", "array", "executemany")
STATEMENTS = ('INSERT INTO "MF_LEDGER"', 'INSERT INTO "STG', 'INSERT INTO "MF_REJECT"', "MERGE INTO", "SELECT", "")
ANSWERS = ((-911, "40001"), (-913, "57033"), (-904, "57011"), (-964, "57011"), (-30081, "08001"), (-1224, "55032"))
KINDS = (Kind.DROP_BEFORE, Kind.DROP_AFTER, Kind.DROP_INSIDE, Kind.ANSWER)
DUPLICATE = (-803, "23505")
KEYED = ('INSERT INTO "MF_LEDGER"', '("RUN_ID", "WORKER_ID"')
"""Where a key may be there already: in the ledger and in staging."""
ONE_RESTART_IN = 30
"""Schedules: to start the server takes seconds."""
FEWEST_OF_A_KIND = 5


@pytest.fixture(scope="module")
def fired():
    """Schedules that were run, and the faults that have happened: a generator whose faults never do proves nothing."""
    tally: Counter[object] = Counter()
    yield tally
    if tally["schedules"] == SCHEDULES:
        assert all(tally[kind] >= FEWEST_OF_A_KIND for kind in (*KINDS, Kind.RESTART)), tally
        assert all(tally[sqlcode] >= FEWEST_OF_A_KIND for sqlcode, _ in (*ANSWERS, DUPLICATE)), tally


def random_fault(random_: random.Random) -> Fault:
    kind = random_.choice(KINDS)
    sqlcode, sqlstate = random_.choice(ANSWERS) if kind is Kind.ANSWER else (0, "")
    if kind is Kind.DROP_INSIDE:
        return Fault(kind, Point.EXECUTE, 'INSERT INTO "STG', random_.randrange(6))
    if kind is Kind.ANSWER and random_.random() < 1 / len(ANSWERS):
        return Fault(kind, Point.EXECUTE, random_.choice(KEYED), random_.randrange(8), *DUPLICATE)
    point = random_.choice((Point.EXECUTE, Point.EXECUTE, Point.COMMIT))
    return Fault(kind, point, random_.choice(STATEMENTS), random_.randrange(8), sqlcode, sqlstate)


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_whatever_happens_every_record_is_loaded_once(breakable, fired, seed):
    random_ = random.Random(seed)
    job = breakable
    job.job["target"] |= {"insert": METHODS[seed % 3], "retry": {"attempts": 20, "first_wait": 0, "longest_wait": 0}}
    records = random_.randrange(1, 90)
    job.write(
        job.payment(random_.randrange(50), cents=n, state="X" if random_.random() < 0.05 else "A")
        for n in range(records)
    )
    job.run()
    faults = [random_fault(random_) for _ in range(random_.randrange(1, 9))]
    if seed % ONE_RESTART_IN == 0:
        faults.append(Fault(Kind.RESTART, Point.EXECUTE, random_.choice(STATEMENTS[:2])))
    job.laboratory.arm(*faults)
    report = job.run()
    fired["schedules"] += 1
    fired.update(fault.kind for fault in job.laboratory.fired)
    fired.update(fault.sqlcode for fault in job.laboratory.fired)
    assert report.exit_code in {ExitCode.OK, ExitCode.REJECTS}, report.message
    assert all(identity.holds for identity in report.identities)
    job.laboratory.arm()
    job.assert_exactly_once(records)
