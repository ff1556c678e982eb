"""A schedule of faults: each once, at the request that it is meant for."""

from concurrent.futures import ThreadPoolExecutor

from drda.faults import Fault, Kind, Point, Schedule

INSERT = 'INSERT INTO "T" VALUES (?)'


def drop(point: Point = Point.EXECUTE, statement: str = "", occurrence: int = 0) -> Fault:
    return Fault(Kind.DROP_BEFORE, point, statement, occurrence)


def test_no_faults_no_trouble():
    schedule = Schedule()
    assert schedule.at(Point.COMMIT) is None
    assert schedule.fired == []


def test_a_fault_happens_once():
    fault = drop()
    schedule = Schedule([fault])
    assert [schedule.at(Point.EXECUTE, INSERT) for _ in range(3)] == [fault, None, None]
    assert schedule.fired == [fault]


def test_only_at_its_kind_of_request_and_at_its_statement():
    fault = drop(Point.EXECUTE, '"T"')
    schedule = Schedule([fault])
    assert schedule.at(Point.COMMIT, INSERT) is None
    assert schedule.at(Point.EXECUTE, "SELECT 1") is None
    assert schedule.at(Point.EXECUTE, INSERT) is fault


def test_an_occurrence_is_counted_over_the_requests_that_it_could_be():
    fault = drop(statement='"T"', occurrence=2)
    schedule = Schedule([fault])
    asked = [INSERT, "SELECT 1", INSERT, "SELECT 1", INSERT, INSERT]
    assert [schedule.at(Point.EXECUTE, text) for text in asked] == [None, None, None, None, fault, None]


def test_two_at_one_request_happen_one_after_the_other_in_the_order_given():
    first, second = drop(), Fault(Kind.ANSWER, Point.EXECUTE, sqlcode=-911, sqlstate="40001")
    schedule = Schedule([first, second])
    assert [schedule.at(Point.EXECUTE) for _ in range(3)] == [first, second, None]
    assert schedule.fired == [first, second]


def test_each_counts_for_itself():
    first, second = drop(occurrence=0), drop(occurrence=2)
    schedule = Schedule([second, first])
    assert [schedule.at(Point.EXECUTE) for _ in range(4)] == [first, None, second, None]


def test_however_many_ask_at_once_a_fault_happens_to_one():
    faults = [drop(occurrence=n) for n in range(50)]
    schedule = Schedule(faults)
    with ThreadPoolExecutor(4) as pool:
        happened = list(pool.map(lambda _: schedule.at(Point.EXECUTE), range(200)))
    assert sum(fault is not None for fault in happened) == len(faults)
    assert set(schedule.fired) == set(faults)
