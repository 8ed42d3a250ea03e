"""Holds every exchange with a forge against the forge's own description: OpenAPI 3.0 (GitHub) or Swagger 2.0 (Gitea, GitLab)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from jsonschema import Draft202012Validator, ValidationError

from refactor.registry.http import Session

_DATA = Path(__file__).parent / "data"


@cache
def contract(name: str) -> Contract:
    """The description that is kept in ``data/``."""
    return Contract(json.loads((_DATA / f"{name}.json").read_text("utf-8")))


class Contract:
    """One description. Objects may have no fields but those described, so that a misspelt one is noticed.

    Swagger as Gitea and GitLab publish it says nothing of null, which both send for what is not set: there, anything may be null.
    """

    def __init__(self, description: Mapping[str, Any], *, strict: bool = True) -> None:
        self.swagger = "swagger" in description
        self.strict = strict
        self.description = _converted(description, any_null=self.swagger, strict=strict)
        self.used: set[str] = set()
        self._paths = [(re.compile(re.sub(r"\\\{[^/]*?\\\}", "([^/]+)", re.escape(path)) + "$"), path) for path in description["paths"]]

    def problems(self, method: str, path: str, query: str, sent: object, status: int, answered: object) -> Iterator[str]:
        """What is wrong with an exchange; ``path`` is below the base URL and still quoted."""
        found = next((name for pattern, name in self._paths if pattern.match(path) and method.lower() in self._operations(name)), None)
        if found is None:
            yield f"{method} {path} is no operation"
            return
        label = f"{method} {found}"
        self.used.add(label)
        operation = self._operations(found)[method.lower()]
        parameters = [self._resolved(parameter) for parameter in operation.get("parameters", [])]
        yield from (f"{label}: {problem}" for problem in self._query(parameters, query))
        yield from (f"{label}, request: {problem}" for problem in self._body(operation, parameters, sent))
        yield from (f"{label}, answer {status}: {problem}" for problem in self._answer(operation, status, answered))

    def sample(self, method: str, path: str, status: int = 200) -> Any:
        """The least that an answer must have, with made-up values."""
        return self._sample(self._answer_schema(self._operations(path)[method.lower()]["responses"][str(status)]))

    def sample_of(self, schema: str) -> Any:
        """The least that a named schema's instance must have."""
        return self._sample({"$ref": f"#/components/schemas/{schema}"})

    def _operations(self, path: str) -> Mapping[str, Any]:
        operations: Mapping[str, Any] = self.description["paths"][path]
        return operations

    def _resolved(self, node: Any) -> Any:
        while "$ref" in node:
            at: Any = self.description
            for part in node["$ref"].removeprefix("#/").split("/"):
                at = at[part]
            node = at
        return node

    def _query(self, parameters: list[Any], query: str) -> Iterator[str]:
        known = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
        for name, value in parse_qsl(query):
            if name not in known:
                yield f"the query's {name} is not described"
                continue
            schema = known[name].get("schema") or {key: known[name][key] for key in ("type", "enum") if key in known[name]}
            typed: object = int(value) if "integer" in str(schema.get("type")) and value.isdecimal() else value
            yield from self._against(schema, typed, name)

    def _body(self, operation: Any, parameters: list[Any], sent: object) -> Iterator[str]:
        if self.swagger:
            schema = next((parameter["schema"] for parameter in parameters if parameter["in"] == "body"), None)
        else:
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if sent is not None and schema is None:
            yield "it takes no body"
        elif sent is not None:
            yield from self._against(schema, sent, "body")

    def _answer(self, operation: Any, status: int, answered: object) -> Iterator[str]:
        described = operation["responses"].get(str(status))
        if described is None:
            # Any operation may answer so (GitHub, "Troubleshooting the REST API"); few descriptions repeat it.
            if status not in (401, 403, 404, 409, 422, 423, 429, 500, 502, 503):
                yield "this status is not described"
            return
        schema = self._answer_schema(described)
        if schema is not None and status < 300:
            yield from self._against(schema, answered, "answer")

    def _answer_schema(self, described: Any) -> Any:
        resolved = self._resolved(described)
        return resolved.get("schema") if self.swagger else resolved.get("content", {}).get("application/json", {}).get("schema")

    def _against(self, schema: Any, value: object, what: str) -> Iterator[str]:
        whole = {"$ref": "#/%", "%": schema} | {
            key: self.description[key] for key in ("components", "definitions") if key in self.description
        }
        for error in Draft202012Validator(whole).iter_errors(value):
            # What is wrong is below the choice between the described and null.
            leaves = list(_leaves(error))
            yield from (
                f"{what}{leaf.json_path[1:]}: {leaf.message[:300]}" for leaf in leaves if leaf.validator_value != "null" or len(leaves) == 1
            )

    def _sample(self, schema: Any) -> Any:
        schema = self._resolved(schema)
        for word in ("anyOf", "oneOf"):
            if word in schema:
                options = [self._resolved(option) for option in schema[word]]
                return None if {"type": "null"} in options else self._sample(options[0])
        if "allOf" in schema:
            return {name: value for part in schema["allOf"] for name, value in self._sample(part).items()}
        kind = schema.get("type")
        if isinstance(kind, list):
            return None
        if "enum" in schema:
            return schema["enum"][0]
        if kind == "object" or "properties" in schema:
            return {name: self._sample(schema["properties"][name]) for name in schema.get("required", [])}
        texts = {"date-time": "2026-01-27T12:00:00Z", "uri": "https://forge.example/x"}
        return {"array": [], "integer": 1, "number": 1, "boolean": False}.get(kind, texts.get(schema.get("format"), "x"))


def _converted(node: Any, *, any_null: bool, strict: bool, inside: str = "") -> Any:
    """JSON Schema 2020-12 out of OpenAPI 3.0's own dialect (``nullable``)."""
    if isinstance(node, list):
        return [_converted(entry, any_null=any_null, strict=strict) for entry in node]
    if not isinstance(node, dict):
        return node
    names = inside in ("properties", "schemas", "definitions")
    result = {
        key: _converted(value, any_null=any_null, strict=strict, inside="" if names else key)
        for key, value in node.items()
        if key != "nullable"
    }
    if names or not ({"type", "$ref", "anyOf", "oneOf", "allOf"} & set(result)) or "in" in node:
        return result
    if strict and "properties" in result and "additionalProperties" not in result and not {"anyOf", "oneOf", "allOf"} & set(result):
        result["additionalProperties"] = False
    if node.get("nullable") is True or (any_null and inside != "schema"):
        return {"anyOf": [result, {"type": "null"}]}
    return result


def checking(held: Contract, prefix: str, problems: list[str]) -> type[Session]:
    """Sessions that note what is wrong with their exchanges; ``prefix`` is the path of the API's base URL."""

    class Checking(Session):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            response = super().send(request, **options)
            parts = urlsplit(request.url or "")
            path = parts.path.removeprefix(prefix)
            if "/graphql" not in path:
                raw = response.content
                sent = json.loads(request.body) if request.body else None
                answered = _json(raw)
                found = held.problems(request.method or "", path, unquote(parts.query), sent, response.status_code, answered)
                problems.extend(found)
            return response

    return Checking


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    if error.context:
        for inner in error.context:
            yield from _leaves(inner)
    else:
        yield error


def _json(raw: bytes) -> object:
    """None for what is no JSON: that is the client's to notice."""
    try:
        found: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found
