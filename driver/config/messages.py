"""What pydantic finds wrong, in words that people know: file, line, key, and what was expected."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel, ValidationError

from . import model

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from .layers import Origin


_TARGETS = [
    get_args(target.model_fields["type"].annotation)[0]
    for target in get_args(model.Job.model_fields["target"].annotation)
]


def in_plain_words(error: ValidationError, origins: Mapping[tuple[str, ...], "Origin"], job_file: Path) -> str:
    """A line for each thing that is wrong."""
    return "\n".join(_line(details, origins, job_file) for details in error.errors(include_url=False))


def _line(details: "ErrorDetails", origins: Mapping[tuple[str, ...], "Origin"], job_file: Path) -> str:
    keys = tuple(str(key) for key in details["loc"])
    # A discriminated union adds the name of the chosen model to the keys: target.duckdb.final.
    shown = tuple(key for i, key in enumerate(keys) if not (i == 1 and keys[0] == "target" and key in _TARGETS))
    where = next((str(origins[shown[:n]]) for n in range(len(shown), 0, -1) if shown[:n] in origins), str(job_file))
    return f"{where}: {'.'.join(shown)}: {_words(details, keys)}"


def _words(details: "ErrorDetails", keys: tuple[str, ...]) -> str:
    match details["type"]:
        case "extra_forbidden":
            nearest = get_close_matches(keys[-1], _known_keys(keys[:-1]), n=1)
            return f"there is no such key{f'; did you mean {nearest[0]}?' if nearest else ''}"
        case "missing":
            return "is not given, and there is no default"
        case "union_tag_not_found":
            return f"type is not given: {', '.join(_TARGETS[:-1])} or {_TARGETS[-1]}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "is a section: it has keys with values, and is no value itself"
        case "string_type" if keys[0] == "secrets":
            return "is no text: write it in quotes"
    message = details["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    given = details["input"]
    if keys[0] == "secrets" or isinstance(given, dict | list):
        return message
    return f"{given!s}: {message}"


def _known_keys(keys: tuple[str, ...]) -> list[str]:
    """The keys of the section that these keys lead to, as far as the model tells."""
    sections: list[type[BaseModel]] = [model.Job]
    for key in keys:
        sections = [inner for section in sections for inner in _inner_sections(section, key)] or sections
    return [field.alias or name for section in sections for name, field in section.model_fields.items()]


def _inner_sections(section: type[BaseModel], key: str) -> list[type[BaseModel]]:
    if key not in section.model_fields:
        return [section]  # the key of a mapping, the number of a list element, the name of a union's member
    annotation = section.model_fields[key].annotation
    return [part for part in _parts(annotation) if isinstance(part, type) and issubclass(part, BaseModel)]


def _parts(annotation: object) -> list[object]:
    arguments = getattr(annotation, "__args__", ())
    return [part for argument in arguments for part in _parts(argument)] if arguments else [annotation]
