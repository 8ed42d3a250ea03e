"""Reduces the provider's own schema to what :mod:`tests.support.kubernetes_schema` reads. To renew the stored one, after
``scripts/get-kubernetes-provider``::

    .venv/bin/python -m tests.support.kubernetes_schema_export
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.kubernetes_schema import STORED, BodySchema, Schema
from tests.support.provider import Missing, found

_SOURCE = (
    "`terraform providers schema -json` of hashicorp/kubernetes (MPL-2.0) as built by scripts/get-kubernetes-provider, {version}; reduced"
)


def reduced(full: Mapping[str, Any], version: str) -> Schema:
    """``full`` is what ``terraform providers schema -json`` prints, with one provider in it."""
    (provider,) = full["provider_schemas"].values()
    keys: dict[str, str] = {}
    bodies: dict[str, BodySchema] = {}

    def key(name: str, block: Mapping[str, Any]) -> str:
        body: BodySchema = {
            "attributes": {n: (a.get("type", "dynamic"), _use(a)) for n, a in sorted(block.get("attributes", {}).items())},
            "blocks": {
                n: (key(n, b["block"]), b.get("min_items", 0), 1 if b["nesting_mode"] == "single" else b.get("max_items", 0))
                for n, b in sorted(block.get("block_types", {}).items())
            },
        }
        text = json.dumps(body)
        if text not in keys:
            names = [name, *(f"{name}-{i}" for i in range(2, len(bodies) + 3))]
            keys[text] = next(n for n in names if n not in bodies)
            bodies[keys[text]] = body
        return keys[text]

    resources = {name: key(name, resource["block"]) for name, resource in sorted(provider["resource_schemas"].items())}
    return {"source": _SOURCE.format(version=version), "resources": resources, "bodies": bodies}


def _use(attribute: Mapping[str, Any]) -> str:
    return next((use for use in ("required", "optional") if attribute.get(use)), "computed")


def written(schema: Schema) -> str:
    """JSON, with a line for each resource and each body, so that a new version's diff can be read."""
    lines = {part: ",\n".join(f"  {json.dumps(n)}: {json.dumps(v)}" for n, v in schema[part].items()) for part in ("resources", "bodies")}
    parts = [f' "source": {json.dumps(schema["source"])}', *(f' "{part}": {{\n{text}\n }}' for part, text in lines.items())]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        provider = found(Path(directory))
        if isinstance(provider, Missing):
            raise SystemExit(provider.reason)
        STORED.write_text(written(reduced(provider.schema(), provider.version)), "utf-8")


if __name__ == "__main__":
    main()
