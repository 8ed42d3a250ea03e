"""What a review writes on a pull request: one comment, which is edited, and each suggestion once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from refactor.forges.client import Forge, own_comments
from refactor.forges.errors import ForgeError
from refactor.forges.marker import comment_marker
from refactor.forges.model import PullRequest
from refactor.review.suggest import Suggestion, marked

MOST_SUGGESTIONS = 25
"""More at once are noise, and forges limit how fast one may write."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What was done, for people; empty where nothing was to be done."""

    text: str


def keep_comment(forge: Forge, pull: PullRequest, name: str, text: str, *, anew: bool) -> Posted | ForgeError:
    """Have the comment called ``name`` say ``text``. Where there is none, one is made only if ``anew``.

    Somebody else's comment that quotes the marker does not count; of several, the oldest.
    """
    marker = comment_marker(name)
    own = own_comments(forge, pull, marker)
    if isinstance(own, ForgeError):
        return own
    body = f"{marker}\n{text}".rstrip()
    if not own:
        made = forge.comment(pull, body) if anew else None
        return made if isinstance(made, ForgeError) else Posted("commented" if made is not None else "")
    first = min(own, key=lambda c: c.id)
    if first.body.rstrip() == body:
        return Posted("the comment says it already")
    edited = forge.edit_comment(pull, first, body)
    return edited if isinstance(edited, ForgeError) else Posted("edited the comment")


def post_suggestions(forge: Forge, pull: PullRequest, wanted: Sequence[Suggestion]) -> Posted | ForgeError:
    """Suggest what is not suggested yet, in one review. One whose lines are outdated doesn't count, and is left to the forge.

    A suggestion that is there, on the same line, for the same findings, is edited if it would now do something else.
    """
    if not wanted:
        return Posted("")
    me = forge.user()
    if isinstance(me, ForgeError):
        return me
    comments = forge.inline_comments(pull)
    if isinstance(comments, ForgeError):
        return comments
    own = [(c, found) for c in comments if c.line and c.author.lower() == me.lower() and (found := marked(c.body))]
    done: frozenset[str] = frozenset().union(*(found for _, found in own))
    edited = 0
    for one in wanted:
        note = one.note()
        same = next((c for c, found in own if found == one.fingerprints and (c.path, c.line) == (one.path, one.last)), None)
        if same is not None and not _says(same.body, one):
            failed = forge.edit_inline(pull, same, note)
            if failed is not None:
                return failed
            edited += 1
    new = [one for one in wanted if not one.fingerprints <= done]
    notes = [one.note() for one in new[:MOST_SUGGESTIONS]]
    failed = forge.review(pull, pull.head_commit, "", notes) if notes else None
    if failed is not None:
        return failed
    parts = [f"{len(notes)} suggested"] if notes else []
    parts += [f"{edited} suggestions edited"] if edited else []
    parts += [f"{len(new) - len(notes)} more the next time"] if len(new) > len(notes) else []
    return Posted(", ".join(parts))


def _says(body: str, wanted: Suggestion) -> bool:
    """Whether a remark's code block holds the suggestion; how it is fenced is the forge's. An empty one has nothing that could differ."""
    return not wanted.content or f"\n{wanted.content}\n" in body.replace("\r\n", "\n")
