"""Reports held against the schemas that others publish for them, and against ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator
from xmlschema import XMLSchema

from refactor.delivery.json_report import schema

_DATA = Path(__file__).parent.parent / "data" / "schemas"


def report_json(text: str) -> Any:
    """A report of ``--format json``, valid by our schema, with no key that the schema does not know."""
    data = json.loads(text)
    _own().validate(data)
    return data


def sarif(text: str) -> Any:
    """The one run of a SARIF report, valid by the schema of the standard."""
    data = json.loads(text)
    _sarif().validate(data)
    (run,) = data["runs"]
    return run


def junit(text: str) -> Any:
    """The root element of a JUnit report, valid by its schema."""
    from xml.etree.ElementTree import fromstring

    _junit().validate(text)
    return fromstring(text)


@cache
def _own() -> Draft202012Validator:
    data = json.loads(schema())
    Draft202012Validator.check_schema(data)
    for part in _objects(data):
        part.setdefault("additionalProperties", False)
    return Draft202012Validator(data)


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    """The parts of a schema that list an object's keys."""
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict):
            yield part
        for value in part.values():
            yield from _objects(value)
    elif isinstance(part, list):
        for value in part:
            yield from _objects(value)


@cache
def _sarif() -> Draft7Validator:
    return Draft7Validator(json.loads((_DATA / "sarif-schema-2.1.0.json").read_text("utf-8")))


@cache
def _junit() -> XMLSchema:
    return XMLSchema(str(_DATA / "junit-10.xsd"))
