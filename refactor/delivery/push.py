"""Branches of a remote: what they are, fetching them, and moving one only if it still is where we saw it.

A push always says where the branch must be for it to happen, which the server checks in the same step in which it moves it: of two who
push at once one wins, and the other is told so.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refactor.delivery.remote import Answer, Rejected, Remote, Why, ask, failure

_HEADS = "refs/heads/"
_PROTECTED = re.compile(r"protected branch|branch is protected|is protected from|GH006|GH013|rule violations|not allowed to (force )?push")
_MOVED = re.compile(r"stale info|fetch first|cannot lock ref .*(but expected|already exists)|reference already exists|incorrect old value")
_HOOK = re.compile(r"hook declined")
_NO_SERVER = Rejected(Why.UNREACHABLE, "something answered that is no git server")
_NO_FORCE = re.compile(r"non-fast-forward|deletion prohibited")


@dataclass(frozen=True, slots=True)
class Pushed:
    """A branch was at ``old`` (None: it was not there) and is at ``new`` (None: it is deleted). ``remote`` is what the server said."""

    branch: str
    old: str | None
    new: str | None
    remote: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteBranches:
    """Every branch with its commit; ``default`` is the one that the remote's HEAD names, None where it names none that is there."""

    default: str | None
    branches: Mapping[str, str]


def remote_branches(remote: Remote) -> RemoteBranches | Rejected:
    """Ask which branches there are. A new repository has none."""
    problem = remote.problem()
    if problem is not None:
        return problem
    answer = ask(remote, "ls-remote", "--symref", "--", remote.url(), "HEAD", f"{_HEADS}*")
    if answer.status != 0:
        return failure(answer)
    if not answer.output and not _is_git_server(remote):
        return _NO_SERVER
    default: str | None = None
    branches: dict[str, str] = {}
    for line in answer.output.splitlines():
        what, _, ref = line.partition("\t")
        if ref == "HEAD" and what.startswith(f"ref: {_HEADS}"):
            default = what.removeprefix(f"ref: {_HEADS}")
        elif ref.startswith(_HEADS):
            branches[ref.removeprefix(_HEADS)] = what
    return RemoteBranches(default, branches)


def _is_git_server(remote: Remote) -> bool:
    """Whether an empty list comes from a server that speaks git's protocol, or is what git makes of any page (a proxy's, or that the
    server is down): as the "dumb" protocol it reads as a repository without branches (gitprotocol-http(5), "Smart Clients")."""
    trace = {"GIT_TRACE_CURL": "1", "GIT_TRACE_CURL_NO_DATA": "1"}
    headers = ask(remote, "ls-remote", "--", remote.url(), "HEAD", variables=trace).errors.lower()
    return "recv header" not in headers or "content-type: application/x-git-" in headers


def fetch(remote: Remote, branches: Sequence[str]) -> dict[str, str] | Rejected:
    """Get the commits of branches into the object database and return them by branch. No ref of the user's moves, and FETCH_HEAD stays.

    ``GONE``: one of them is not there.
    """
    problem = remote.problem()
    if problem is not None:
        return problem
    if not branches:
        return {}
    place = f"refs/tfmod/{secrets.token_hex(8)}"  # git tells what it has fetched only by a ref or a file
    refs = {branch: f"{place}/{number}" for number, branch in enumerate(branches)}
    quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=")
    try:
        answer = ask(remote, "fetch", *quiet, "--", remote.url(), *(f"+{_HEADS}{branch}:{ref}" for branch, ref in refs.items()))
        if answer.status != 0:
            why = failure(answer)
            return _NO_SERVER if why.reason is Why.GONE and not _is_git_server(remote) else why
        found = ask(remote, "for-each-ref", "--format=%(refname) %(objectname)", place)
        commits = dict(line.split(" ", 1) for line in found.output.splitlines())
        return {branch: commits[ref] for branch, ref in refs.items()}
    finally:
        ask(remote, "update-ref", "--no-deref", "--stdin", data="".join(f"delete {ref}\n" for ref in refs.values()).encode())


