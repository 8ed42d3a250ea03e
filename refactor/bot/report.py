"""What a run of the bot says: a line for each group about which something was done, or everything as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refactor.bot.outcome import Done, Outcome
from refactor.delivery.concerns import one_line
from refactor.delivery.text_report import plural
from refactor.forges.marker import without_marker

VERSION = 1
_VERBS = {
    Done.CREATED: ("opened", "would open"),
    Done.UPDATED: ("updated", "would update"),
    Done.CLOSED: ("closed", "would close"),
    Done.CLEANED: ("deleted branch", "would delete branch"),
    Done.COMMENTED: ("left alone, with a comment", "would leave alone, with a comment"),
    Done.LEFT: ("left alone", "left alone"),
    Done.UP_TO_DATE: ("up to date", "up to date"),
    Done.NOTHING: ("nothing", "nothing"),
    Done.HELD: ("held", "held"),
    Done.POSTPONED: ("postponed", "postponed"),
    Done.FOREIGN: ("left alone", "left alone"),
    Done.FAILED: ("failed", "failed"),
}


@dataclass(frozen=True, slots=True)
class Session:
    """``project`` is the forge's path of it; ``base`` the branch, at ``commit``. ``failed`` counts things that could not be worked out."""

    host: str
    project: str
    base: str
    commit: str
    group_by: str
    dry: bool
    outcomes: Sequence[Outcome] = ()
    failed: int = 0


def lines(session: Session, *, verbose: bool) -> Iterator[str]:
    """What was done, or would be. A run that has nothing to do says nothing, so that cron sends no mail."""
    for outcome in session.outcomes:
        if verbose or outcome.done.is_action or outcome.is_failure:
            yield _line(outcome, dry=session.dry)
            yield from (f"    {warning}" for warning in outcome.warnings)
            if verbose and session.dry and outcome.body:
                yield from (f"    | {line}".rstrip() for line in without_marker(outcome.body).splitlines())
    counts = Counter(outcome.done for outcome in session.outcomes)
    if verbose or session.dry or any(outcome.done.is_action or outcome.is_failure for outcome in session.outcomes):
        yield _sum(session, counts)


def _line(outcome: Outcome, *, dry: bool) -> str:
    verb = _VERBS[outcome.done][dry]
    number = f" #{outcome.number}" if outcome.number else ""
    title = f" {outcome.title}" if outcome.title else f" {outcome.group}"
    files = f" [{plural(outcome.files, 'file')}]" if outcome.files and outcome.done is Done.CREATED and not outcome.title else ""
    text = f": {outcome.text}" if outcome.text else ""
    return one_line(f"{verb}{number}{title}{files}{text}") + (f"\n    {outcome.url}" if outcome.url else "")


def _sum(session: Session, counts: Counter[Done]) -> str:
    parts = [f"{counts[done]} {_VERBS[done][session.dry]}" for done in Done if counts[done]]
    where = f"{session.host}/{session.project}, {session.base} at {session.commit[:10]}"
    dry = "; nothing was changed" if session.dry else ""
    return f"{', '.join(parts) or 'no group has changes'} ({where}){dry}"


def as_json(session: Session) -> str:
    """One object; see docs/bot.md."""
    document = {
        "version": VERSION,
        "project": f"{session.host}/{session.project}",
        "base": {"branch": session.base, "commit": session.commit},
        "group_by": session.group_by,
        "dry_run": session.dry,
        "groups": [
            {
                "group": o.group,
                "branch": o.branch,
                "done": o.done.value,
                "text": o.text,
                "number": o.number or None,
                "url": o.url or None,
                "title": o.title or None,
                "body": o.body or None,
                "files": o.files,
                "warnings": list(o.warnings),
            }
            for o in session.outcomes
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
