"""What a job says of records that are not loaded."""

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from .section import Section

RUN_ID = "{run_id}"
"""In the name of a file, the run's."""


class RejectedBytes(StrEnum):
    """Whether the reject file and MF_REJECT have the records as they are, or personal data masked for good."""

    KEEP = "keep"
    MASKED = "masked"


class Rejects(Section):
    """How many rejects are borne, and where their records go."""

    limit: int = Field(default=10_000, ge=0)
    percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal("1.0")
    file: Path | None = Field(
        default=None,
        description="the records, in the input's format; {run_id} in it is the run's. If not given, rejects.dat in the "
        "run's folder. Beside it, NAME.jsonl has the reasons",
    )
    raw: RejectedBytes = Field(
        default=RejectedBytes.KEEP, description="masked: no personal data in them, but they cannot be loaded again"
    )

    @field_validator("file")
    @classmethod
    def _known_places(cls, file: Path | None) -> Path | None:
        if file is not None and "{" in str(file).replace(RUN_ID, ""):
            raise ValueError(f"{RUN_ID} is all that can be in braces")
        return file
