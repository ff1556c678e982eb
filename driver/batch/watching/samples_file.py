"""The samples of a load, thinned out so that a run of many hours leaves no more of them than one of minutes."""

from pathlib import Path

from pydantic import TypeAdapter

from driver.batch.samples import Sample
from driver.output.files import named, replacing


class SamplesFile:
    """A sample a line, in the order of time; that of an earlier load of the run is replaced.

    Args:
        path: of the file.
        most: lines that it may have; when there are as many, every other is left out, and so are those to come.
    """

    def __init__(self, path: Path, most: int = 2_000) -> None:
        self._path = path
        self._most = most
        self._samples: list[Sample] = []
        self._seen = 0
        self._each = 1

    def add(self, sample: Sample) -> None:
        """Take a sample, unless those around it are enough.

        Raises:
            OSError: it cannot be written; it is kept nevertheless, for ``close``.
        """
        self._seen += 1
        if (self._seen - 1) % self._each:
            return
        self._samples.append(sample)
        if len(self._samples) == 1:
            self._rewrite()
        elif len(self._samples) < self._most:
            with named(self._path), self._path.open("ab") as file:
                file.write(_line(sample))
        else:
            self._samples = self._samples[::2]
            self._each *= 2
            self._rewrite()

    def close(self, last: Sample) -> None:
        """Add the sample of the load's end, and write them all, those among them that could not be written.

        Raises:
            OSError: they cannot be written.
        """
        self._samples.append(last)
        self._rewrite()

    def _rewrite(self) -> None:
        with replacing(self._path) as file, named(self._path):
            file.writelines(map(_line, self._samples))


def _line(sample: Sample) -> bytes:
    return _SAMPLE.dump_json(sample) + b"\n"


_SAMPLE = TypeAdapter(Sample)
