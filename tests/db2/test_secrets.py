"""A password of Db2 that is right, and one that the server refuses: neither is in anything that is left."""

import json
import os
import subprocess
import sys

import pytest
from planted import assert_nowhere

pytestmark = pytest.mark.db2


@pytest.mark.parametrize(("right", "code"), [(True, 4), (False, 12)])
def test_the_password_is_nowhere(workplace, right, code):
    password = workplace.job.pop("secrets")["db2_password"] if right else "wrong-PLANTED/'x\"ü"
    workplace.job.pop("secrets", None)
    workplace.job |= {
        "runs": str(workplace.path / "runs"),
        "log": {"level": "debug", "file": str(workplace.path / "log")},
    }
    workplace.write(workplace.payment(n, state="X" if n == 7 else "A") for n in range(100))
    (workplace.path / "job.yaml").write_text(json.dumps(workplace.job))
    done = subprocess.run(
        [sys.executable, "-m", "driver", "run", str(workplace.path / "job.yaml")],
        env=os.environ | {"MFDECODE_SECRETS__DB2_PASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    if not right:
        assert "SQL30082N" in done.stderr
    kept = workplace.query('SELECT CAST("CONFIG" AS VARCHAR(8000)) FROM "MF_RUN"') if right else []
    assert_nowhere([password], workplace.path, done.stdout, done.stderr, str(kept))
