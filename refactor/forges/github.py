"""GitHub's REST API (version 2022-11-28): github.com, ghe.com and Enterprise Server.

Drafts are turned into ordinary pull requests and back through GraphQL, the only way there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.fields import Unusable, flag, inner, names, number, record, text
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
from refactor.forges.rest import RestClient, identity

_PER_PAGE = 100
_VIEWER = "query { viewer { login } }"
_TO_DRAFT = "mutation($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } } }"
_TO_READY = "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }"


class GitHub(RestClient):
    """One project on GitHub."""

    limits = Limits(title=256, body=65_536, suggestions=True)

    @property
    def _repo(self) -> str:
        return f"/repos/{quote(self.location.owner)}/{quote(self.location.name)}"

    def _asked_user(self) -> str | ForgeError:
        """An Actions token may not ask ``GET /user``, but GraphQL knows it."""
        found = self._one(lambda answer: text(record(answer), "login"), "GET", "/user")
        if isinstance(found, ForgeError) and found.reason is ForgeReason.FORBIDDEN:
            return self._graphql(_VIEWER, {}, "viewer", "login")
        return found

    def project(self) -> Project | ForgeError:
        return self._one(_project, "GET", self._repo)

    def branch(self, name: str) -> Branch | ForgeError:
        return self._one(_branch, "GET", f"{self._repo}/branches/{quote(name, safe='')}")

    def find(self, head: str) -> Sequence[PullRequest] | ForgeError:
        """All pull requests from a branch of this project, newest first."""
        query: dict[str, str | int] = {
            "head": f"{self.location.owner}:{head}",
            "state": "all",
            "sort": "created",
            "direction": "desc",
            "per_page": _PER_PAGE,
        }
        found = self._all(self._pull, f"{self._repo}/pulls", query)
        # An unknown owner in `head` makes GitHub list everything.
        return found if isinstance(found, ForgeError) else tuple(pull for pull in found if pull is not None and pull.head == head)

    def pull(self, number: int) -> PullRequest | ForgeError:
        """One pull request by its number, from a fork too."""
        return self._one(self._own, "GET", f"{self._repo}/pulls/{number}")

    def open_pulls(self) -> Sequence[PullRequest] | ForgeError:
        """All open pull requests from branches of this project."""
        found = self._all(self._pull, f"{self._repo}/pulls", {"state": "open", "per_page": _PER_PAGE})
        return found if isinstance(found, ForgeError) else tuple(pull for pull in found if pull is not None)

    def create(self, new: NewPull) -> PullRequest | ForgeError:
        body = {"title": cut_title(new.title, 256), "head": new.head, "base": new.base, "body": new.body, "draft": new.draft}
        return self._made(self._write(self._own, "POST", f"{self._repo}/pulls", body), new)

    def update(
        self, pull: PullRequest, *, title: str | None = None, body: str | None = None, draft: bool | None = None, base: str | None = None
    ) -> PullRequest | ForgeError:
        """Change what is given, in one request but for ``draft``; return the pull request as it is then."""
        if draft is not None and draft is not pull.draft:
            operation = "convertPullRequestToDraft" if draft else "markPullRequestReadyForReview"
            done = self._graphql(_TO_DRAFT if draft else _TO_READY, {"id": pull.node}, operation, "pullRequest")
            if isinstance(done, ForgeError):
                return done
        changes = {"title": cut_title(title, 256) if title is not None else None, "body": body, "base": base}
        return self._change(pull, {name: value for name, value in changes.items() if value is not None})

    def close(self, pull: PullRequest, *, body: str | None = None) -> PullRequest | ForgeError:
        """Close it, and in the same request set its body."""
        return self._change(pull, {"state": "closed"} | ({} if body is None else {"body": body}))

    def reopen(self, pull: PullRequest) -> PullRequest | ForgeError:
        """GitHub refuses where the branch is gone, or was pushed by force since."""
        return self._change(pull, {"state": "open"})

    def comments(self, pull: PullRequest) -> Sequence[Comment] | ForgeError:
        return self._all(_comment, f"{self._repo}/issues/{pull.number}/comments", {"per_page": _PER_PAGE})

    def comment(self, pull: PullRequest, body: str) -> Comment | ForgeError:
        return self._write(_comment, "POST", f"{self._repo}/issues/{pull.number}/comments", {"body": body})

    def edit_comment(self, pull: PullRequest, comment: Comment, body: str) -> Comment | ForgeError:
        del pull
        return self._write(_comment, "PATCH", f"{self._repo}/issues/comments/{comment.id}", {"body": body})

    def label(self, pull: PullRequest, labels: Sequence[str]) -> ForgeError | None:
        """Add labels; GitHub makes those that the project has not."""
        return self._done("POST", f"{self._repo}/issues/{pull.number}/labels", {"labels": list(labels)}) if labels else None

    def assign(self, pull: PullRequest, logins: Sequence[str]) -> ForgeError | None:
        """Add assignees. GitHub passes over those who can't be: they are an error here."""
        if not logins:
            return None
        path = f"{self._repo}/issues/{pull.number}/assignees"
        now = self._write(lambda answer: names(record(answer), "assignees", "login"), "POST", path, {"assignees": list(logins)})
        if isinstance(now, ForgeError):
            return now
        missing = [login for login in logins if login.lower() not in {name.lower() for name in now}]
        return ForgeError(ForgeReason.REFUSED, f"{self.location.host} does not assign {', '.join(missing)}") if missing else None

    def request_review(self, pull: PullRequest, reviewers: Sequence[str]) -> ForgeError | None:
        """Ask people (``login``) and teams (``org/team``). Of those whom the forge does not know, the others are asked all the same."""
        return self._asked(f"{self._repo}/pulls/{pull.number}/requested_reviewers", reviewers)

    def review(self, pull: PullRequest, commit: str, body: str, notes: Sequence[Note]) -> ForgeError | None:
        """Make one review with remarks on ``commit``. Lines must be part of the pull request's diff."""
        comments = []
        for note in notes:
            comment: dict[str, object] = {"path": note.path, "line": note.line, "side": "RIGHT", "body": _rendered(note)}
            if note.start < note.line:
                comment |= {"start_line": note.start, "start_side": "RIGHT"}
            comments.append(comment)
        made = {"commit_id": commit, "body": body, "event": "COMMENT", "comments": comments}
        return self._done("POST", f"{self._repo}/pulls/{pull.number}/reviews", made)

    def inline_comments(self, pull: PullRequest) -> Sequence[InlineComment] | ForgeError:
        return self._all(_inline, f"{self._repo}/pulls/{pull.number}/comments", {"per_page": _PER_PAGE})

    def edit_inline(self, pull: PullRequest, comment: InlineComment, note: Note) -> ForgeError | None:
        del pull
        return self._done("PATCH", f"{self._repo}/pulls/comments/{comment.id}", {"body": _rendered(note)})

    def _change(self, pull: PullRequest, changes: Mapping[str, object]) -> PullRequest | ForgeError:
        return self._write(self._own, "PATCH", f"{self._repo}/pulls/{pull.number}", changes) if changes else self.pull(pull.number)

    def _graphql(self, query: str, variables: dict[str, str], *path: str) -> str | ForgeError:
        """One GraphQL operation; the text at ``path`` in its data (empty where that is no text)."""
        api = self.location.api
        url = api.removesuffix("/v3") + "/graphql"
        answer = self._one(identity, "POST", url, body={"query": query, "variables": variables})
        if isinstance(answer, ForgeError):
            return answer
        try:
            at = record(answer)
            if errors := at.get("errors"):
                said = text(record(errors[0]), "message", "") if isinstance(errors, list) else ""
                return ForgeError(ForgeReason.REFUSED, f"{self.location.host} refuses: {said[:300]}")
            at = inner(at, "data")
            for name in path[:-1]:
                at = inner(at, name)
            last = at.get(path[-1])
            return last if isinstance(last, str) else ""
        except Unusable as error:
            return self.http.unusable("GraphQL", error)

    def _pull(self, value: object) -> PullRequest | None:
        """None for one from another project, or from a fork that is gone."""
        at = record(value)
        head = inner(at, "head")
        origin = inner(head, "repo")
        if text(origin, "full_name", "").lower() != text(inner(inner(at, "base"), "repo"), "full_name").lower():
            return None
        return _pull(at, head)

    def _own(self, value: object) -> PullRequest:
        at = record(value)
        return _pull(at, inner(at, "head"))


