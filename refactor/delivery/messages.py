"""Commit messages."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Sequence

from refactor.codemod import Outcome
from refactor.delivery.templates import rendered
from refactor.run import RunResult


def commit_message(result: RunResult, codemods: Sequence[str]) -> str:
    """What changed and how much, what plan will show, and what was left with its reasons."""
    changed = [f for f in result.findings if f.outcome is Outcome.CHANGED]
    left = Counter(f.reason for f in result.findings if f.outcome in (Outcome.SKIPPED, Outcome.FAILED) and f.reason is not None)
    effects = Counter(kind for _, kind in {(e.address, e.kind) for f in changed for e in f.effects})
    places = Counter(posixpath.dirname(f.place.path) or "." for f in changed)
    return rendered(
        "commit_message.txt.j2",
        codemods=list(codemods),
        changed=changed,
        files=len(result.changeset),
        places=sorted(places.items()),
        effects=[(kind.value, count) for kind, count in effects.most_common()],
        left=[(reason.text, count) for reason, count in left.most_common()],
    )