def push(remote: Remote, branch: str, commit: str | None, expected: str | None) -> Pushed | Rejected:
    """Move ``branch`` of the remote from ``expected`` (None: it must not be there) to ``commit`` (None: delete it).

    Object names are in full. Nobody else's commit is ever overwritten: if the branch is not as expected, the answer is ``LEASE``. After
    ``UNREACHABLE`` it may have moved or not; :func:`remote_branches` tells.
    """
    problem = remote.problem()
    if problem is not None:
        return problem
    if branch.startswith("-"):
        return Rejected(Why.REFUSED, f"{branch!r} can't be the name of a branch")
    ref = _HEADS + branch
    lease = f"--force-with-lease={ref}:{expected or ''}"
    answer = ask(remote, "push", "--porcelain", lease, "--", remote.url(), f"{commit or ''}:{ref}")
    status, summary = _told(answer, ref)
    if answer.status == 0 and status != "!":
        return Pushed(branch, expected, commit, answer.remote_lines)
    if status != "!":
        return _without_verdict(answer)
    return _refused(remote, branch, expected, summary, answer.remote_lines)


def _told(answer: Answer, ref: str) -> tuple[str, str]:
    """The flag and the summary of a ref (git-push(1), "OUTPUT"); empty if the push did not come so far."""
    for line in answer.output.splitlines():
        flag, _, rest = line.partition("\t")
        names, _, summary = rest.partition("\t")
        if names.endswith(f":{ref}"):
            return flag, summary
    return "", ""


def _without_verdict(answer: Answer) -> Rejected:
    """git stopped before the server had anything to say about the branch."""
    lines = [line for line in answer.errors.splitlines() if line.strip() and not line.startswith("remote:")]
    if answer.status == 1 and lines and lines[-1].startswith("error: failed to push some refs") and "fatal:" not in answer.errors:
        text = "; ".join(line.strip() for line in lines[:-1])
        return Rejected(Why.LOCAL_HOOK, f"the pre-push hook declined{f': {text}' if text else ''}", answer.remote_lines)
    return failure(answer)


def _refused(remote: Remote, branch: str, expected: str | None, summary: str, lines: tuple[str, ...]) -> Rejected:
    """The reason behind the summary of a rejected ref."""
    everything = " ".join((summary, *lines))
    why = summary.partition("(")[2].rstrip(")") or summary
    if _MOVED.search(summary):
        return Rejected(Why.LEASE, _not_as_seen(branch, expected), lines)
    if _PROTECTED.search(everything) or _NO_FORCE.search(summary):
        return Rejected(Why.PROTECTED, f"the server protects {branch}: {_first(lines) or why}", lines)
    if _HOOK.search(summary):
        return Rejected(Why.HOOK, f"a hook of the server's declined: {'; '.join(lines) or why}", lines)
    # What else is said when a ref can't be moved differs from server to server: see whether somebody was faster.
    there = remote_branches(remote)
    branches = there.branches if isinstance(there, RemoteBranches) else {branch: expected}
    if branches.get(branch) != expected:
        return Rejected(Why.LEASE, _not_as_seen(branch, expected), lines)
    for other in branches:
        if branch.startswith(f"{other}/") or other.startswith(f"{branch}/"):
            return Rejected(Why.REFUSED, f"there is a branch {other}, and git can have no {branch} beside it", lines)
    return Rejected(Why.REFUSED, f"the server refused {branch}: {why}", lines)


def _first(lines: Sequence[str]) -> str:
    """The line of a server's answer that says it."""
    return next((line for line in lines if _PROTECTED.search(line)), "; ".join(lines))


def _not_as_seen(branch: str, expected: str | None) -> str:
    return f"{branch} has come up meanwhile" if expected is None else f"{branch} has been moved or deleted by somebody else"
