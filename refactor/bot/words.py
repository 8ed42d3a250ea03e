"""What the body of a pull request is made of: changes by stack, values, coverage, what was left, each as Markdown. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from refactor.bot.groups import NameOf
from refactor.bot.values import shown as readable
from refactor.codemod import EffectKind, Finding, Outcome
from refactor.delivery.effects import affected
from refactor.delivery.markdown_text import code, collapsed, html, table, text
from refactor.delivery.text_report import plural
from refactor.edits import Change
from refactor.registry.lockfile import NAME as LOCK
from refactor.run import RunResult

_OPEN_ROWS = 15
"""A longer list is collapsed."""
_LONG_VALUE = 240
_WORST_FIRST = tuple(reversed(EffectKind))
_LOSSES = (EffectKind.REPLACE, EffectKind.DESTROY)
_PLAIN = "."


def stack_table(result: RunResult, stack_of: NameOf, most: int) -> list[str]:
    """A row for each stack: what plan will show, worst first, and how many changes that are. More than ``most``: their sum alone."""
    changed = [f for f in result.findings if f.outcome is Outcome.CHANGED]
    stacks: dict[str, list[Finding]] = {}
    for finding in changed:
        stacks.setdefault(stack_of(finding.place.path), []).append(finding)
    kinds = [kind for kind in _WORST_FIRST if any(e.kind is kind for f in changed for e in f.effects)]
    rows = [_row(_stack(stack), findings, kinds) for stack, findings in sorted(stacks.items())]
    if len(stacks) > 1:
        rows.append([f"**{cell}**" for cell in _row(plural(len(stacks), "stack"), changed, kinds)])
    header = ("Stack", *(k.value for k in kinds), "Changes")
    lines = table(header, rows, range(1, len(header)))
    if len(rows) <= _OPEN_ROWS + 1:
        return lines
    behind = collapsed(f"By stack ({len(stacks)})", lines) if len(stacks) <= most else []
    return [*table(header, rows[-1:], range(1, len(header))), "", *behind]


def _row(name: str, findings: Sequence[Finding], kinds: Sequence[EffectKind]) -> list[str]:
    resources = affected(findings)
    return [name, *(str(len(resources[k])) if k in resources else "" for k in kinds), str(len(findings))]


_MEANING = {
    EffectKind.NONE: "nothing",
    EffectKind.UPDATE: "updated in place",
    EffectKind.ROLLOUT: "updated in place, with new pods",
    EffectKind.CREATE: "created",
    EffectKind.REPLACE: "replaced: destroyed and made anew",
    EffectKind.DESTROY: "destroyed",
}


def effects(findings: Sequence[Finding]) -> list[str]:
    """What the words of the table mean, for those that are in it."""
    return [f"- **{kind.value}**: {plural(len(found), 'resource')} {_MEANING[kind]}" for kind, found in affected(findings).items()]


def losses(result: RunResult) -> list[str]:
    """What is replaced or destroyed, by name: nobody should find that out from the plan."""
    found = {
        (e.kind, e.address, f.place.path): None
        for f in result.findings
        if f.outcome is Outcome.CHANGED
        for e in f.effects
        if e.kind in _LOSSES
    }
    lines = [f"- **{kind.value}**: {code(address)} in {code(path)}" for kind, address, path in sorted(found)]
    return lines if len(lines) <= _OPEN_ROWS else [*lines[:_OPEN_ROWS], f"- and {len(lines) - _OPEN_ROWS} more"]


def notes(result: RunResult) -> list[str]:
    changed = (f for f in result.findings if f.outcome is Outcome.CHANGED)
    counted = Counter(note for f in changed for note in f.notes) + Counter(result.notes)
    return [f"- {text(note)}" + (f" ({count} times)" if count > 1 else "") for note, count in counted.most_common()]


def values(result: RunResult, most: int) -> tuple[list[str], int]:
    """The values that change, by file, ``most`` at most, and how many were left out for that."""
    lines: list[str] = []
    shown = left = 0
    for path, changes in result.differences:
        if not changes:
            continue
        if shown >= most:
            left += len(changes)
            continue
        taken = changes[: most - shown]
        left += len(changes) - len(taken)
        shown += len(taken)
        lines += ["", code(path), "", *(_value(change) for change in taken)]
    return lines, left


def _value(change: Change) -> str:
    if change.before is None:
        what = f"new: {_cut(change.after)}"
    elif change.after is None:
        what = f"goes: {_cut(change.before)}"
    else:
        what = f"{_cut(change.before)} → {_cut(change.after)}"
    return f"- {code(change.address)}<br>{what}"


def _cut(value: str | None) -> str:
    shown = readable(value or "")
    return code(shown if len(shown) <= _LONG_VALUE else f"{shown[: _LONG_VALUE - 1]}…") or "*empty*"


def left(result: RunResult, most: int) -> tuple[list[str], int]:
    """What was skipped or failed, by reason, behind a click each; ``most`` places of each, and how many things there are."""
    groups: dict[tuple[str, str], Counter[str]] = {}
    for finding in sorted(result.findings, key=lambda f: f.outcome is not Outcome.FAILED):
        if finding.reason is not None and finding.outcome in (Outcome.SKIPPED, Outcome.FAILED):
            what = code(finding.before) if finding.before else code(finding.address)
            line = f"- {code(f'{finding.place.path}:{finding.place.line}')} {what}" + (
                f": {text(finding.detail)}" if finding.detail else ""
            )
            groups.setdefault((finding.outcome.value, finding.reason.text), Counter())[line] += 1
    for skipped in result.skipped:
        line = f"- {code(skipped.path)}" + (f": {text(skipped.detail)}" if skipped.detail else "")
        groups.setdefault(("skipped", skipped.reason.text), Counter())[line] += 1
    lines: list[str] = []
    for (outcome, reason), places in groups.items():
        shown = [line + (f" (read in {n} places)" if n > 1 else "") for line, n in list(places.items())[:most]]
        if len(places) > most:
            shown.append(f"- and {len(places) - most} more")
        lines += collapsed(html(f"{reason[:1].upper()}{reason[1:]} ({outcome}, {sum(places.values())})"), shown)
    return lines, sum(sum(places.values()) for places in groups.values())


def _stack(name: str) -> str:
    return "the root directory" if name == _PLAIN else code(name)


def amounts(result: RunResult) -> str:
    """``22 images in 9 files``."""
    changed = [f for f in result.findings if f.outcome is Outcome.CHANGED]
    things = {f.thing for f in changed}
    what = plural(len(changed), (things.pop() if len(things) == 1 else "") or "change")
    return f"{what} in {plural(sum(c.path != LOCK for c in result.changeset), 'file')}"
