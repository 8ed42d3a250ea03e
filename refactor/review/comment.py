"""The text of the comment on a pull request: what is new, what it would become, what is gone, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from refactor.codemod import Finding, Outcome
from refactor.delivery.concerns import Concern, why
from refactor.delivery.markdown_text import code, collapsed, fenced, table, text
from refactor.delivery.text_report import plural
from refactor.forges.model import length
from refactor.reasons import Reason
from refactor.review.compare import Comparison
from refactor.review.wording import becomes, what

_LOOKED_UP = frozenset({Reason.OFFLINE, Reason.NO_SOURCE})
_MOST_ROWS = 200
_LIMIT = 60_000
"""Characters, for forges that know no limit: a longer comment is none that is read."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the comment tells. ``fixed`` are the new findings after their fixes were worked out (empty: they were not), and ``diff`` is what
    the fixes change. ``against`` is the base as the reader knows it."""

    comparison: Comparison
    against: str
    merge_base: str
    files: int
    fixed: Sequence[Finding] = ()
    diff: bytes = b""

    @property
    def title(self) -> str:
        new = len(self.comparison.new)
        return f"tfmod review: {plural(new, 'new finding') if new else 'nothing new'}"


def comment(reviewed: Reviewed, limit: int) -> str:
    """Markdown of at most ``limit`` characters (0: of a sensible length): the diff goes first, then rows at the end."""
    most = min(limit or _LIMIT, _LIMIT) - 200  # the hidden line comes on top
    rows, diff = min(len(reviewed.comparison.new), _MOST_ROWS), True
    whole = _text(reviewed, rows, diff=diff)
    while length(whole) > most and (diff or rows):
        rows, diff = (rows, False) if diff else (rows // 2, False)
        whole = _text(reviewed, rows, diff=diff)
    return whole


def _text(reviewed: Reviewed, rows: int, *, diff: bool) -> str:
    parts = [
        [f"### {reviewed.title}"],
        [_summary(reviewed)],
        _new(reviewed, rows),
        _unread(reviewed.comparison),
        _diff(reviewed, shown=diff),
        _resolved(reviewed.comparison),
        _footer(reviewed),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _summary(reviewed: Reviewed) -> str:
    found = reviewed.comparison
    where = f"compared with {code(reviewed.against)} ({code(reviewed.merge_base[:10])}), in {plural(reviewed.files, 'changed file')}"
    if not found.new:
        resolved = f", and resolves {len(found.resolved)}" if found.resolved else ""
        return f"The change introduces no finding{resolved}, {where}."
    resolved = f" It resolves {len(found.resolved)}." if found.resolved else ""
    return f"The change introduces {plural(len(found.new), 'finding')}, {where}.{resolved}"


def _new(reviewed: Reviewed, rows: int) -> list[str]:
    found = reviewed.comparison.new
    if not found:
        return []
    fixes = {_key(f): f for f in reversed(reviewed.fixed)}
    shown = [_row(concern, fixes.get(_key(concern.first))) for concern in found[:rows]]
    lines = table(("Rule", "Where", "What, and its fix"), shown) if shown else []
    if len(found) > rows:
        lines += ["", f"and {len(found) - rows} more: {code('tfmod review')} shows them."]
    return lines


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule.code if finding.rule is not None else "", finding.place.path, finding.address


def _row(concern: Concern, fixed: Finding | None) -> tuple[str, ...]:
    first = concern.first
    readers = f" (read in {len(concern.findings)} places)" if len(concern.findings) > 1 else ""
    place = code(f"{concern.place.path}:{concern.place.line}")
    fix = _fix(first, fixed)  # in a column of its own it would be one word wide beside long paths and values
    return f"{code(concern.rule.code)} {concern.rule.severity.value}", place, what(first) + readers + (f"<br>{fix}" if fix else "")


def _fix(found: Finding, fixed: Finding | None) -> str:
    command = "" if found.codemod in ("", "tfmod") else code(f"tfmod {found.codemod}")
    if fixed is None or fixed.outcome is Outcome.FOUND or fixed.reason in _LOOKED_UP:
        return command and f"Fix: {command}"
    if fixed.outcome is Outcome.CHANGED:
        return f"Fix: {becomes(fixed) or command}"
    bare = replace(fixed, detail="") if fixed.detail == found.detail else fixed  # the row says it already
    return f"Fix {fixed.outcome.value}: {text(why(bare))}"


def _unread(found: Comparison) -> list[str]:
    lines = [f"- {code(s.path)}: {text(s.reason.text + (f' ({s.detail})' if s.detail else ''))}" for s in found.unread]
    return ["Not looked at:", "", *lines] if lines else []


def _diff(reviewed: Reviewed, *, shown: bool) -> list[str]:
    if not reviewed.diff:
        return []
    if not shown:
        return [f"The diff of the fixes is too long for a comment: {code('tfmod review --fixes')} shows it."]
    return collapsed("Diff of the fixes", fenced(reviewed.diff.decode("utf-8", "replace"), "diff"))


def _resolved(found: Comparison) -> list[str]:
    lines = [f"- {code(c.rule.code)} {code(c.place.path)} {what(c.first)}" for c in found.resolved[:_MOST_ROWS]]
    if len(found.resolved) > _MOST_ROWS:
        lines.append(f"- and {len(found.resolved) - _MOST_ROWS} more")
    return collapsed(f"Resolved ({len(found.resolved)})", lines) if lines else []


def _footer(reviewed: Reviewed) -> list[str]:
    if not reviewed.comparison.new:
        return []
    here = code(f"tfmod review --base {reviewed.against} --fixes")
    ignored = code(f"# tfmod:ignore[{reviewed.comparison.new[0].rule.code}] reason")
    return [f"{here} shows the same at a prompt; {ignored} above the line accepts a finding."]
