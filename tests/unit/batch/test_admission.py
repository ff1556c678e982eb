"""What a resumed run may have anew."""

import json

import pytest

from driver.batch.admission import _MAY_CHANGE, settings_json
from driver.config.model import Db2Target, DuckDbTarget, Job

TARGET = {"type": "duckdb", "database": "d", "staging": "S", "final": "F", "key": ["K"]}
JOB = {"job": "j", "input": {"path": "p", "copybook": "c"}, "target": TARGET}


@pytest.mark.parametrize("keys", _MAY_CHANGE, ids=".".join)
def test_what_may_change_is_a_setting(keys):
    models = [DuckDbTarget, Db2Target] if keys[0] == "target" else [Job]
    for key in keys[1:] if keys[0] == "target" else keys:
        fields = [field for model in models if (field := model.model_fields.get(key)) is not None]
        assert fields, key
        models = [field.annotation for field in fields]


def test_secrets_are_not_in_what_is_recorded_but_are_known_again():
    one, same, other = (
        settings_json(Job.model_validate(JOB | {"secrets": {"hash_salt": salt, "db2_password": "open sesame"}}))
        for salt in ("first salt", "first salt", "second salt")
    )
    assert one == same != other
    assert "salt" not in one.replace("hash_salt", "")
    assert list(json.loads(one)["secrets"]) == ["hash_salt"]
