"""What the schema says of a target."""

import pytest
from pydantic import ValidationError

from driver.config.model import Db2Target, Ssl
from driver.config.pipeline import Pipeline
from driver.repository.authentication import Authentication

TARGET = {"type": "db2", "database": "D", "user": "U", "staging": "S", "final": "F", "key": ["K"]}


def target(**settings) -> Db2Target:
    return Db2Target.model_validate(TARGET | settings)


def test_a_connection_to_db2_is_not_encrypted_unless_it_is_asked_for():
    assert target().ssl is False
    assert target(ssl=True).ssl is True
    stored = target(ssl={"keystore": "c.p12", "stash": "c.sth", "label": "loader"}).ssl
    assert isinstance(stored, Ssl)
    assert stored.label == "loader"


@pytest.mark.parametrize(
    ("ssl", "words"),
    [
        ({"keystore": "c.p12"}, "a keystore needs its stash"),
        ({"stash": "c.sth"}, "a stash its keystore"),
        ({"certificate": "ca.pem", "label": "loader"}, "a label is of a certificate in a keystore"),
        ({"password": "secret-6"}, "Extra inputs are not permitted"),
    ],
)
def test_half_a_keystore_is_refused(ssl, words):
    with pytest.raises(ValidationError, match=words):
        target(ssl=ssl)


def test_authentication_is_one_of_the_driver_s_or_left_to_it():
    assert target().authentication is Authentication.SERVER
    assert target(authentication="server_encrypt").authentication is Authentication.SERVER_ENCRYPT
    assert target(authentication=None).authentication is None
    with pytest.raises(ValidationError, match="authentication"):
        target(authentication="kerberos")


def test_a_timeout_is_one_that_the_driver_takes():
    with pytest.raises(ValidationError, match="32767"):
        target(merge_timeout="12h")


def test_threads_are_a_number_or_measured():
    pipeline = Pipeline.model_validate({"processors": "auto", "auto_processors": 3, "writers": "2", "auto_writers": 9})
    assert (pipeline.processors, pipeline.most_processors) == ("auto", 3)
    assert (pipeline.writers, pipeline.most_writers) == (2, 2)
    assert Pipeline().most_writers == 2
    assert 1 <= Pipeline(processors="auto").most_processors <= 8


@pytest.mark.parametrize(("cores", "processors", "most"), [(1, 1, 1), (2, 2, 2), (64, 4, 8)])
def test_processors_are_no_more_than_there_are_cores(cores, processors, most, monkeypatch):
    """More of them keep each other, and the reader, from the interpreter's lock."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))
    assert (Pipeline().processors, Pipeline(processors="auto").most_processors) == (processors, most)


@pytest.mark.parametrize("threads", [0, 65, -1, "two", 1.5, True, None])
def test_no_other_number_of_threads_is_one(threads):
    with pytest.raises(ValidationError, match="give a number from 1 to 64, or auto"):
        Pipeline.model_validate({"writers": threads})
