"""The server that the Db2 suite can be pointed at."""

from pathlib import Path

import pytest
from drda.dsn import address_of

from driver.repository.authentication import Authentication
from driver.repository.db2.session import Ssl

DSN = "DATABASE=D;HOSTNAME=h;PORT=50000;UID=u;PWD=secret-7"


def test_the_keywords_of_ibm_are_understood_in_any_case():
    address = address_of(DSN.replace("PORT", "Port") + ";PROTOCOL=TCPIP;")
    assert (address.database, address.host, address.port, address.user) == ("D", "h", 50_000, "u")
    assert (address.password, address.ssl, address.authentication) == ("secret-7", None, None)


@pytest.mark.parametrize(
    ("more", "ssl"),
    [
        (";SECURITY=SSL", Ssl()),
        (";SSLServerCertificate=ca.pem", Ssl(Path("ca.pem"))),
        (
            ";Security=ssl;SSLClientKeystoredb=k;SSLClientKeystash=s;SSLClientLabel=l",
            Ssl(None, Path("k"), Path("s"), "l"),
        ),
    ],
)
def test_a_connection_may_be_encrypted(more, ssl):
    assert address_of(DSN + more).ssl == ssl


def test_authentication_may_be_said():
    assert address_of(DSN + ";AUTHENTICATION=SERVER_ENCRYPT").authentication is Authentication.SERVER_ENCRYPT


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        ("DATABASE=D;UID=u;PWD=secret-7", "lacks HOSTNAME, PORT"),
        (DSN + ";PASSWORD=secret-7", "its part 6 is none of them"),
        (DSN + ";secret-7", "its part 6 is none of them"),
        ("UID=;" + DSN, "its part 1 is none of them"),
        (DSN.replace("50000", "secret-7"), "PORT is no number"),
    ],
)
def test_what_is_wrong_is_told_without_the_values(dsn, words):
    with pytest.raises(ValueError, match=words) as error:
        address_of(dsn)
    assert "secret-7" not in str(error.value)
