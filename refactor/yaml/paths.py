"""How a place in a YAML document is written: ``spec.containers[0]["app.kubernetes.io/name"]``.

A key that repeats in its mapping has ``[#2]``, ``[#3]`` behind it from its second time on; a key that is
itself a collection is ``[?n]``, n counting such keys from 0. In a stream of several documents all but the
first have ``---[n]`` in front, n counting from 0.
"""

from __future__ import annotations

import json
import re

from refactor.yaml.template import Unparsable

_BARE = re.compile(r"[\w-]+\Z")
_STEP = re.compile(r'\.?([\w-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def document_path(index: int) -> str:
    return f"---[{index}]" if index else ""


def key_path(parent: str, key: str, repeat: int = 1) -> str:
    """Path of the value of ``key``, which occurs for the ``repeat``-th time in the mapping at ``parent``."""
    step = key if _BARE.match(key) else f"[{json.dumps(key, ensure_ascii=False)}]"
    path = f"{parent}.{step}" if parent and not step.startswith("[") else parent + step
    return path if repeat == 1 else f"{path}[#{repeat}]"


def complex_key_path(parent: str, index: int) -> str:
    return f"{parent}[?{index}]"


def item_path(parent: str, index: int) -> str:
    return f"{parent}[{index}]"


def parse_path(path: str) -> list[str | int] | Unparsable:
    """Keys and indices of a path without repeats, complex keys and document."""
    steps: list[str | int] = []
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            return Unparsable("not a path", at)
        if found[1] is not None:
            steps.append(found[1])
        elif found[2] is not None:
            steps.append(int(found[2]))
        else:
            steps.append(str(json.loads(found[3])))
        at = found.end()
    return steps
