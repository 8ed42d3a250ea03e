"""Cuts the forges' published descriptions down to what the clients use; see README.md beside this file.

python tests/forges/data/cut.py github PATH/api.github.com.json > tests/forges/data/github.json
python tests/forges/data/cut.py gitea PATH/swagger.v1.json > tests/forges/data/gitea.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_GITHUB = "/repos/{owner}/{repo}"
OPERATIONS = {
    "github": (
        ("get", _GITHUB),
        ("get", f"{_GITHUB}/branches/{{branch}}"),
        ("get", f"{_GITHUB}/pulls"),
        ("post", f"{_GITHUB}/pulls"),
        ("get", f"{_GITHUB}/pulls/{{pull_number}}"),
        ("patch", f"{_GITHUB}/pulls/{{pull_number}}"),
        ("get", f"{_GITHUB}/issues/{{issue_number}}/comments"),
        ("post", f"{_GITHUB}/issues/{{issue_number}}/comments"),
        ("patch", f"{_GITHUB}/issues/comments/{{comment_id}}"),
        ("post", f"{_GITHUB}/issues/{{issue_number}}/labels"),
        ("post", f"{_GITHUB}/issues/{{issue_number}}/assignees"),
        ("post", f"{_GITHUB}/pulls/{{pull_number}}/requested_reviewers"),
        ("post", f"{_GITHUB}/pulls/{{pull_number}}/reviews"),
        ("get", f"{_GITHUB}/pulls/{{pull_number}}/comments"),
        ("patch", f"{_GITHUB}/pulls/comments/{{comment_id}}"),
        ("get", "/user"),
    ),
    "gitea": (
        ("get", _GITHUB),
        ("get", f"{_GITHUB}/branches/{{branch}}"),
        ("get", f"{_GITHUB}/pulls"),
        ("post", f"{_GITHUB}/pulls"),
        ("get", f"{_GITHUB}/pulls/{{index}}"),
        ("patch", f"{_GITHUB}/pulls/{{index}}"),
        ("get", f"{_GITHUB}/issues/{{index}}/comments"),
        ("post", f"{_GITHUB}/issues/{{index}}/comments"),
        ("patch", f"{_GITHUB}/issues/comments/{{id}}"),
        ("get", f"{_GITHUB}/labels"),
        ("post", f"{_GITHUB}/labels"),
        ("get", "/orgs/{org}/labels"),
        ("post", f"{_GITHUB}/issues/{{index}}/labels"),
        ("post", f"{_GITHUB}/pulls/{{index}}/requested_reviewers"),
        ("get", f"{_GITHUB}/pulls/{{index}}/reviews"),
        ("post", f"{_GITHUB}/pulls/{{index}}/reviews"),
        ("get", f"{_GITHUB}/pulls/{{index}}/reviews/{{id}}/comments"),
        ("get", "/user"),
    ),
}
_PROSE = frozenset(
    {"description", "summary", "externalDocs", "example", "examples", "tags", "operationId", "title", "deprecated", "headers"}
)
_NAMES = frozenset({"properties", "definitions", "schemas", "parameters", "responses", "patternProperties"})
"""Below these, keys are names of things, not words of the description language."""


def bare(node: Any, *, names: bool = False) -> Any:
    """Without what is for people only, and without the vendors' extensions."""
    if isinstance(node, dict):
        kept = node.items() if names else ((k, v) for k, v in node.items() if k not in _PROSE and not k.startswith("x-"))
        return {key: bare(value, names=not names and key in _NAMES) for key, value in kept}
    return [bare(entry) for entry in node] if isinstance(node, list) else node


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def cut(whole: Any, operations: tuple[tuple[str, str], ...]) -> Any:
    head = ("openapi", "swagger", "servers", "basePath", "consumes", "produces")
    result: dict[str, Any] = {key: whole[key] for key in head if key in whole}
    result["info"] = {key: whole["info"][key] for key in ("title", "version", "license")}
    result["paths"] = {}
    for method, path in operations:
        result["paths"].setdefault(path, {})[method] = bare(whole["paths"][path][method])
    todo = list(references(result["paths"]))
    seen: set[str] = set()
    while todo:
        reference = todo.pop()
        if reference in seen:
            continue
        seen.add(reference)
        source, target = whole, result
        *parents, name = reference.removeprefix("#/").split("/")
        for parent in parents:
            source, target = source[parent], target.setdefault(parent, {})
        target[name] = bare(source[name])
        todo += references(target[name])
    return result


if __name__ == "__main__":
    forge, file = sys.argv[1:]
    cutting = cut(json.loads(Path(file).read_text()), OPERATIONS[forge])
    sys.stdout.write(json.dumps(cutting, indent=None, separators=(",", ":"), sort_keys=True) + "\n")
