"""The report for machines, and the JSON Schema that it is valid by."""

import re
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from driver.batch.report import RunReport
from mfdecode.errors import MfdecodeError

_JSON = TypeAdapter(RunReport)
_ATTRIBUTES = "\n\nAttributes:\n"
_ATTRIBUTE = re.compile(r"^    (\w[\w, ]*): (.*(?:\n {5,}.*)*)", re.MULTILINE)

Schema = dict[str, object]


class ReportError(MfdecodeError):
    """A report that cannot be had; the text says which and why."""


def as_json(report: RunReport) -> bytes:
    """The report as an indented document."""
    return _JSON.dump_json(report, indent=2) + b"\n"


def read_json(path: Path) -> RunReport:
    """The report that was written.

    Raises:
        ReportError: it is no report, or one of another version.
        OSError: it cannot be read.
    """
    try:
        return _JSON.validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ReportError(
            f"{path}: no report that this version can read: {where or 'the document'}: {first['msg']}"
        ) from None


def json_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of the report; what a property is, is told as its class tells it."""
    schema = _JSON.json_schema(mode="serialization")
    for one in (schema, *schema["$defs"].values()):
        _describe(one)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:mfdecode:report:1",
        **schema,
    }


def _describe(schema: Schema) -> None:
    """Move what a docstring says of an attribute to the property; name what has two names once."""
    if isinstance(values := schema.get("enum"), list):
        schema["enum"] = list(dict.fromkeys(values))
    text, properties = schema.get("description"), schema.get("properties")
    if not isinstance(text, str) or not isinstance(properties, dict):
        return
    schema["description"], _, attributes = text.partition(_ATTRIBUTES)
    for names, description in _ATTRIBUTE.findall(attributes):
        for name in names.split(", "):
            if name in properties:
                properties[name]["description"] = re.sub(r"\s+", " ", description).strip()
