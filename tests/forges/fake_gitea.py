"""A make-believe Gitea, for machines without a real one; its answers are checked against the real one's description."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from tests.forges.fake import Fake, Refused
from tests.forges.world import BOT, PROJECT, FakeComment, FakeNote, FakePull, World
from tests.support.scripted import Answer, json_answer

_R = "/repos/team/infra"
_WHEN = "2026-01-27T12:00:00Z"


class FakeGitea(Fake):
    """Gitea 1.26's API as far as the client uses it."""

    prefix = "/api/v1"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.routes = [
            ("GET", "/user", lambda: json_answer(self.user(BOT))),
            ("GET", _R, self.repository),
            ("GET", f"{_R}/branches/(.+)", self.branch),
            ("GET", f"{_R}/pulls", self.pulls),
            ("POST", f"{_R}/pulls", self.create),
            ("GET", rf"{_R}/pulls/(\d+)", lambda n: json_answer(self.shown(self.found(n)))),
            ("PATCH", rf"{_R}/pulls/(\d+)", self.edit),
            ("GET", rf"{_R}/issues/(\d+)/comments", lambda n: json_answer([self.said(c) for c in self.found(n).comments])),
            ("POST", rf"{_R}/issues/(\d+)/comments", self.comment),
            ("PATCH", rf"{_R}/issues/comments/(\d+)", self.edit_comment),
            ("GET", f"{_R}/labels", lambda: self.paged([self.labelled(name) for name in self.world.labels], "limit")),
            ("POST", f"{_R}/labels", self.new_label),
            ("POST", rf"{_R}/issues/(\d+)/labels", self.label),
            ("POST", rf"{_R}/pulls/(\d+)/requested_reviewers", self.request),
            ("GET", rf"{_R}/pulls/(\d+)/reviews", self.reviews),
            ("POST", rf"{_R}/pulls/(\d+)/reviews", self.review),
            ("GET", rf"{_R}/pulls/(\d+)/reviews/(\d+)/comments", self.inline),
        ]

    def repository(self) -> Answer:
        permissions = {"admin": False, "push": True, "pull": True}
        values = {"full_name": PROJECT, "default_branch": "main", "html_url": "https://codeberg.org/team/infra"}
        return json_answer(values | {"archived": self.world.archived, "permissions": permissions})

    def branch(self, quoted: str) -> Answer:
        name = unquote(quoted)
        if name not in self.world.branches:
            raise Refused(404, self.error("branch does not exist"))
        protected = name in self.world.protected
        commit = {"id": self.world.branches[name]}
        return json_answer({"name": name, "commit": commit, "protected": protected, "user_can_push": not protected})

    def pulls(self) -> Answer:
        found = [p for p in self.world.pulls if self.query.get("state") == "all" or p.state == "open"]
        return self.paged([self.shown(p) for p in reversed(found)], "limit")

    def create(self) -> Answer:
        head, base = self.body["head"], self.body["base"]
        if self.world.duplicate(head, base):
            raise Refused(409, self.error("pull request already exists for these targets [id: 1, issue_id: 1]"))
        if head not in self.world.branches or base not in self.world.branches:
            raise Refused(404, self.error("not found"))
        return json_answer(self.shown(self.world.open(head, base, self.body["title"], self.body["body"])), status=201)

    def edit(self, number: str) -> Answer:
        pull = self.found(number)
        pull.state = self.body.get("state", pull.state)
        for name in ("title", "body", "base", "assignees"):
            setattr(pull, name, self.body.get(name, getattr(pull, name)))
        if unknown := [login for login in pull.assignees if login not in self.world.people]:
            pull.assignees = []
            raise Refused(422, self.error(f"Assignee does not exist: [name: {unknown[0]}]"))
        return json_answer(self.shown(pull), status=201)

    def comment(self, number: str) -> Answer:
        if self.world.archived:
            raise Refused(423, self.error("team/infra is archived"))
        comment = FakeComment(self.world.id(), self.body["body"], BOT)
        self.found(number).comments.append(comment)
        return json_answer(self.said(comment), status=201)

    def edit_comment(self, which: str) -> Answer:
        everything: list[FakeComment | FakeNote] = [c for p in self.world.pulls for c in p.comments]
        everything += [n for p in self.world.pulls for n in p.notes]
        found = next(entry for entry in everything if entry.id == int(which))
        found.body = self.body["body"]
        return json_answer(self.said(FakeComment(found.id, found.body, found.author)))

    def new_label(self) -> Answer:
        self.world.labels.append(self.body["name"])
        return json_answer(self.labelled(self.body["name"]), status=201)

    def label(self, number: str) -> Answer:
        pull = self.found(number)
        pull.labels = list(dict.fromkeys([*pull.labels, *(self.world.labels[each - 1] for each in self.body["labels"])]))
        return json_answer([self.labelled(name) for name in pull.labels])

    def request(self, number: str) -> Answer:
        for login in self.body["reviewers"]:
            if login not in self.world.people:
                raise Refused(404, self.error(f"user does not exist [uid: 0, name: {login}]"))
        self.found(number).reviewers += self.body["reviewers"]
        return json_answer([{"id": 1, "state": "REQUEST_REVIEW", "comments_count": 0}], status=201)

    def reviews(self, number: str) -> Answer:
        count = len(self.found(number).notes)
        return self.paged([{"id": 1, "state": "COMMENT", "comments_count": count}, {"id": 2, "comments_count": 0}], "limit")

    def review(self, number: str) -> Answer:
        pull = self.found(number)
        for entry in self.body["comments"]:
            note = FakeNote(self.world.id(), entry["path"], entry["new_position"], entry["body"], BOT, self.body["commit_id"])
            pull.notes.append(note)
        return json_answer({"id": 1, "state": "COMMENT", "comments_count": len(pull.notes)})

    def inline(self, number: str, _review: str) -> Answer:
        return json_answer([self.noted(note) for note in self.found(number).notes])

    def found(self, number: str) -> FakePull:
        pull = self.world.pull(number)
        if pull is None:
            raise Refused(404, self.error("not found"))
        return pull

    def shown(self, pull: FakePull) -> dict[str, Any]:
        """A pull request; null for what is not set, as Gitea has it."""
        gone = pull.head not in self.world.branches
        ref = f"refs/pull/{pull.number}/head" if gone else pull.head
        return {
            "number": pull.number,
            "html_url": f"https://codeberg.org/team/infra/pulls/{pull.number}",
            "title": pull.title,
            "body": pull.body,
            "state": "open" if pull.state == "open" else "closed",
            "merged": pull.state == "merged",
            "draft": pull.title.startswith("WIP:"),
            "user": self.user(pull.author),
            "labels": [self.labelled(name) for name in pull.labels if name in self.world.labels],
            "assignees": [self.user(login) for login in pull.assignees] or None,
            "requested_reviewers": [self.user(login) for login in pull.reviewers] or None,
            "milestone": None,
            "head": {"label": pull.head, "ref": ref, "sha": pull.commit, "repo_id": 8 if pull.fork else 7},
            "base": {"label": pull.base, "ref": pull.base, "sha": self.world.branches.get(pull.base, ""), "repo_id": 7},
            "updated_at": _WHEN,
        }

    def user(self, login: str) -> dict[str, Any]:
        return {"id": 1, "login": login, "full_name": ""}

    def labelled(self, name: str) -> dict[str, Any]:
        return {"id": self.world.labels.index(name) + 1, "name": name, "color": "0e8a16"}

    def said(self, comment: FakeComment) -> dict[str, Any]:
        return {"id": comment.id, "body": comment.body, "user": self.user(comment.author), "created_at": _WHEN}

    def noted(self, note: FakeNote) -> dict[str, Any]:
        return {"id": note.id, "path": note.path, "position": note.line, "body": note.body, "user": self.user(note.author)}

    @staticmethod
    def error(message: str) -> dict[str, object]:
        return {"message": message, "url": "https://codeberg.org/api/swagger"}
