"""Findings in Markdown: values as code, the rest as text that mentions nobody."""

from __future__ import annotations

from refactor.codemod import Finding
from refactor.delivery.markdown_text import code, text


def what(finding: Finding) -> str:
    """What is wrong; a value that it begins with is code."""
    detail = f" ({finding.detail})" if finding.detail else ""
    rest = finding.message.removeprefix(f"{finding.before}: ")
    return (f"{code(finding.before)}: " if finding.before and rest != finding.message else "") + text(rest + detail)


def becomes(finding: Finding) -> str:
    """What a changed finding becomes, and what plan will show; empty where there is nothing to say."""
    effects = ", ".join(dict.fromkeys(e.kind.value for e in finding.effects))
    after = code(finding.after) if finding.after else ""
    return after + (f"{' ' if after else ''}({effects})" if effects else "")
