import pytest
from hypothesis import settings

# What CI judges is the same at each run; make test-random, by night, draws anew.
settings.register_profile("repeated", derandomize=True, database=None, deadline=None)
settings.register_profile("random", deadline=None)
settings.load_profile("repeated")


@pytest.fixture(autouse=True)
def _a_driver_s_own_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that run within the tests' process count as large as in one of their own, which is smaller."""
    monkeypatch.setattr("driver.batch.memory_limit.resident_bytes", lambda: 140_000_000)
