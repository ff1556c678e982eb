"""How Db2 is told who we are."""

from enum import StrEnum


class Authentication(StrEnum):
    """The driver's own words (AUTHENTICATION); with none of them, server and driver come to terms."""

    SERVER = "server"
    SERVER_ENCRYPT = "server_encrypt"
