"""The server that MFDECODE_TEST_DB2_DSN names."""

from pathlib import Path

from driver.repository.authentication import Authentication
from driver.repository.db2.session import ServerAddress, Ssl

_NEEDED = ("DATABASE", "HOSTNAME", "PORT", "UID", "PWD")
_SSL = ("SSLSERVERCERTIFICATE", "SSLCLIENTKEYSTOREDB", "SSLCLIENTKEYSTASH", "SSLCLIENTLABEL")
_KNOWN = (*_NEEDED, *_SSL, "PROTOCOL", "SECURITY", "AUTHENTICATION")


def address_of(dsn: str) -> ServerAddress:
    """The address in a connection string of IBM's CLI.

    Args:
        dsn: ``DATABASE=…;HOSTNAME=…;PORT=…;UID=…;PWD=…;`` and, where they are needed, ``AUTHENTICATION``,
            ``SECURITY=SSL`` and the ``SSL…`` keywords.

    Raises:
        ValueError: a keyword is missing, not known, or has no value; values are not shown.
    """
    values: dict[str, str] = {}
    for part in filter(None, dsn.split(";")):
        name, equals, value = part.partition("=")
        if not equals or not value or name.strip().upper() not in _KNOWN:
            raise ValueError(
                f"MFDECODE_TEST_DB2_DSN is KEYWORD=value;… with the keywords {', '.join(_KNOWN)}, "
                f"and its part {len(values) + 1} is none of them"
            )
        values[name.strip().upper()] = value
    if missing := [name for name in _NEEDED if name not in values]:
        raise ValueError(f"MFDECODE_TEST_DB2_DSN lacks {', '.join(missing)}")
    if not values["PORT"].isdecimal():
        raise ValueError("MFDECODE_TEST_DB2_DSN: PORT is no number")
    certificate, keystore, stash, label = (values.get(name) for name in _SSL)
    encrypted = values.get("SECURITY", "").upper() == "SSL" or certificate or keystore
    authentication = values.get("AUTHENTICATION", "").lower()
    return ServerAddress(
        values["DATABASE"],
        values["HOSTNAME"],
        int(values["PORT"]),
        values["UID"],
        values["PWD"],
        Ssl(_path(certificate), _path(keystore), _path(stash), label) if encrypted else None,
        Authentication(authentication) if authentication else None,
    )


def _path(name: str | None) -> Path | None:
    return None if name is None else Path(name)
