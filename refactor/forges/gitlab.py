"""GitLab's REST API (v4): gitlab.com and self-managed. A pull request is a merge request here, and its number the ``iid``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.fields import Unusable, flag, inner, items, names, number, record, text
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
from refactor.forges.tokens import JOB_TOKEN_LIMITS

_PER_PAGE = 100
_DRAFT = re.compile(r"\s*(?:draft:|\[draft\]|\(draft\))\s*", re.IGNORECASE)  # GitLab, "Draft merge requests"
_DEVELOPER = 30  # GitLab, "Roles and permissions": may push to branches that are not protected
_STATES = {"opened": PullState.OPEN, "locked": PullState.OPEN, "closed": PullState.CLOSED, "merged": PullState.MERGED}


class GitLab(RestClient):
    """One project on GitLab."""

    limits = Limits(title=255, body=1_048_576, suggestions=True)

    @property
    def _base(self) -> str:
        return f"/projects/{quote(self.location.project, safe='')}"

    def _asked_user(self) -> str | ForgeError:
        return self._one(lambda answer: text(record(answer), "username"), "GET", "/user")

    def project(self) -> Project | ForgeError:
        return self._one(_project, "GET", self._base)

    def branch(self, name: str) -> Branch | ForgeError:
        return self._one(_branch, "GET", f"{self._base}/repository/branches/{quote(name, safe='')}")

    def find(self, head: str) -> Sequence[PullRequest] | ForgeError:
        """All merge requests from a branch of this project, newest first."""
        return self._list({"source_branch": head, "state": "all", "order_by": "created_at", "sort": "desc"})

    def pull(self, number: int) -> PullRequest | ForgeError:
        """One merge request by its number, from a fork too."""
        return self._one(_pull, "GET", f"{self._base}/merge_requests/{number}")

    def open_pulls(self) -> Sequence[PullRequest] | ForgeError:
        """All open merge requests from branches of this project."""
        return self._list({"state": "opened"})

    def create(self, new: NewPull) -> PullRequest | ForgeError:
        body = {
            "source_branch": new.head,
            "target_branch": new.base,
            "title": _title(new.title, new.draft),
            "description": new.body,
            "remove_source_branch": True,
        }
        return self._made(self._write(_pull, "POST", f"{self._base}/merge_requests", body), new)

    def update(
        self, pull: PullRequest, *, title: str | None = None, body: str | None = None, draft: bool | None = None, base: str | None = None
    ) -> PullRequest | ForgeError:
        """Change what is given, in one request; return the merge request as it is then."""
        changes: dict[str, object] = {}
        if title is not None or (draft is not None and draft is not pull.draft):
            changes["title"] = _title(pull.title if title is None else title, pull.draft if draft is None else draft)
        if body is not None:
            changes["description"] = body
        if base is not None:
            changes["target_branch"] = base
        return self._change(pull, changes)

    def close(self, pull: PullRequest, *, body: str | None = None) -> PullRequest | ForgeError:
        """Close it, and in the same request set its description."""
        described = {} if body is None else {"description": body}
        return self._change(pull, {"state_event": "close"} | described)

    def reopen(self, pull: PullRequest) -> PullRequest | ForgeError:
        return self._change(pull, {"state_event": "reopen"})

    def comments(self, pull: PullRequest) -> Sequence[Comment] | ForgeError:
        """What people wrote; not what GitLab itself notes, nor remarks on lines."""
        query: dict[str, str | int] = {"per_page": _PER_PAGE, "sort": "asc", "order_by": "created_at"}
        found = self._all(_note, f"{self._mr(pull)}/notes", query)
        return found if isinstance(found, ForgeError) else tuple(comment for comment in found if comment is not None)

    def comment(self, pull: PullRequest, body: str) -> Comment | ForgeError:
        return self._write(_own_note, "POST", f"{self._mr(pull)}/notes", {"body": body})

    def edit_comment(self, pull: PullRequest, comment: Comment, body: str) -> Comment | ForgeError:
        path = f"{self._mr(pull)}/notes/{comment.id}"
        return self._write(_own_note, "PUT", path, {"body": body})

    def label(self, pull: PullRequest, labels: Sequence[str]) -> ForgeError | None:
        """Add labels; GitLab makes those that the project has not."""
        return self._error(self._change(pull, {"add_labels": ",".join(labels)})) if labels else None

    def assign(self, pull: PullRequest, logins: Sequence[str]) -> ForgeError | None:
        """Set the assignees. GitLab's free tier keeps the first one."""
        return self._people(pull, "assignee_ids", logins)

    def request_review(self, pull: PullRequest, reviewers: Sequence[str]) -> ForgeError | None:
        """Set the reviewers. Groups can't be asked through the API."""
        return self._people(pull, "reviewer_ids", reviewers)

    def review(self, pull: PullRequest, commit: str, body: str, notes: Sequence[Note]) -> ForgeError | None:
        """Start a discussion for each remark, and comment with ``body`` unless it is empty. Stops at the first error."""
        if error := self._barred({"body": body}):
            return error
        refs = self._one(_diff_refs, "GET", self._mr(pull))
        if isinstance(refs, ForgeError):
            return refs
        if refs["head_sha"] != commit:
            said = f"{pull.url} is at another commit than {commit[:12]} by now"
            return ForgeError(ForgeReason.REFUSED, said, "run again on the new one")
        for note in notes:
            position = {"position_type": "text", **refs, "new_path": note.path, "old_path": note.path, "new_line": note.line}
            made = {"body": _rendered(note), "position": position}
            if error := self._done("POST", f"{self._mr(pull)}/discussions", made):
                return error
        return self._error(self.comment(pull, body)) if body else None

    def inline_comments(self, pull: PullRequest) -> Sequence[InlineComment] | ForgeError:
        found = self._all(_discussion, f"{self._mr(pull)}/discussions", {"per_page": _PER_PAGE})
        return found if isinstance(found, ForgeError) else tuple(comment for thread in found for comment in thread)

    def edit_inline(self, pull: PullRequest, comment: InlineComment, note: Note) -> ForgeError | None:
        path = f"{self._mr(pull)}/discussions/{quote(comment.thread)}/notes/{comment.id}"
        return self._done("PUT", path, {"body": _rendered(note)})

    def _mr(self, pull: PullRequest) -> str:
        return f"{self._base}/merge_requests/{pull.number}"

    def _list(self, query: dict[str, str | int]) -> Sequence[PullRequest] | ForgeError:
        found = self._all(_own_pull, f"{self._base}/merge_requests", query | {"per_page": _PER_PAGE})
        return found if isinstance(found, ForgeError) else tuple(pull for pull in found if pull is not None)

    def _change(self, pull: PullRequest, changes: Mapping[str, object]) -> PullRequest | ForgeError:
        return self._write(_pull, "PUT", self._mr(pull), changes) if changes else self.pull(pull.number)

    def _people(self, pull: PullRequest, field: str, logins: Sequence[str]) -> ForgeError | None:
        found: list[int] = []
        for login in logins:
            ids = self._one(_ids, "GET", "/users", query={"username": login})
            if isinstance(ids, ForgeError):
                return ids
            if not ids:
                return ForgeError(ForgeReason.REFUSED, f"{self.location.host} knows nobody by the name {login}")
            found += ids[:1]
        return self._error(self._change(pull, {field: found})) if found else None

    def _barred(self, body: Mapping[str, object]) -> ForgeError | None:
        """A job's token may not write here: said before anything is half done."""
        if self.http.token is None or not self.http.token.is_job_token:
            return super()._barred(body)
        return ForgeError(ForgeReason.FORBIDDEN, "CI_JOB_TOKEN is not enough for merge requests", JOB_TOKEN_LIMITS)

    @staticmethod
    def _error(result: object) -> ForgeError | None:
        return result if isinstance(result, ForgeError) else None


