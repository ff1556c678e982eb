"""Secrets taken out of texts and events."""

import base64
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import structlog

from driver.telemetry.logs import LogTo, logging_to
from driver.telemetry.redaction import HIDDEN, Redaction, hide, hiding, redacted

SECRET = "p@ss/wörd \"'\\\n+1"  # noqa: S105 - of the test


@pytest.mark.parametrize(
    "form",
    [
        str,
        repr,
        ascii,
        json.dumps,
        lambda secret: json.dumps(secret, ensure_ascii=False),
        lambda secret: repr(secret.encode()),
        lambda secret: repr([secret]),
        quote,
        quote_plus,
        lambda secret: quote(secret, safe="").lower(),
        lambda secret: secret.encode().hex(),
        lambda secret: secret.encode().hex().upper(),
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
    ],
)
def test_a_secret_is_found_in_what_was_made_of_it(form):
    text = form(SECRET)
    clean = Redaction([SECRET]).text(f"before {text} behind")
    assert HIDDEN in clean
    assert clean.startswith("before ")
    assert clean.endswith(" behind")
    assert "ss" not in clean.removeprefix("before ")
    assert len(clean) < len("before  behind") + len(HIDDEN) + 8  # brackets, quotes and padding may stay


@pytest.mark.parametrize("user", ["", "u", "us", "use", "user"])
@pytest.mark.parametrize("after", ["", "1", "12"])
def test_a_password_in_the_base64_of_a_whole_header_is_found(user, after):
    header = base64.b64encode(f"{user}:correct-horse-battery{after}".encode()).decode()
    assert HIDDEN in (clean := Redaction(["correct-horse-battery"]).text(header))
    assert len(clean) <= len(HIDDEN) + len(user) * 2 + 8


def test_the_longer_of_two_secrets_goes_first():
    assert Redaction(["abcd", "abcdefgh"]).text("abcdefgh abcd") == f"{HIDDEN} {HIDDEN}"


def test_short_secrets_are_hidden_as_they_stand_alone():
    assert Redaction(["xyz", ""]).text("xyz 78797a") == f"{HIDDEN} 78797a"


def test_no_secrets_change_nothing():
    event = {"event": "x", "at": Path("a")}
    assert Redaction([""])(None, "info", event) is event


def test_events_are_searched_to_their_depth():
    event = {
        "event": f"with {SECRET}",
        "nested": {"list": [SECRET, {SECRET: 1}], "tuple": (SECRET,), "set": {SECRET}},
        "bytes": SECRET.encode(),
        "error": ValueError(SECRET),
        "count": 7,
        "none": None,
    }
    clean = Redaction([SECRET])(None, "info", event)
    assert clean == {
        "event": f"with {HIDDEN}",
        "nested": {"list": [HIDDEN, {HIDDEN: 1}], "tuple": [HIDDEN], "set": [HIDDEN]},
        "bytes": clean["bytes"],
        "error": clean["error"],
        "count": 7,
        "none": None,
    }
    assert clean["bytes"] == f"b'{HIDDEN}'"
    assert clean["error"] == f"ValueError({repr(SECRET)[0]}{HIDDEN}{repr(SECRET)[0]})"


def test_tracebacks_in_the_log_have_no_secret_and_no_locals(tmp_path):
    def fail():
        local_password = SECRET * 2  # noqa: F841 - a traceback with locals would show it
        raise ValueError(f"not with {SECRET}") from KeyError(SECRET)

    with logging_to(LogTo(tmp_path / "log"), level="debug", secrets=[SECRET]):
        try:
            fail()
        except ValueError:
            structlog.get_logger().critical("defect", exc_info=True)
    (event,) = map(json.loads, (tmp_path / "log").read_text().splitlines())
    assert event["exception"].endswith(f"ValueError: not with {HIDDEN}")
    assert "Traceback (most recent call last)" in event["exception"]
    assert "wörd" not in str(event)
    assert "local_password" not in str(event)


def test_what_is_hidden_is_so_until_the_context_ends():
    with hiding():
        hide(["one-secret"])
        with hiding():
            hide(["another"])
            assert redacted("one-secret another") == f"{HIDDEN} {HIDDEN}"
        assert redacted("one-secret another") == f"{HIDDEN} another"
    assert redacted("one-secret another") == "one-secret another"
