"""Judges of rewritten HCL. What is shown or written has passed them all; they share no code with what edits.

(a) :mod:`refactor.verify`: bytes outside the spans are identical. (b) :func:`refusal`: HashiCorp's own parser accepts the text, and so does
a structural check of what tree-sitter lets through. (c) :func:`undeclared`: re-read, the tree differs only where the fix said it would.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pygohcl

from refactor.edits import Change
from refactor.hcl.condensed import Condensed
from refactor.hcl.declared import undeclared as unexpected
from refactor.hcl.differences import differences
from refactor.hcl.document import Document
from refactor.hcl.lenient import lenient

_ERROR = re.compile(r"tmp\.hcl:(\d+),[\d,-]+: (.*?)(?=, tmp\.hcl:|, and \d+ other|\Z)", re.DOTALL)
_PLACE = re.compile(r"tmp\.hcl:(\d+),[\d,-]+")

__all__ = ["lenient", "refusal", "undeclared"]


def refusal(document: Document) -> str | None:
    """Why Terraform would not accept the text, or None.

    pygohcl reports ``HCLInternalError`` on some valid texts (``{ null = x }``): only ``HCLParseError`` is a refusal.
    """
    data = document.data
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not _in_comment(document, error.start):
            return f"not UTF-8 at byte {error.start}"
    condensed = Condensed(document)
    try:
        pygohcl.loads(condensed.data.decode("utf-8-sig", "replace"))
    except pygohcl.HCLParseError as error:
        return _first(str(error), condensed)
    except pygohcl.HCLInternalError:
        pass
    return None if document.error is not None else lenient(document)


def _first(message: str, condensed: Condensed) -> str:
    """The error that stands first in the file, of those in pygohcl's one line."""
    found = sorted((int(line), text) for line, text in _ERROR.findall(message))
    if not found:
        return "HashiCorp's parser refuses it"
    line, text = found[0]
    told = _PLACE.sub(lambda place: f"line {condensed.line(int(place[1]))}", text.partition("\n")[0])
    return f"line {condensed.line(line)}: {told}"


def _in_comment(document: Document, offset: int) -> bool:
    """Terraform does not mind what bytes a comment holds."""
    node = document.root.descendant_for_byte_range(offset, offset + 1)
    return node is not None and node.type == "comment"


def undeclared(before: Document, after: Document, declared: Iterable[Change]) -> list[Change]:
    """Differences that no fix declared. A declared change covers what lies below its address."""
    return unexpected(declared, differences(before, after))
