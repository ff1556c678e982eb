"""What a job says of personal data."""

from enum import StrEnum

from pydantic import Field

from .section import Section


class Pii(StrEnum):
    """How a personal datum is hidden: asterisks, all but the last four of them, a hash, other digits, or a cipher.

    ``hash`` and ``digits`` need the secret hash_salt, ``encrypt`` the secret pii_key; ``reveal`` reads it again.
    ``none``: it is not personal, whatever its name looks like.
    """

    NONE = "none"

    FULL = "full"
    LAST4 = "last4"
    HASH = "hash"
    DIGITS = "digits"
    ENCRYPT = "encrypt"

    @property
    def secret(self) -> str | None:
        """The name of the secret that it needs."""
        return {Pii.HASH: "hash_salt", Pii.DIGITS: "hash_salt", Pii.ENCRYPT: "pii_key"}.get(self)


class PersonalData(Section):
    """Fields that are personal by their names; ``fields.X.pii`` goes before."""

    patterns: dict[str, Pii] = Field(
        default_factory=dict,
        description="pattern of names, such as *-SSN → how these fields are loaded; the first wins",
    )
    hide_lookalikes: bool = Field(
        default=True,
        description="fields that look like card, social security or account numbers are hidden in messages, reasons of "
        "rejects and reports, and a warning says so; the table gets them as they are",
    )
