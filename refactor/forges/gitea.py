"""Gitea's REST API (v1), from 1.20 on, which Forgejo speaks too.

A draft is a title that begins with ``WIP:``, and reviewers can't apply suggestions with a click: they are shown as code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.fields import flag, inner, names, number, record, text
from refactor.forges.model import (
    Branch,
    Comment,
    InlineComment,
    Limits,
    NewPull,
    Note,
    Project,
    PullRequest,
    PullState,
    cut_title,
    fenced,
)
from refactor.forges.rest import RestClient

_PER_PAGE = 50  # Gitea's own most, "api.MAX_RESPONSE_ITEMS"
_MOST_PAGES = 60
_DRAFT = re.compile(r"\s*(?:WIP:|\[WIP\])\s*", re.IGNORECASE)  # Gitea, "repository.pull-request.WORK_IN_PROGRESS_PREFIXES"
_COLOUR = "#0e8a16"


class Gitea(RestClient):
    """One project on Gitea or Forgejo."""

    limits = Limits(title=255, body=0, suggestions=False)

    @property
    def _repo(self) -> str:
        return f"/repos/{quote(self.location.owner)}/{quote(self.location.name)}"

    def _asked_user(self) -> str | ForgeError:
        return self._one(lambda answer: text(record(answer), "login"), "GET", "/user")

    def project(self) -> Project | ForgeError:
        return self._one(_project, "GET", self._repo)

    def branch(self, name: str) -> Branch | ForgeError:
        return self._one(_branch, "GET", f"{self._repo}/branches/{quote(name, safe='')}")

    def find(self, head: str) -> Sequence[PullRequest] | ForgeError:
        """All pull requests from a branch of this project, newest first.

        Gitea can't be asked for a branch: the list is read, up to the 3,000 that were touched last.
        """
        found = self._list("all")
        if isinstance(found, ForgeError):
            return found
        return tuple(sorted((pull for pull in found if pull.head == head), key=lambda pull: -pull.number))

    def pull(self, number: int) -> PullRequest | ForgeError:
        """One pull request by its number, from a fork too."""
        return self._one(_pull, "GET", f"{self._repo}/pulls/{number}")

    def open_pulls(self) -> Sequence[PullRequest] | ForgeError:
        """All open pull requests from branches of this project."""
        return self._list("open")

    def create(self, new: NewPull) -> PullRequest | ForgeError:
        body = {"title": _title(new.title, new.draft), "head": new.head, "base": new.base, "body": new.body}
        return self._made(self._write(_pull, "POST", f"{self._repo}/pulls", body), new)

    def update(
        self, pull: PullRequest, *, title: str | None = None, body: str | None = None, draft: bool | None = None, base: str | None = None
    ) -> PullRequest | ForgeError:
        """Change what is given, in one request; return the pull request as it is then."""
        changes: dict[str, object] = {}
        if title is not None or (draft is not None and draft is not pull.draft):
            changes["title"] = _title(pull.title if title is None else title, pull.draft if draft is None else draft)
        if body is not None:
            changes["body"] = body
        if base is not None:
            changes["base"] = base
        return self._change(pull, changes)

    def close(self, pull: PullRequest, *, body: str | None = None) -> PullRequest | ForgeError:
        """Close it, and in the same request set its body."""
        return self._change(pull, {"state": "closed"} | ({} if body is None else {"body": body}))

    def reopen(self, pull: PullRequest) -> PullRequest | ForgeError:
        return self._change(pull, {"state": "open"})

    def comments(self, pull: PullRequest) -> Sequence[Comment] | ForgeError:
        """All of them: Gitea gives no pages here."""
        return self._all(_comment, f"{self._repo}/issues/{pull.number}/comments")

    def comment(self, pull: PullRequest, body: str) -> Comment | ForgeError:
        return self._write(_comment, "POST", f"{self._repo}/issues/{pull.number}/comments", {"body": body})

    def edit_comment(self, pull: PullRequest, comment: Comment, body: str) -> Comment | ForgeError:
        del pull
        return self._write(_comment, "PATCH", f"{self._repo}/issues/comments/{comment.id}", {"body": body})

    def label(self, pull: PullRequest, labels: Sequence[str]) -> ForgeError | None:
        """Add labels; those that neither the project nor its organisation has are made."""
        if not labels:
            return None
        known = self._labels()
        if isinstance(known, ForgeError):
            return known
        ids: list[int] = []
        for name in labels:
            found: int | ForgeError | None = known.get(name)
            if found is None:
                found = self._one(lambda answer: number(record(answer), "id"), "POST", f"{self._repo}/labels", body=_new_label(name))
            if isinstance(found, ForgeError):
                return found
            ids.append(found)
        return self._done("POST", f"{self._repo}/issues/{pull.number}/labels", {"labels": ids})

    def assign(self, pull: PullRequest, logins: Sequence[str]) -> ForgeError | None:
        """Add assignees: Gitea takes the whole list, so those who are there already stay in it."""
        if not logins:
            return None
        everybody = list(dict.fromkeys((*pull.assignees, *logins)))
        return self._done("PATCH", f"{self._repo}/pulls/{pull.number}", {"assignees": everybody})

    def request_review(self, pull: PullRequest, reviewers: Sequence[str]) -> ForgeError | None:
        """Ask people (``login``) and teams (``org/team``). Of those whom the forge does not know, the others are asked all the same."""
        return self._asked(f"{self._repo}/pulls/{pull.number}/requested_reviewers", reviewers)

    def review(self, pull: PullRequest, commit: str, body: str, notes: Sequence[Note]) -> ForgeError | None:
        """Make one review with remarks on ``commit``."""
        comments = [{"path": note.path, "new_position": note.line, "body": _rendered(note)} for note in notes]
        made = {"commit_id": commit, "body": body, "event": "COMMENT", "comments": comments}
        return self._done("POST", f"{self._repo}/pulls/{pull.number}/reviews", made)

    def inline_comments(self, pull: PullRequest) -> Sequence[InlineComment] | ForgeError:
        reviews = self._all(_review, f"{self._repo}/pulls/{pull.number}/reviews", {"limit": _PER_PAGE})
        if isinstance(reviews, ForgeError):
            return reviews
        result: list[InlineComment] = []
        for review, count in reviews:
            if count:
                found = self._all(_inline, f"{self._repo}/pulls/{pull.number}/reviews/{review}/comments")
                if isinstance(found, ForgeError):
                    return found
                result += found
        return tuple(result)

    def edit_inline(self, pull: PullRequest, comment: InlineComment, note: Note) -> ForgeError | None:
        del pull
        return self._done("PATCH", f"{self._repo}/issues/comments/{comment.id}", {"body": _rendered(note)})

    def _list(self, state: str) -> Sequence[PullRequest] | ForgeError:
        query: dict[str, str | int] = {"state": state, "sort": "recentupdate", "limit": _PER_PAGE, "page": 1}
        found = self._all(_own_pull, f"{self._repo}/pulls", query, most=_MOST_PAGES)
        return found if isinstance(found, ForgeError) else tuple(pull for pull in found if pull is not None)

    def _change(self, pull: PullRequest, changes: Mapping[str, object]) -> PullRequest | ForgeError:
        return self._write(_pull, "PATCH", f"{self._repo}/pulls/{pull.number}", changes) if changes else self.pull(pull.number)

    def _labels(self) -> dict[str, int] | ForgeError:
        found: dict[str, int] = {}
        for path in (f"/orgs/{quote(self.location.owner)}/labels", f"{self._repo}/labels"):
            labels = self._all(_label, path, {"limit": _PER_PAGE})
            if isinstance(labels, ForgeError):
                # The owner may be a person, or the token not be for organisations.
                if path.startswith("/orgs/") and labels.reason in (ForgeReason.NOT_FOUND, ForgeReason.FORBIDDEN):
                    continue
                return labels
            found |= dict(labels)
        return found


def _title(title: str, draft: bool) -> str:
    return cut_title(f"WIP: {title}" if draft else title, 255)


def _own_pull(value: object) -> PullRequest | None:
    """None for one from a fork, or of a branch that is gone with its fork."""
    at = record(value)
    head, base = inner(at, "head"), inner(at, "base")
    return _pull(at) if number(head, "repo_id", -1) == number(base, "repo_id") else None


def _pull(value: object) -> PullRequest:
    at = record(value)
    head, base = inner(at, "head"), inner(at, "base")
    title = text(at, "title")
    draft = _DRAFT.match(title) is not None
    closed = PullState.MERGED if flag(at, "merged", False) else PullState.CLOSED
    return PullRequest(
        number(at, "number"),
        text(at, "html_url"),
        _DRAFT.sub("", title, count=1),
        text(at, "body", "").replace("\r\n", "\n"),
        PullState.OPEN if text(at, "state") == "open" else closed,
        draft,
        _branch_name(head),
        text(head, "sha", ""),
        text(base, "ref"),
        text(inner(at, "user"), "login", ""),
        names(at, "labels", "name"),
        names(at, "assignees", "login"),
        names(at, "requested_reviewers", "login"),
        changed=text(at, "updated_at", ""),
    )


def _branch_name(head: Mapping[str, object]) -> str:
    """Where the branch is gone, ``ref`` is ``refs/pull/N/head``, and ``label`` still has the name."""
    ref = text(head, "ref")
    return text(head, "label", ref).rpartition(":")[2] if ref.startswith("refs/") else ref


def _project(value: object) -> Project:
    at = record(value)
    permissions = inner(at, "permissions")
    may_push = flag(permissions, "push") if permissions else None
    return Project(text(at, "full_name"), text(at, "default_branch"), text(at, "html_url"), flag(at, "archived", False), may_push)


def _branch(value: object) -> Branch:
    at = record(value)
    return Branch(text(at, "name"), text(inner(at, "commit"), "id"), flag(at, "protected", False), flag(at, "user_can_push", False))


def _comment(value: object) -> Comment:
    at = record(value)
    return Comment(number(at, "id"), text(at, "body", "").replace("\r\n", "\n"), text(inner(at, "user"), "login", ""))


def _review(value: object) -> tuple[int, int]:
    at = record(value)
    return number(at, "id"), number(at, "comments_count", 0)


def _inline(value: object) -> InlineComment:
    at = record(value)
    body, author = text(at, "body", "").replace("\r\n", "\n"), text(inner(at, "user"), "login", "")
    return InlineComment(number(at, "id"), text(at, "path"), number(at, "position", 0), body, author)


def _label(value: object) -> tuple[str, int]:
    at = record(value)
    return text(at, "name"), number(at, "id")


def _new_label(name: str) -> dict[str, object]:
    return {"name": name, "color": _COLOUR, "description": "made by tfmod"}


def _rendered(note: Note) -> str:
    return note.body if note.suggestion is None else f"{note.body}\n\n{fenced('hcl', note.suggestion)}"
