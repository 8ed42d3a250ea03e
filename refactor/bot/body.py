"""Title and body of a pull request."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from refactor.bot import words
from refactor.bot.groups import ASKED, NameOf, kind_of
from refactor.bot.settings import GroupBy
from refactor.bot.work import Proposal
from refactor.codemod import Outcome, Safety
from refactor.delivery.concerns import one_line
from refactor.delivery.markdown import coverage_table
from refactor.delivery.markdown_text import code, text
from refactor.delivery.templates import rendered
from refactor.delivery.text_report import plural
from refactor.forges.marker import sha256
from refactor.forges.model import length

_SIZES = (400, 150, 60, 20, 5, 0)
"""How many values, and places of each reason, are shown: the most that fits."""
_OPEN_VALUES = 8
_NO_LIMIT = 200_000
"""Characters where the forge names no limit: more is no use to anybody."""


@dataclass(frozen=True, slots=True)
class Command:
    """How a person gets the same diff: ``options`` are the flags that this run was given, ``recipe`` is its codemods' recipe."""

    remote: str
    base: str
    recipe: str = ""
    options: Sequence[str] = ()
    paths: Sequence[str] = ()


class PullText:
    """Title and body for one proposal."""

    def __init__(self, proposal: Proposal, stack_of: NameOf, command: Command) -> None:
        self._proposal = proposal
        self._stack_of = stack_of
        self._command = command
        self.title = title_of(proposal)
        values, _ = words.values(proposal.result, _SIZES[0])
        core = "\n".join([self.title, *words.stack_table(proposal.result, stack_of, len(proposal.result.findings)), *values])
        self.digest = sha256(core)

    def body(self, limit: int, previous: int | None) -> str:
        """The body in at most ``limit`` characters as the forge counts them (0: no limit is known). ``previous``: an earlier one."""
        room = limit or _NO_LIMIT
        shown = ""
        for most in _SIZES:
            shown = self._rendered(most, previous)
            if length(shown) <= room:
                return shown
        return _cut(shown, room)

    def _rendered(self, most: int, previous: int | None) -> str:
        proposal, result = self._proposal, self._proposal.result
        changed = [f for f in result.findings if f.outcome is Outcome.CHANGED]
        values, more = words.values(result, most)
        skipped, count = words.left(result, most)
        return rendered(
            "pull_request.md.j2",
            lead=f"**{words.amounts(result)}**, by {', '.join(code(k.name) for k in proposal.kinds)}.",
            previous=previous,
            why=[(k.name, text(k.summary[:1].upper() + k.summary[1:]), text(k.rationale)) for k in proposal.kinds],
            review=[k.name for k in proposal.kinds if k.safety is Safety.NEEDS_REVIEW],
            table=words.stack_table(result, self._stack_of, most),
            effects=words.effects(changed),
            losses=words.losses(result),
            notes=words.notes(result),
            values=values,
            value_count=sum(len(changes) for _, changes in result.differences),
            values_open=sum(len(changes) for _, changes in result.differences) <= _OPEN_VALUES,
            more=more,
            coverage=coverage_table(result.findings),
            left=skipped,
            left_count=count,
            commands=commands(proposal, self._command),
            ignore=_ignore_example(proposal),
            exclude=_exclude_example(proposal),
            codemods=", ".join(code(k.name) for k in proposal.kinds),
            is_asked=kind_of(proposal.group.name) == ASKED,
        )


def title_of(proposal: Proposal) -> str:
    """One line: ``pin-images: 22 images in 9 files``, ``stacks/web: pin-images, add-probes (12 changes in 3 files)``."""
    group, amount = proposal.group, words.amounts(proposal.result)
    names = ", ".join(k.name for k in proposal.kinds)
    kind = kind_of(group.name)
    if kind == GroupBy.CODEMOD.value or (kind == ASKED and len(proposal.kinds) == 1):
        return f"{names}: {amount}"
    what = names if len(proposal.kinds) <= 3 else plural(len(proposal.kinds), "codemod")
    return one_line(f"{group.title}: {what} ({amount})")


def commands(proposal: Proposal, command: Command) -> list[str]:
    """What to run to get the same diff; each command for itself where no recipe has the codemods together."""
    base = f"{command.remote}/{command.base}"
    options = [*command.options, "--base", base]
    paths = command.paths or (_directories(proposal) if proposal.group.members is not None else ())
    names = [k.name for k in proposal.kinds]
    runs = [["fix", "--recipe", command.recipe]] if command.recipe and len(names) > 1 else [[name] for name in names]
    fetched = shlex.join(["git", "fetch", command.remote, command.base])
    return [fetched, *(shlex.join(["tfmod", *run, *options, *paths]) for run in runs)]


def _directories(proposal: Proposal) -> list[str]:
    found = {path.rpartition("/")[0] or "." for path in (c.path for c in proposal.result.changeset)}
    return sorted(found) if len(found) <= 10 else []


def _ignore_example(proposal: Proposal) -> str:
    rules = [f.rule.code for f in proposal.result.findings if f.outcome is Outcome.CHANGED and f.rule is not None]
    return proposal.kinds[0].name if not rules or len(proposal.kinds) == 1 else sorted(set(rules))[0]


def _exclude_example(proposal: Proposal) -> str:
    path = proposal.result.changeset.changes[0].path
    directory = path.rpartition("/")[0]
    return f"{directory}/**" if directory else path


def _cut(body: str, room: int) -> str:
    """The last resort, at a line's end, with a word about it."""
    note = "\n\n*The rest would be too long for this place.*\n"
    kept = body.split("\n")
    while kept:
        opened = sum(line.count("<details") - line.count("</details>") for line in kept)
        shown = "\n".join(kept) + "\n\n</details>" * max(opened, 0) + note
        if length(shown) <= room:
            return shown
        kept.pop()
    return note.strip()[:room]
