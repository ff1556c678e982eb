"""Where a run tells how it goes: its log, and its figures for Prometheus."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from .quantities import ByteSize, Seconds
from .section import Section


class Log(Section):
    """Where the JSON log goes; without a file, to standard error when that is not a terminal."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    file: Path | None = Field(default=None, description="appended to; several runs may have the same")
    every: Seconds = Field(default=10.0, gt=0, description="between two lines that tell how far the load is")
    max_bytes: ByteSize | None = Field(
        default=100 * 1000**2, ge=1_000, description="a file that would become longer is put aside; null: never"
    )
    backups: int = Field(default=5, ge=1, le=1_000, description="files that were put aside and are kept")


class Metrics(Section):
    """The run's figures for Prometheus; needs the extra ``metrics``."""

    textfile: Path | None = Field(
        default=None, description="for the textfile collector of node_exporter; each job has its own, ending in .prom"
    )

    @field_validator("textfile")
    @classmethod
    def _is_collected(cls, textfile: Path | None) -> Path | None:
        if textfile is not None and textfile.suffix != ".prom":
            raise ValueError("node_exporter reads only files whose names end in .prom")
        return textfile
