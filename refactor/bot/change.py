"""The change of a group as commits, and the digests by which it is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from refactor.bot.look import BASE_TRAILER, changed_content
from refactor.bot.work import Proposal
from refactor.delivery.building import BranchRefused, Built, build
from refactor.delivery.checkout import Checkout
from refactor.delivery.commits import CommitPlan, commits_of
from refactor.delivery.plumbing import Plumbing
from refactor.forges.marker import Trailers, sha256
from refactor.registry.lockfile import NAME as LOCK
from refactor.run import RunResult


@dataclass(frozen=True, slots=True)
class Change:
    """``digest`` is of what a person decides about, ``content`` of the files (see :class:`refactor.forges.lifecycle.Wanted`)."""

    digest: str
    content: str
    built: Built


def change_of(git: Plumbing, checkout: Checkout, proposal: Proposal) -> Change | BranchRefused | None:
    """Make the commits of a proposal, which no ref leads to yet; None if it changes nothing."""
    plans = commits_of(proposal.result, proposal.kinds)
    if not plans:
        return None
    digest = change_digest(proposal.result)

    def seal(plan: CommitPlan, tree: str) -> Iterable[str]:
        del plan
        return [f"{BASE_TRAILER}: {checkout.commit}", *Trailers(proposal.group.name, digest, tree).text().splitlines()]

    built = build(checkout, plans, seal=seal)
    if isinstance(built, BranchRefused):
        return built
    return Change(digest, changed_content(git, checkout.commit, built.commit), built)


def change_digest(result: RunResult) -> str:
    """The digest of which values become what. Lines that move elsewhere in a file, and the lock file, don't count.

    A file whose values can't be read counts with its content.
    """
    values = dict(result.differences)
    entries: list[tuple[str, ...]] = []
    for change in result.changeset:
        if change.path == LOCK:
            continue
        found = values.get(change.path, ())
        entries += [(change.path, v.address, _shown(v.before), _shown(v.after)) for v in found]
        if not found or change.moved_from is not None:
            content = hashlib.sha256(change.after or b"").hexdigest() if change.after is not None else "deleted"
            entries.append((change.path, change.moved_from or "", content))
    return sha256(json.dumps(sorted(entries)))


def _shown(value: str | None) -> str:
    return "" if value is None else f"={value}"
