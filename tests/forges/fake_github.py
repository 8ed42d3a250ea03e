"""A make-believe GitHub: what its description says of an answer is filled in from there, and checked against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.forges.contract import contract
from tests.forges.fake import Fake, Refused
from tests.forges.world import BOT, PROJECT, FakeComment, FakeNote, FakePull, World
from tests.support.scripted import Answer, json_answer

_R = "/repos/{owner}/{repo}"
_PULL = ("GET", f"{_R}/pulls/{{pull_number}}", 200)
_SEGMENT = r"/repos/team/infra"


class FakeGitHub(Fake):
    """github.com's API as far as the client uses it."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.described = contract("github")
        self.routes = [
            ("GET", "/user", lambda: json_answer(self.sample("GET", "/user", login=BOT))),
            ("GET", _SEGMENT, self.repository),
            ("GET", f"{_SEGMENT}/branches/(.+)", self.branch),
            ("GET", f"{_SEGMENT}/pulls", self.pulls),
            ("POST", f"{_SEGMENT}/pulls", self.create),
            ("GET", rf"{_SEGMENT}/pulls/(\d+)", lambda n: json_answer(self.shown(self.found(n)))),
            ("PATCH", rf"{_SEGMENT}/pulls/(\d+)", self.edit),
            ("GET", rf"{_SEGMENT}/issues/(\d+)/comments", self.comments),
            ("POST", rf"{_SEGMENT}/issues/(\d+)/comments", self.comment),
            ("PATCH", rf"{_SEGMENT}/issues/comments/(\d+)", self.edit_comment),
            ("POST", rf"{_SEGMENT}/issues/(\d+)/labels", self.label),
            ("POST", rf"{_SEGMENT}/issues/(\d+)/assignees", self.assign),
            ("POST", rf"{_SEGMENT}/pulls/(\d+)/requested_reviewers", self.request),
            ("POST", rf"{_SEGMENT}/pulls/(\d+)/reviews", self.review),
            ("GET", rf"{_SEGMENT}/pulls/(\d+)/comments", self.inline),
            ("PATCH", rf"{_SEGMENT}/pulls/comments/(\d+)", self.edit_inline),
            ("POST", "/graphql", self.graphql),
        ]

    def sample(self, method: str, path: str, /, **values: object) -> dict[str, Any]:
        return {**self.described.sample(method, path), **values}

    def repository(self) -> Answer:
        permissions = {"admin": False, "push": True, "pull": True}
        values = {"full_name": PROJECT, "default_branch": "main", "archived": self.world.archived, "permissions": permissions}
        return json_answer(self.sample("GET", _R, html_url="https://github.com/team/infra", **values))

    def branch(self, quoted: str) -> Answer:
        name = quoted.replace("%2F", "/")
        if name not in self.world.branches:
            raise Refused(404, {"message": "Branch not found"})
        whole = self.sample("GET", f"{_R}/branches/{{branch}}", name=name, protected=name in self.world.protected)
        whole["commit"]["sha"] = self.world.branches[name]
        return json_answer(whole)

    def pulls(self) -> Answer:
        state, (owner, _, head) = self.query.get("state", "open"), self.query.get("head", "").partition(":")
        found = [p for p in self.world.pulls if state == "all" or p.state == "open"]
        if head and owner == "team":
            found = [p for p in found if p.head == head]
        return self.paged([self.shown(p, simple=True) for p in reversed(found)], "per_page")

    def create(self) -> Answer:
        if self.world.duplicate(self.body["head"], self.body["base"]):
            message = f"A pull request already exists for team:{self.body['head']}."
            self.invalid({"resource": "PullRequest", "code": "custom", "message": message})
        for name in ("head", "base"):
            if self.body[name] not in self.world.branches:
                self.invalid({"resource": "PullRequest", "field": name, "code": "invalid"})
        asked = self.body
        pull = self.world.open(asked["head"], asked["base"], asked["title"], asked["body"], draft=asked["draft"])
        return json_answer(self.shown(pull), status=201)

    def edit(self, number: str) -> Answer:
        pull = self.found(number)
        if "state" in self.body and pull.state != "merged":
            pull.state = self.body["state"]
        for name in ("title", "body", "base"):
            setattr(pull, name, self.body.get(name, getattr(pull, name)))
        return json_answer(self.shown(pull))

    def comments(self, number: str) -> Answer:
        return self.paged([self.said(comment) for comment in self.found(number).comments], "per_page")

    def comment(self, number: str) -> Answer:
        comment = FakeComment(self.world.id(), self.body["body"], BOT)
        self.found(number).comments.append(comment)
        return json_answer(self.said(comment), status=201)

    def edit_comment(self, which: str) -> Answer:
        comment = next(c for p in self.world.pulls for c in p.comments if c.id == int(which))
        comment.body = self.body["body"]
        return json_answer(self.said(comment))

    def label(self, number: str) -> Answer:
        pull = self.found(number)
        pull.labels = list(dict.fromkeys([*pull.labels, *self.body["labels"]]))
        self.world.labels = list(dict.fromkeys([*self.world.labels, *self.body["labels"]]))
        return json_answer([self.labelled(name) for name in pull.labels])

    def assign(self, number: str) -> Answer:
        pull = self.found(number)
        pull.assignees += [login for login in self.body["assignees"] if login in self.world.people]
        whole = self.described.sample("POST", f"{_R}/issues/{{issue_number}}/assignees", 201)
        return json_answer(whole | {"assignees": self.users(pull.assignees)}, status=201)

    def request(self, number: str) -> Answer:
        pull = self.found(number)
        unknown = [login for login in self.body["reviewers"] if login not in self.world.people]
        if unknown:
            message = (
                "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator"
            )
            raise Refused(422, {"message": message, "documentation_url": "https://docs.example", "status": "422"})
        pull.reviewers += self.body["reviewers"]
        return json_answer(self.shown(pull, simple=True), status=201)

    def review(self, number: str) -> Answer:
        pull = self.found(number)
        for entry in self.body["comments"]:
            note = FakeNote(self.world.id(), entry["path"], entry["line"], entry["body"], BOT, self.body["commit_id"])
            pull.notes.append(note)
        return json_answer(self.sample("POST", f"{_R}/pulls/{{pull_number}}/reviews", body=self.body["body"]))

    def inline(self, number: str) -> Answer:
        return self.paged([self.noted(note) for note in self.found(number).notes], "per_page")

    def edit_inline(self, which: str) -> Answer:
        note = next(n for p in self.world.pulls for n in p.notes if n.id == int(which))
        note.body = self.body["body"]
        return json_answer(self.noted(note))

    def graphql(self) -> Answer:
        query, pull = self.body["query"], self.world.pull(self.body["variables"].get("id", "PR_0").removeprefix("PR_"))
        if "viewer" in query:
            return json_answer({"data": {"viewer": {"login": BOT}}})
        if pull is None:
            return json_answer({"data": None, "errors": [{"message": "Could not resolve to a node"}]})
        pull.draft = "convertPullRequestToDraft" in query
        return json_answer({"data": {query.partition("{ ")[2].partition("(")[0]: {"pullRequest": {"isDraft": pull.draft}}}})

    def found(self, number: str) -> FakePull:
        pull = self.world.pull(number)
        if pull is None:
            raise Refused(404, {"message": "Not Found", "documentation_url": "https://docs.example", "status": "404"})
        return pull

    def shown(self, pull: FakePull, *, simple: bool = False) -> dict[str, Any]:
        whole: dict[str, Any] = self.described.sample("GET", f"{_R}/pulls/{{pull_number}}")
        if simple:
            whole = self.described.sample("POST", f"{_R}/pulls/{{pull_number}}/requested_reviewers", 201)
        whole |= {
            "number": pull.number,
            "node_id": f"PR_{pull.number}",
            "html_url": f"https://github.com/team/infra/pull/{pull.number}",
            "title": pull.title,
            "body": pull.body,
            "state": "open" if pull.state == "open" else "closed",
            "draft": pull.draft,
            "merged_at": "2026-01-27T12:00:00Z" if pull.state == "merged" else None,
            "labels": [self.labelled(name) for name in pull.labels],
            "assignees": self.users(pull.assignees),
            "requested_reviewers": self.users(pull.reviewers),
            "user": self.user(pull.author),
        }
        for side, name, commit in (("head", pull.head, pull.commit), ("base", pull.base, self.world.branches.get(pull.base, "0" * 40))):
            owner = PERSON_FORK if side == "head" and pull.fork else PROJECT
            repo = self.described.sample_of("repository") | {"full_name": owner}
            whole[side] |= {"ref": name, "sha": commit, "label": f"team:{name}", "repo": repo}
        return whole

    def user(self, login: str) -> dict[str, Any]:
        sample = self.described.sample("GET", f"{_R}/pulls/{{pull_number}}")["user"]
        return {**sample, "login": login}

    def users(self, logins: Sequence[str]) -> list[dict[str, Any]]:
        return [self.user(login) for login in logins]

    def labelled(self, name: str) -> dict[str, Any]:
        url = "https://api.github.com/x"
        return {"id": 1, "node_id": "L", "url": url, "name": name, "description": "", "color": "ededed", "default": False}

    def said(self, comment: FakeComment) -> dict[str, Any]:
        sample = self.described.sample("PATCH", f"{_R}/issues/comments/{{comment_id}}")
        return {**sample, "id": comment.id, "body": comment.body, "user": self.user(comment.author)}

    def noted(self, note: FakeNote) -> dict[str, Any]:
        sample = self.described.sample("PATCH", f"{_R}/pulls/comments/{{comment_id}}")
        values = {"id": note.id, "path": note.path, "line": note.line, "body": note.body, "user": self.user(note.author)}
        return {**sample, **values}

    @staticmethod
    def invalid(error: Mapping[str, str]) -> None:
        raise Refused(422, {"message": "Validation Failed", "errors": [error], "documentation_url": "https://docs.example"})


PERSON_FORK = "ada/infra"
