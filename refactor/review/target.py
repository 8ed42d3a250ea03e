"""Which pull request a CI job runs for, and what it is compared with, as the job's environment says. Pure but for one file that it names.

GitHub: "Variables reference", "Events that trigger workflows". Gitea and Forgejo Actions set GitHub's names, newer Forgejo runners their
own too. GitLab: "Predefined CI/CD variables reference". Woodpecker: "Environment variables".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from refactor.forges.environment import actions_prefix, is_true

ReadText = Callable[[str], str | None]
"""A file's text by its path; None where it cannot be read."""

_REF = re.compile(r"refs/pull/(\d+)/(?:merge|head)")
_NUMBERS = ("CI_MERGE_REQUEST_IID", "CI_COMMIT_PULL_REQUEST", "CI_PULL_REQUEST", "DRONE_PULL_REQUEST")


@dataclass(frozen=True, slots=True)
class Target:
    """A pull request's number. ``fork``: its branch is another project's, whose jobs mostly get no token that may write."""

    number: int
    fork: bool = False


def pull_of(env: Mapping[str, str], read: ReadText) -> Target | None:
    """The pull request that a job runs for; None where it does not say, or runs for none."""
    if prefix := actions_prefix(env):
        event = _event(env.get(f"{prefix}_EVENT_PATH", "") or env.get("GITHUB_EVENT_PATH", ""), read)
        match = _REF.fullmatch(env.get(f"{prefix}_REF", "") or env.get("GITHUB_REF", ""))
        number = int(match[1]) if match else _number_of(event)
        return Target(number, _is_fork(event)) if number else None
    for name in _NUMBERS:
        number = _last_number(env.get(name, ""))
        if number:
            own, source = env.get("CI_MERGE_REQUEST_PROJECT_ID", ""), env.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "")
            return Target(number, bool(own and source and own != source))
    return None


def bases_of(env: Mapping[str, str], remote: str) -> tuple[str, ...]:
    """Names of what a job's change is to be compared with, the best first; empty where it does not say.

    GitLab fetches no branch but the pipeline's own, so there it is a commit; of a merged results pipeline, the target's.
    """
    prefix = actions_prefix(env)
    if prefix:
        branch = env.get(f"{prefix}_BASE_REF", "") or env.get("GITHUB_BASE_REF", "")
        return (f"{remote}/{branch}", branch) if branch else ()
    if is_true(env, "GITLAB_CI"):
        branch = env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "")
        commits = [env.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""), env.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")]
        return tuple(name for name in (*commits, f"{remote}/{branch}" if branch else "") if name)
    branch = env.get("CI_COMMIT_TARGET_BRANCH", "")
    return (f"{remote}/{branch}", branch) if branch and env.get("CI_COMMIT_PULL_REQUEST") else ()


def _event(path: str, read: ReadText) -> Mapping[str, object]:
    text = read(path) if path else None
    try:
        found: object = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return _record(found)


def _record(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _number_of(event: Mapping[str, object]) -> int:
    """Of a ``pull_request`` event of any kind, of a comment on one, or of a workflow that ran for one."""
    pull, issue = _record(event.get("pull_request")), _record(event.get("issue"))
    if not pull and "pull_request" in issue:
        pull = issue
    pulls = _record(event.get("workflow_run")).get("pull_requests")
    if not pull and isinstance(pulls, list) and len(pulls) == 1:
        pull = _record(pulls[0])
    number = pull.get("number")
    return number if isinstance(number, int) else 0


def _is_fork(event: Mapping[str, object]) -> bool:
    pull = _record(event.get("pull_request"))
    sides = [_record(_record(pull.get(side)).get("repo")).get("full_name") for side in ("head", "base")]
    return bool(pull) and sides[0] != sides[1]


def _last_number(text: str) -> int:
    """A number, or the one at the end of a URL."""
    match = re.search(r"(\d+)/?\Z", text.strip())
    return int(match[1]) if match else 0
