"""The JSON Schema of job files and of the layers below them, for editors."""

from typing import cast

from .model import Job

Schema = dict[str, object]


def json_schema() -> Schema:
    """The schema, draft 2020-12, of any one file: what another layer may give is not required."""
    schema = Job.model_json_schema(by_alias=True)
    _relax(schema, schema, set())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _relax(part: Schema, root: Schema, seen: set[str]) -> None:
    """Let keys be missing wherever layers are laid one over the other: in mappings within mappings, not in lists."""
    part.pop("required", None)
    part.pop("discriminator", None)
    if "oneOf" in part:
        part["anyOf"] = part.pop("oneOf")  # of half a section, several may be meant
    inner = [*cast(dict[str, Schema], part.get("properties", {})).values(), *cast(list[Schema], part.get("anyOf", []))]
    if isinstance(others := part.get("additionalProperties"), dict):
        inner.append(others)
    if isinstance(name := part.get("$ref"), str) and name not in seen:
        seen.add(name)
        inner.append(cast(dict[str, Schema], root["$defs"])[name.rpartition("/")[2]])
    for one in inner:
        _relax(one, root, seen)
