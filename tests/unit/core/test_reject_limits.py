from decimal import Decimal

import pytest

from driver.core.reject_limits import RejectLimits


@pytest.mark.parametrize(
    ("rejected", "records", "says"),
    [
        (10, 10_000, ""),
        (11, 10_000, "11 records were rejected, and rejects.limit is 10"),
        (5, 100, ""),
        (5, 99, "5.05 % of the records were rejected, and rejects.percent is 5"),
        (10, None, ""),
        (0, 0, ""),
    ],
)
def test_each_limit_is_borne_and_not_one_more(rejected: int, records: int | None, says: str) -> None:
    assert RejectLimits(10, Decimal("5.0")).passed(rejected, records) == says


def test_the_percentage_is_exact() -> None:
    limits = RejectLimits(10**9, Decimal("0.07"))
    assert limits.passed(7, 10_000) == ""
    assert limits.passed(7, 9_999) != ""
