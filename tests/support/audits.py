"""The places that a document of ``tfmod concerns`` lists."""

from __future__ import annotations

import re
from collections import Counter

from markdown_it import MarkdownIt

Listed = Counter[tuple[str, int, int]]
"""How often a path with a first and a last line is listed."""

_LINES = re.compile(r"^ \(lines? ([0-9, x-]+)\)")


def listed(markdown: str) -> Listed:
    """Read with a Markdown parser: items of lists that begin with a path in code and go on with its lines."""
    found: Listed = Counter()
    for token in MarkdownIt("commonmark").parse(markdown):
        children = token.children or []
        if token.type == "inline" and len(children) > 1 and children[0].type == "code_inline":
            match = _LINES.match(children[1].content)
            for part in match[1].split(", ") if match else ():
                lines, _, times = part.partition(" x")
                first, _, last = lines.partition("-")
                found[children[0].content, int(first), int(last or first)] += int(times or 1)
    return found
