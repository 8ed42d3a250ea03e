"""Judges of rewritten HCL. What is shown or written has passed them all; they share no code with what edits.

(a) :mod:`refactor.verify`: bytes outside the spans are identical. (b) :func:`refusal`: HashiCorp's own parser accepts the text, and so does
a structural check of what tree-sitter lets through. (c) :func:`undeclared`: re-read, the tree differs only where the fix said it would.
"""

from __future__ import annotations

from collections.abc import Iterable

import pygohcl

from refactor.edits import Change
from refactor.hcl.addresses import covers, differences
from refactor.hcl.document import Document
from refactor.hcl.lenient import lenient

__all__ = ["covers", "lenient", "refusal", "undeclared"]


def refusal(data: bytes) -> str | None:
    """Why Terraform would not accept the text, or None.

    pygohcl reports ``HCLInternalError`` on some valid texts (``{ null = x }``): only ``HCLParseError`` is a refusal.
    """
    document = Document("", data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not _in_comment(document, error.start):
            return f"not UTF-8 at byte {error.start}"
        text = data.decode("utf-8-sig", "replace")
    try:
        pygohcl.loads(text)
    except pygohcl.HCLParseError as error:
        return str(error).splitlines()[0] if str(error) else "HCL parse error"
    except pygohcl.HCLInternalError:
        pass
    return None if document.error is not None else lenient(document)


def _in_comment(document: Document, offset: int) -> bool:
    """Terraform does not mind what bytes a comment holds."""
    node = document.root.descendant_for_byte_range(offset, offset + 1)
    return node is not None and node.type == "comment"


def undeclared(before: Document, after: Document, declared: Iterable[str]) -> list[Change]:
    """Differences at addresses that no fix declared. An address covers what lies below it."""
    allowed = set(declared)
    return [c for c in differences(before, after) if not any(covers(a, c.address) for a in allowed)]
