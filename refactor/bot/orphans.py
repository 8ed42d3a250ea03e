"""Pull requests and branches of the bot whose group there is not any more: another way of grouping, a stack that is gone, a run that was
cut off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from refactor.bot.act import Task
from refactor.bot.groups import ASKED, branch_of, kind_of
from refactor.bot.look import group_of_head
from refactor.delivery.plumbing import Plumbing
from refactor.forges.marker import read_marker
from refactor.forges.model import PullRequest


def marked(pulls: Sequence[PullRequest], prefix: str) -> Iterator[tuple[PullRequest, str]]:
    """The bot's pull requests with their groups, those of ``--pr`` left out: a branch of the prefix, and a body that names its group."""
    for pull in pulls:
        marker = read_marker(pull.body)
        if marker is not None and pull.head == branch_of(prefix, marker.group) and kind_of(marker.group) != ASKED:
            yield pull, marker.group


def orphans(git: Plumbing, branches: Mapping[str, str], opened: Sequence[str], prefix: str, known: set[str]) -> list[Task]:
    """A task without a change for each group that is not ``known``: ``opened`` are those with an open pull request."""
    found = {group: branch_of(prefix, group) for group in opened}
    for branch, commit in sorted(branches.items()):
        group = group_of_head(git, commit) if branch.startswith(prefix) else None
        if group is not None and branch == branch_of(prefix, group) and kind_of(group) != ASKED:
            found[group] = branch
    return [Task(group, branch) for group, branch in sorted(found.items()) if group not in known]