def _pull(at: dict[str, object] | object, head: object) -> PullRequest:
    pull, branch = record(at), record(head)
    merged = pull.get("merged_at") is not None
    state = PullState.OPEN if text(pull, "state") == "open" else PullState.MERGED if merged else PullState.CLOSED
    teams = tuple(f"{team}" for team in names(pull, "requested_teams", "slug"))
    return PullRequest(
        number(pull, "number"),
        text(pull, "html_url"),
        text(pull, "title"),
        text(pull, "body", "").replace("\r\n", "\n"),
        state,
        flag(pull, "draft", False),
        text(branch, "ref"),
        text(branch, "sha"),
        text(inner(pull, "base"), "ref"),
        text(inner(pull, "user"), "login", ""),
        names(pull, "labels", "name"),
        names(pull, "assignees", "login"),
        (*names(pull, "requested_reviewers", "login"), *teams),
        text(pull, "node_id", ""),
        text(pull, "updated_at", ""),
    )


def _project(value: object) -> Project:
    at = record(value)
    permissions = inner(at, "permissions")
    may_push = flag(permissions, "push") if permissions else None
    archived = flag(at, "archived", False) or flag(at, "disabled", False)
    return Project(text(at, "full_name"), text(at, "default_branch"), text(at, "html_url"), archived, may_push)


def _branch(value: object) -> Branch:
    at = record(value)
    return Branch(text(at, "name"), text(inner(at, "commit"), "sha"), flag(at, "protected", False), None)


def _comment(value: object) -> Comment:
    at = record(value)
    return Comment(number(at, "id"), text(at, "body", "").replace("\r\n", "\n"), text(inner(at, "user"), "login", ""))


def _inline(value: object) -> InlineComment:
    at = record(value)
    body, author = text(at, "body", "").replace("\r\n", "\n"), text(inner(at, "user"), "login", "")
    return InlineComment(number(at, "id"), text(at, "path"), number(at, "line", 0), body, author)


def _rendered(note: Note) -> str:
    """GitHub, "Commenting on a pull request": a fenced block with the word suggestion replaces the lines that the comment is on."""
    return note.body if note.suggestion is None else f"{note.body}\n\n{fenced('suggestion', note.suggestion)}"
