"""A make-believe GitLab. Its published description is incomplete, so the answers have the fields of GitLab's documentation."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from tests.forges.fake import Fake, Refused
from tests.forges.world import BOT, PROJECT, FakeComment, FakeNote, FakePull, World
from tests.support.scripted import Answer, json_answer

_P = "/projects/team%2Finfra"
_STATES = {"open": "opened", "closed": "closed", "merged": "merged"}
_WHEN = "2026-01-27T12:00:00.000Z"


class FakeGitLab(Fake):
    """gitlab.com's API as far as the client uses it."""

    prefix = "/api/v4"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        mr = rf"{_P}/merge_requests/(\d+)"
        self.routes = [
            ("GET", "/user", lambda: json_answer(self.user(BOT))),
            ("GET", "/users", lambda: json_answer([self.user(p) for p in self.world.people if p == self.query["username"]])),
            ("GET", _P, self.project),
            ("GET", f"{_P}/repository/branches/(.+)", self.branch),
            ("GET", f"{_P}/merge_requests", self.merge_requests),
            ("POST", f"{_P}/merge_requests", self.create),
            ("GET", mr, lambda n: json_answer(self.shown(self.found(n)))),
            ("PUT", mr, self.edit),
            ("GET", f"{mr}/notes", self.notes),
            ("POST", f"{mr}/notes", self.comment),
            ("PUT", rf"{mr}/notes/(\d+)", self.edit_comment),
            ("GET", f"{mr}/discussions", self.discussions),
            ("POST", f"{mr}/discussions", self.discuss),
            ("PUT", rf"{mr}/discussions/(\w+)/notes/(\d+)", self.edit_discussion),
        ]

    def project(self) -> Answer:
        permissions = {"project_access": {"access_level": 30, "notification_level": 3}, "group_access": None}
        whole = {"id": 7, "path_with_namespace": PROJECT, "default_branch": "main", "web_url": "https://gitlab.com/team/infra"}
        return json_answer(whole | {"archived": self.world.archived, "permissions": permissions, "empty_repo": False})

    def branch(self, quoted: str) -> Answer:
        name = unquote(quoted)
        if name not in self.world.branches:
            raise Refused(404, {"message": "404 Branch Not Found"})
        protected = name in self.world.protected
        whole = {"name": name, "commit": {"id": self.world.branches[name]}, "protected": protected, "can_push": not protected}
        return json_answer(whole)

    def merge_requests(self) -> Answer:
        state, head = self.query.get("state", "all"), self.query.get("source_branch")
        found = [p for p in self.world.pulls if state in ("all", _STATES[p.state]) and head in (None, p.head)]
        return self.paged([self.shown(p) for p in reversed(found)], "per_page")

    def create(self) -> Answer:
        head, base = self.body["source_branch"], self.body["target_branch"]
        if other := self.world.duplicate(head, base):
            raise Refused(409, {"message": [f"Another open merge request already exists for this source branch: !{other.number}"]})
        if base not in self.world.branches:
            raise Refused(422, {"message": {"target_branch": ["does not exist"]}})
        pull = self.world.open(head, base, self.body["title"], self.body["description"])
        return json_answer(self.shown(pull), status=201)

    def edit(self, number: str) -> Answer:
        pull, body = self.found(number), self.body
        if event := body.get("state_event"):
            pull.state = {"close": "closed", "reopen": "open"}[event]
        pull.title = body.get("title", pull.title)
        pull.body = body.get("description", pull.body)
        pull.base = body.get("target_branch", pull.base)
        if labels := body.get("add_labels"):
            pull.labels = list(dict.fromkeys([*pull.labels, *labels.split(",")]))
        people = {self.user(login)["id"]: login for login in self.world.people}
        if "assignee_ids" in body:
            pull.assignees = [people[each] for each in body["assignee_ids"]]
        if "reviewer_ids" in body:
            pull.reviewers = [people[each] for each in body["reviewer_ids"]]
        return json_answer(self.shown(pull))

    def notes(self, number: str) -> Answer:
        pull = self.found(number)
        system = {"id": 999, "body": "added 1 commit", "author": self.user(BOT), "system": True, "created_at": _WHEN}
        return self.paged([system, *map(self.said, pull.comments), *map(self.noted, pull.notes)], "per_page")

    def comment(self, number: str) -> Answer:
        comment = FakeComment(self.world.id(), self.body["body"], BOT)
        self.found(number).comments.append(comment)
        return json_answer(self.said(comment), status=201)

    def edit_comment(self, number: str, which: str) -> Answer:
        comment = next(c for c in self.found(number).comments if c.id == int(which))
        comment.body = self.body["body"]
        return json_answer(self.said(comment))

    def discussions(self, number: str) -> Answer:
        pull = self.found(number)
        plain = [{"id": f"c{c.id}", "individual_note": True, "notes": [self.said(c)]} for c in pull.comments]
        return self.paged([*plain, *map(self.thread, pull.notes)], "per_page")

    def discuss(self, number: str) -> Answer:
        position, pull = self.body["position"], self.found(number)
        if position["head_sha"] != pull.commit:
            raise Refused(400, {"message": "400 Bad request - Note position is invalid"})
        note = FakeNote(self.world.id(), position["new_path"], position["new_line"], self.body["body"], BOT, position["head_sha"])
        pull.notes.append(note)
        return json_answer(self.thread(note), status=201)

    def edit_discussion(self, number: str, _thread: str, which: str) -> Answer:
        note = next(n for n in self.found(number).notes if n.id == int(which))
        note.body = self.body["body"]
        return json_answer(self.noted(note))

    def found(self, number: str) -> FakePull:
        pull = self.world.pull(number)
        if pull is None:
            raise Refused(404, {"message": "404 Not found"})
        return pull

    def shown(self, pull: FakePull) -> dict[str, Any]:
        return {
            "id": 1000 + pull.number,
            "iid": pull.number,
            "web_url": f"https://gitlab.com/team/infra/-/merge_requests/{pull.number}",
            "title": pull.title,
            "description": pull.body,
            "state": _STATES[pull.state],
            "draft": pull.title.lower().startswith("draft:"),
            "source_branch": pull.head,
            "target_branch": pull.base,
            "source_project_id": 8 if pull.fork else 7,
            "target_project_id": 7,
            "sha": pull.commit,
            "author": self.user(pull.author),
            "labels": pull.labels,
            "assignees": [self.user(login) for login in pull.assignees],
            "reviewers": [self.user(login) for login in pull.reviewers],
            "updated_at": _WHEN,
            "diff_refs": {"base_sha": "b" * 40, "start_sha": "b" * 40, "head_sha": pull.commit},
        }

    def user(self, login: str) -> dict[str, Any]:
        number = self.world.people.index(login) + 1 if login in self.world.people else 99
        url = f"https://gitlab.com/{login}"
        return {"id": number, "username": login, "name": login, "state": "active", "avatar_url": None, "web_url": url}

    def said(self, comment: FakeComment) -> dict[str, Any]:
        author = self.user(comment.author)
        return {"id": comment.id, "body": comment.body, "author": author, "system": False, "created_at": _WHEN}

    def noted(self, note: FakeNote) -> dict[str, Any]:
        position = {"position_type": "text", "new_path": note.path, "old_path": note.path, "new_line": note.line, "old_line": None}
        whole = {"id": note.id, "body": note.body, "author": self.user(note.author), "system": False, "type": "DiffNote"}
        return whole | {"position": position, "created_at": _WHEN}

    def thread(self, note: FakeNote) -> dict[str, Any]:
        return {"id": f"d{note.id}", "individual_note": False, "notes": [self.noted(note)]}
