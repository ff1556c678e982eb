"""Where the database is, and how that is told to the driver."""

from dataclasses import replace
from pathlib import Path

import pytest

from driver.repository.authentication import Authentication
from driver.repository.db2.session import ServerAddress, Ssl
from driver.repository.errors import TargetRefused

ADDRESS = ServerAddress("SALES", "db.example", 50_000, "loader", "secret-5", connect_timeout=7.4)
PLAIN = "DATABASE=SALES;HOSTNAME=db.example;PORT=50000;PROTOCOL=TCPIP;UID=loader;PWD=secret-5;ConnectTimeout=7;"
STORE = Ssl(keystore=Path("c.p12"), stash=Path("c.sth"))


@pytest.mark.parametrize(
    ("ssl", "authentication", "rest"),
    [
        (None, Authentication.SERVER, "AUTHENTICATION=SERVER;"),
        (None, Authentication.SERVER_ENCRYPT, "AUTHENTICATION=SERVER_ENCRYPT;"),
        (None, None, ""),
        (Ssl(), None, "SECURITY=SSL;"),
        (Ssl(certificate=Path("ca.pem")), None, "SECURITY=SSL;SSLServerCertificate=ca.pem;"),
        (STORE, None, "SECURITY=SSL;SSLClientKeystoredb=c.p12;SSLClientKeystash=c.sth;"),
        (
            replace(STORE, label="loader"),
            Authentication.SERVER,
            "AUTHENTICATION=SERVER;SECURITY=SSL;SSLClientKeystoredb=c.p12;SSLClientKeystash=c.sth;"
            "SSLClientLabel=loader;",
        ),
    ],
)
def test_the_connection_string(ssl, authentication, rest):
    assert replace(ADDRESS, ssl=ssl, authentication=authentication).connection_string == PLAIN + rest


@pytest.mark.parametrize("value", ["secret;UID=other", "secret\nUID=other"])
def test_a_value_that_would_end_early_is_refused_and_not_quoted(value):
    with pytest.raises(TargetRefused, match="the PWD of the target has a semicolon or a line break") as refused:
        assert replace(ADDRESS, password=value).connection_string
    assert "secret" not in str(refused.value)


def test_the_password_is_not_shown():
    assert str(ADDRESS) == "SALES at db.example:50000"
    assert "secret-5" not in repr(ADDRESS)


@pytest.mark.parametrize(("seconds", "whole"), [(0.2, 1), (1.6, 2), (120.0, 120)])
def test_silence_is_told_in_whole_seconds(seconds, whole):
    assert replace(ADDRESS, receive_timeout=seconds).silence == whole
