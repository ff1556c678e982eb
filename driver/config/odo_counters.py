"""What the codes of counters that are text count: a YAML file of the command line, as ``input.odo_counters`` is."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from .errors import ConfigError
from .yaml_file import read_yaml

_COUNTERS = TypeAdapter(dict[str, dict[str, int]])


def read_odo_counters(path: Path) -> dict[str, dict[str, int]]:
    """Counter → code → how many occurrences.

    Raises:
        ConfigError: the file cannot be read, or holds something else.
    """
    try:
        return _COUNTERS.validate_python(read_yaml(path).content)
    except ValidationError as error:
        keys = ".".join(map(str, error.errors()[0]["loc"]))
        raise ConfigError(f"{path}: {keys}: write a mapping of codes to numbers for each counter") from None
