"""The input of a job: the one file, ranges of it, its pieces, or files by a pattern."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from glob import glob
from pathlib import Path

from rich.console import Console

from driver.config.model import Job
from driver.config.pipeline import ReadingMode
from mfdecode.errors import MfdecodeError
from mfdecode.framing import (
    Frames,
    Framing,
    Part,
    Parts,
    Spare,
    find_boundaries,
    open_part,
    parts_of_files,
    ranges_of_file,
    require_ranges,
    whole_file,
)

from .inputs import InputRecord
from .progress import SplitBars
from .splitting import SplitProgress, SplitStage, split_file


class InputError(MfdecodeError):
    """A file that is not there, or not fit to be loaded; the text says which and why."""


def open_input(job: Job, framing: Framing, console: Console) -> Parts:
    """Open the input in parts; split it first, if the job says so.

    Args:
        job: the configuration.
        framing: how the records are told apart.
        console: shows how far that is where it takes long: a file of varying records has to be read for its index.

    Raises:
        InputError: it is not there, cannot be read, or is empty.
        FramingError: a file does not divide into records, as far as that can be told before it is loaded.
        OSError: a piece of it cannot be written.
    """
    with SplitBars(console) as bars:
        planned = _planned(job, framing, bars.show)
    return open_parts(job, framing, planned)


def open_parts(job: Job, framing: Framing, planned: Sequence[Part]) -> Parts:
    """Open an input whose parts are known.

    Raises: as ``open_input`` does.
    """
    spare = Spare()
    with ExitStack() as undo:
        frames: list[Frames] = []
        with _reading(job):
            for part in planned:
                opened = open_part(part, framing, job.pipeline.batch_size, job.pipeline.batch_bytes, spare)
                frames.append(undo.enter_context(opened))
        parts = Parts(frames)
        require_content(job.input_name, parts.size)
        parts.check()
        undo.pop_all()  # they stay open
    return parts


def require_content(name: str, size: int) -> None:
    """See that a file has something to decode.

    Raises:
        InputError: it is empty.
    """
    if not size:
        raise InputError(f"{name}: the file is empty; was it transferred?")


def input_files(job: Job) -> list[Path]:
    """The files that a job reads, as far as they are there."""
    return [job.input.path] if job.input_pattern is None else [Path(name) for name in glob(job.input_pattern)]


def require_files(job: Job, inputs: InputRecord) -> None:
    """See that a pattern stands for the same files as when the run began.

    Raises:
        InputError: there are others.
    """
    if job.input_pattern is not None:
        then, now = {file.path for file in inputs.files}, set(matching(job.input_pattern))
        if then != now:
            names = ", ".join(sorted(map(str, then ^ now)))
            raise InputError(
                f"{job.input_pattern}: the pattern stood for other files when the run began: {names}. Take away what "
                "came since, or bring back what is gone, and resume"
            )


def _planned(job: Job, framing: Framing, progress: SplitProgress) -> list[Part]:
    multi = job.pipeline.multi_reader
    if job.input_pattern is not None:
        paths = matching(job.input_pattern)
        with _reading(job):
            return parts_of_files(paths, framing, multi.num_readers)
    path = job.input.path
    if job.pipeline.reading_mode is ReadingMode.MULTI and multi.split_before_processing:
        assert multi.split_output_dir is not None  # noqa: S101 - the model has seen to it
        return split_file(path, framing, multi.split_output_dir, multi.chunk_size, progress)
    with _reading(job):
        if job.pipeline.reading_mode is ReadingMode.MULTI:
            require_ranges(path, framing)
            size = path.stat().st_size
            found = find_boundaries(path, framing, lambda done: progress(SplitStage.FIND, done, size))
            return ranges_of_file(path, found, multi.num_readers)
        return [whole_file(path, framing)]


def matching(pattern: str) -> list[Path]:
    """The files that match a pattern, in the order of their names."""
    paths = [path for path in map(Path, sorted(glob(pattern, recursive=True))) if path.is_file()]
    if not paths:
        raise InputError(f"{pattern}: no file matches the pattern; were the files split, and is the folder right?")
    return paths


@contextmanager
def _reading(job: Job) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        name = error.filename or job.input_name
        raise InputError(f"{name}: the file cannot be read: {error.strerror}") from error
