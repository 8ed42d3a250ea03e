"""Values as python-hcl2 writes them, for people: ``{"port": 80, "path": "\\"/x\\""}`` as ``{ port = 80, path = "/x" }``. Pure."""

from __future__ import annotations

import json
import re

_WHOLE = re.compile(r"\$\{((?:[^{}\"]|\{[^{}]*\})*)\}", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def shown(value: str) -> str:
    """A value in one line, as Terraform would have it; what cannot be read as one stays as it is."""
    try:
        found: object = json.loads(value) if value[:1] in ("{", "[", '"') else value
    except (ValueError, RecursionError):
        found = value
    return " ".join((_written(found) if found is not value else value).split())


def _written(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(_member(str(k), v) for k, v in value.items())} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_written(v) for v in value)}]"
    if isinstance(value, str):
        whole = _WHOLE.fullmatch(value)
        return whole[1] if whole else value if value[:1] == '"' else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _member(name: str, value: object) -> str:
    """A block is a list of objects to python-hcl2."""
    name = name.strip('"')
    key = name if _NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)
    if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
        return ", ".join(f"{key} {_written(v)}" for v in value)
    return f"{key} = {_written(value)}"
