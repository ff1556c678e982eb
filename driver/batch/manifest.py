"""How a run was begun: what those need who resume it, look at it, or give it up, and know its id alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from driver.output.files import named, replacing

from .run_folder import RunFolder, UnknownRun


class Manifest(BaseModel):
    """The command of a run.

    Attributes:
        job_file: the job, by its whole path.
        env: the environment that was asked for.
        overrides: ``--set`` options; none of them is a secret.
        directory: from which relative paths are meant.
        rejects_of: the run whose rejects are its input.
    """

    model_config = ConfigDict(frozen=True)

    job_file: Path
    env: str | None
    overrides: tuple[str, ...]
    directory: Path
    rejects_of: str | None = None

    @classmethod
    def of_command(cls, job_file: Path, env: str | None, overrides: Sequence[str], rejects_of: str | None) -> Self:
        """Of the command that is being carried out."""
        return cls(
            job_file=job_file.absolute(),
            env=env,
            overrides=tuple(overrides),
            directory=Path.cwd(),
            rejects_of=rejects_of,
        )

    @classmethod
    def read(cls, folder: RunFolder) -> Self:
        """Of a run that was begun.

        Raises:
            UnknownRun: there is none, or it was begun in another folder.
        """
        try:
            manifest = cls.model_validate_json(folder.manifest.read_bytes())
        except FileNotFoundError:
            raise folder.unknown() from None
        except ValidationError as error:
            raise UnknownRun(
                f"{folder.manifest}: no manifest of a run ({error.error_count()} mistakes); give the job file, too"
            ) from None
        if manifest.directory != Path.cwd():
            raise UnknownRun(
                f"run {folder.run_id} was begun in {manifest.directory}, and the paths of its job are meant from "
                "there: go there"
            )
        return manifest

    def write(self, folder: RunFolder) -> None:
        """Keep it.

        Raises:
            OSError: the folder cannot be written.
        """
        folder.create()
        with replacing(folder.manifest) as file, named(folder.manifest):
            file.write(self.model_dump_json(indent=2).encode() + b"\n")
