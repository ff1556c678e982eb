"""What a file says of itself against what was read of it."""

import pytest

from driver.core.records import ReadFigures, ReadSum
from driver.core.trailers import CheckedField, TrailerCheck, trailer_identities

COUNT = CheckedField("TRL", "TRL_COUNT", "TRL.TRL-COUNT", 7, 0)
SUM = CheckedField("TRL", "TRL_SUM", "TRL.TRL-SUM", 9, 2)
AMOUNT = CheckedField("DET", "AMOUNT", "DET.AMOUNT", 11, 3)
COUNTED = TrailerCheck(COUNT, counted=("DET",))
SUMMED = TrailerCheck(SUM, AMOUNT)


def figures(*, count=3, sum_=1050, trailers=1, details=3, total=10_500, numbers=None, unsaid=0):
    """A trailer that counts three details of 10.500 together, in cents."""
    said = trailers - unsaid
    return {
        "DET": ReadFigures(details, {"AMOUNT": ReadSum(total, details if numbers is None else numbers)}),
        "TRL": ReadFigures(trailers, {"TRL_COUNT": ReadSum(count * said, said), "TRL_SUM": ReadSum(sum_ * said, said)}),
    }


def broken(checks, types, read=4):
    return [
        (identity.name, identity.left, identity.right, identity.scale)
        for identity in trailer_identities(checks, types, read)
        if not identity.holds
    ]


def test_a_whole_file_is_what_its_trailer_says():
    identities = trailer_identities([COUNTED, SUMMED], figures(), 4)
    assert [identity.name for identity in identities] == [
        "one TRL = records of TRL read",
        "TRL.TRL-COUNT = records of DET read",
        "TRL.TRL-SUM = sum of DET.AMOUNT read",
    ]
    assert all(identity.holds for identity in identities)


def test_no_checks_have_no_identities():
    assert trailer_identities([], figures(), 4) == ()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"count": 4}, ("TRL.TRL-COUNT = records of DET read", 4, 3, 0)),
        ({"details": 2, "numbers": 2}, ("TRL.TRL-COUNT = records of DET read (1 records are of no type)", 3, 2, 0)),
        ({"sum_": 1051}, ("TRL.TRL-SUM = sum of DET.AMOUNT read", 10_510, 10_500, 3)),
        ({"total": 10_501}, ("TRL.TRL-SUM = sum of DET.AMOUNT read", 10_500, 10_501, 3)),
        (
            {"total": 7_000, "numbers": 2},
            ("TRL.TRL-SUM = sum of DET.AMOUNT read (1 of 3 records have no number there)", 10_500, 7_000, 3),
        ),
    ],
)
def test_one_unit_too_many_or_too_few_is_told_with_both_figures(changed, found):
    assert broken([COUNTED, SUMMED], figures(**changed)) == [found]


@pytest.mark.parametrize("trailers", [0, 2])
def test_there_is_one_trailer(trailers):
    types = figures(trailers=trailers, count=0, sum_=0)
    assert broken([COUNTED, SUMMED], types) == [("one TRL = records of TRL read", 1, trailers, 0)]


def test_a_trailer_whose_field_is_no_number_is_not_taken_for_zero():
    nothing = figures(unsaid=1, details=0, total=0)
    assert broken([COUNTED], nothing) == [("one number in TRL.TRL-COUNT = numbers read", 1, 0, 0)]


def test_every_record_may_be_counted_whatever_it_is():
    every = TrailerCheck(COUNT)
    assert broken([every], figures(count=5), read=5) == []
    assert broken([every], figures(count=5), read=4) == [("TRL.TRL-COUNT = records read", 5, 4, 0)]


def test_several_types_may_be_counted_together():
    assert broken([TrailerCheck(COUNT, counted=("DET", "TRL"))], figures(count=4)) == []


@pytest.mark.parametrize("sign", [1, -1])
def test_a_hash_total_may_have_lost_its_first_digits(sign):
    hash_ = TrailerCheck(CheckedField("TRL", "TRL_SUM", "TRL.TRL-SUM", 3, 0), AMOUNT, truncated=True)
    whole = figures(sum_=sign * 345, total=sign * 12_345_000)
    assert broken([hash_], whole) == []
    assert broken([hash_], figures(sum_=sign * 345, total=sign * 12_346_000)) == [
        ("TRL.TRL-SUM = sum of DET.AMOUNT read", sign * 345_000, sign * 346_000, 3)
    ]


def test_a_field_in_thousands_counts_thousands():
    thousands = TrailerCheck(CheckedField("TRL", "TRL_COUNT", "TRL.TRL-COUNT", 3, -3), counted=("DET",))
    assert broken([thousands], figures(count=2, details=2_000), read=2_001) == []
