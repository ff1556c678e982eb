"""YAML read with the line of every value, exact decimals, and no key twice."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from .errors import ConfigError

_QUOTED = re.compile(r"(alias|anchor|tag handle) '.*?'", re.DOTALL)

Value = str | int | Decimal | bool | None | dict[str, "Value"] | list["Value"]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file's content.

    Attributes:
        path: of the file.
        content: a mapping.
        lines: of each value, counted from 1, by the keys that lead to it.
    """

    path: Path
    content: dict[str, Value]
    lines: dict[tuple[str, ...], int]


def read_yaml(path: Path) -> YamlFile:
    """Read a configuration file.

    Raises:
        ConfigError: it is not there, is no YAML, or no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise ConfigError(f"{path}: the configuration cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        # What it quotes may be a piece of a secret: *9x is an alias to it.
        problem = _QUOTED.sub(r"\1", error.problem or "")
        raise ConfigError(f"{path}{line}: no YAML: {problem}; are there quotes around special characters?") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigError(f"{path}: no YAML: there are characters that no text in UTF-8 has") from None
    lines: dict[tuple[str, ...], int] = {}
    content = {} if root is None else _value(root, path, (), lines)
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: a configuration is a mapping of keys to values")
    return YamlFile(path, content, lines)


def parse_scalar(text: str, origin: str) -> Value:
    """A value as it would be read from a file: what ``--set`` and environment variables give.

    Args:
        text: the value.
        origin: where it is from, for messages.

    Raises:
        ConfigError: it is no YAML.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        raise ConfigError(f"{origin}: the value is no YAML") from None
    return None if root is None else _value(root, Path(origin), (), {})


def _value(node: yaml.Node, path: Path, keys: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> Value:
    lines[keys] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        content: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in content:
                raise ConfigError(f"{path}:{key_node.start_mark.line + 1}: {'.'.join((*keys, key))} is there twice")
            content[key] = _value(value_node, path, (*keys, key), lines)
            lines[*keys, key] = key_node.start_mark.line + 1
        return content
    if isinstance(node, yaml.SequenceNode):
        return [_value(element, path, (*keys, str(i)), lines) for i, element in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Value:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text.lower() in {"true", "yes", "on"}
        case "int" if text.lstrip("+-").isdigit() and (
            text.lstrip("+-") == "0" or not text.lstrip("+-").startswith("0")
        ):
            return int(text)
        case "float" if not text.strip("+-.").isalpha():
            return Decimal(text.replace("_", ""))
        case _:
            # Dates, octal and sexagesimal numbers stay the text that they were written as: 0123 is a code, not 83.
            return text
