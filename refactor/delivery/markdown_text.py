"""Values in Markdown (GitHub Flavored Markdown, which GitLab and Forgejo read too): shown as they are, whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from refactor.delivery.concerns import one_line

_SPECIAL = re.compile(r"[\\`*_\[\]~$]")
_MENTION = re.compile(r"(?<![\w`])([@#])(?=\w)|(:)(?=[\w+-]+:)")


def text(value: str) -> str:
    """A value as running text. It mentions nobody, refers to no issue, and becomes no emoji."""
    return _unmentioned(_SPECIAL.sub(r"\\\g<0>", escape(one_line(value), quote=False)))


def html(value: str) -> str:
    """A value inside of an HTML element, where Markdown is not read."""
    return _unmentioned(escape(one_line(value), quote=False))


def code(value: str) -> str:
    """A value as a code span."""
    shown = one_line(value)
    if not shown.strip():
        return ""
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(content: str, language: str = "") -> list[str]:
    """Lines of a code block, with a fence that the content does not hold."""
    fence = "`" * max(_longest_run(content) + 1, 3)
    return [f"{fence}{language}", content.removesuffix("\n"), fence]


def table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> list[str]:
    """Lines of a table. Columns whose index is in ``numbers`` are set to the right; a pipe is escaped wherever it stands, in code too."""
    right, escaped = set(numbers), "\\|"
    return [
        f"| {' | '.join(header)} |",
        f"|{'|'.join('---:' if index in right else '---' for index in range(len(header)))}|",
        *(f"| {' | '.join(cell.replace('|', escaped) for cell in row)} |" for row in rows),
    ]


def collapsed(summary: str, lines: Iterable[str]) -> list[str]:
    """Lines behind a summary (HTML) that one clicks on."""
    return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]


def _unmentioned(value: str) -> str:
    return _MENTION.sub(r"\g<0>&#8203;", value)


def _longest_run(content: str) -> int:
    return max((len(run) for run in re.findall(r"`+", content)), default=0)