def _title(title: str, draft: bool) -> str:
    return cut_title(f"Draft: {title}" if draft else title, 255)


def _own_pull(value: object) -> PullRequest | None:
    """None for one from a fork."""
    at = record(value)
    return _pull(at) if number(at, "source_project_id", -1) == number(at, "target_project_id") else None


def _pull(value: object) -> PullRequest:
    at = record(value)
    state = _STATES.get(text(at, "state"))
    if state is None:
        raise Unusable("state is unknown")
    title = text(at, "title")
    draft = flag(at, "draft", False)
    labels = at.get("labels") or []
    return PullRequest(
        number(at, "iid"),
        text(at, "web_url"),
        _DRAFT.sub("", title, count=1) if draft and _DRAFT.match(title) else title,
        text(at, "description", "").replace("\r\n", "\n"),
        state,
        draft,
        text(at, "source_branch"),
        text(at, "sha", ""),
        text(at, "target_branch"),
        text(inner(at, "author"), "username", ""),
        tuple(label for label in items(labels, "labels") if isinstance(label, str)),
        names(at, "assignees", "username"),
        names(at, "reviewers", "username"),
        changed=text(at, "updated_at", ""),
    )


def _project(value: object) -> Project:
    at = record(value)
    permissions = inner(at, "permissions")
    levels = [number(inner(permissions, name), "access_level", 0) for name in ("project_access", "group_access")]
    may_push = max(levels) >= _DEVELOPER if any(levels) else None
    default = text(at, "default_branch", "")
    return Project(text(at, "path_with_namespace"), default, text(at, "web_url"), flag(at, "archived", False), may_push)


def _branch(value: object) -> Branch:
    at = record(value)
    may_push = flag(at, "can_push") if at.get("can_push") is not None else None
    return Branch(text(at, "name"), text(inner(at, "commit"), "id"), flag(at, "protected", False), may_push)


def _note(value: object) -> Comment | None:
    at = record(value)
    return None if flag(at, "system", False) or at.get("position") is not None else _own_note(at)


def _own_note(value: object) -> Comment:
    at = record(value)
    return Comment(number(at, "id"), text(at, "body").replace("\r\n", "\n"), text(inner(at, "author"), "username", ""))


def _discussion(value: object) -> tuple[InlineComment, ...]:
    thread = record(value)
    found: list[InlineComment] = []
    for entry in items(thread.get("notes"), "notes"):
        at = record(entry)
        position = inner(at, "position")
        if not position:
            continue
        comment = _own_note(at)
        path = text(position, "new_path", "")
        found.append(InlineComment(comment.id, path, number(position, "new_line", 0), comment.body, comment.author, text(thread, "id")))
    return tuple(found)


def _diff_refs(value: object) -> dict[str, str]:
    refs = inner(record(value), "diff_refs")
    return {name: text(refs, name) for name in ("base_sha", "start_sha", "head_sha")}


def _ids(value: object) -> list[int]:
    return [number(record(entry), "id") for entry in items(value)]


def _rendered(note: Note) -> str:
    """GitLab, "Suggest changes": ``suggestion:-N+0`` also replaces the N lines above the one that the comment is on."""
    if note.suggestion is None:
        return note.body
    return f"{note.body}\n\n{fenced(f'suggestion:-{note.line - note.start}+0', note.suggestion)}"
