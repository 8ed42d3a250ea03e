"""What only one of the forges does, and how the descriptions hold the make-believe ones to account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from refactor.forges.client import client_for, comment_once, open_forge
from refactor.forges.errors import ForgeReason
from refactor.forges.github import GitHub
from refactor.forges.gitlab import GitLab
from refactor.forges.http import Transport
from refactor.forges.marker import comment_marker
from refactor.forges.model import NewPull, Note
from refactor.forges.settings import ForgeKind, ForgeSettings
from refactor.forges.tokens import SCOPES
from tests.forges.contract import contract
from tests.forges.labs import FakeLab, error, fake_lab, ok, opened
from tests.forges.real_gitea import SCOPES as TESTED_SCOPES
from tests.forges.world import BOT, PERSON
from tests.support.scripted import json_answer


@pytest.fixture
def hub() -> Iterator[FakeLab]:
    with fake_lab(ForgeKind.GITHUB) as lab:
        yield lab


@pytest.fixture
def tea() -> Iterator[FakeLab]:
    with fake_lab(ForgeKind.GITEA) as lab:
        yield lab


@pytest.fixture
def gitlab() -> Iterator[FakeLab]:
    with fake_lab(ForgeKind.GITLAB) as lab:
        yield lab


def sent(lab: FakeLab) -> dict[str, object]:
    body: dict[str, object] = json.loads(lab.script.seen[-1].body)
    return body


# The interface


@pytest.mark.parametrize(
    ("remote", "env", "kind"),
    [
        ("git@github.com:a/b", {"GITHUB_TOKEN": "t"}, ForgeKind.GITHUB),
        ("https://gitlab.com/a/b/c", {"GITLAB_TOKEN": "t"}, ForgeKind.GITLAB),
        ("https://codeberg.org/a/b", {"FORGEJO_TOKEN": "t"}, ForgeKind.GITEA),
    ],
)
def test_a_forge_is_opened_from_a_remote(remote: str, env: dict[str, str], kind: ForgeKind) -> None:
    client = ok(open_forge(remote, ForgeSettings(), env))
    assert client.location.kind is kind and client.http.sent == 0
    client.http.close()


def test_a_forge_without_a_token_is_not_opened() -> None:
    error(open_forge("git@github.com:a/b", ForgeSettings(), {}), ForgeReason.NO_TOKEN)
    error(open_forge("/srv/git/x", ForgeSettings(), {}), ForgeReason.CONFIG)


@pytest.mark.parametrize("kind", list(ForgeKind))
def test_a_body_over_the_limit_is_refused_before_it_is_sent(kind: ForgeKind) -> None:
    with fake_lab(kind) as lab:
        made, most = opened(lab), lab.client.limits.body
        asked = len(lab.script.seen)
        if not most:
            ok(lab.client.update(made, body="x" * 2_000_000))
            return
        for result in (
            lab.client.create(NewPull("tfmod/x", "main", "t", "x" * (most + 1))),
            lab.client.update(made, body="x" * (most + 1)),
            lab.client.close(made, body="🐳" * (most // 2 + 1)),
            lab.client.comment(made, "x" * (most + 1)),
        ):
            assert f"{most:,}" in error(result, ForgeReason.TOO_LONG).text
        assert len(lab.script.seen) == asked
        ok(lab.client.update(made, body="x" * most))


@pytest.mark.parametrize("kind", list(ForgeKind))
def test_no_change_is_a_look(kind: ForgeKind) -> None:
    with fake_lab(kind) as lab:
        made = opened(lab)
        assert ok(lab.client.update(made, draft=False)) == made
        assert lab.script.lines[-1].startswith("GET ")


@pytest.mark.parametrize("kind", list(ForgeKind))
def test_the_user_is_asked_for_once(kind: ForgeKind) -> None:
    with fake_lab(kind) as lab:
        made = opened(lab)
        for number in range(3):
            ok(comment_once(lab.client, made, comment_marker("x"), str(number)))
        assert sum(line.endswith("/user") for line in lab.script.lines) == 1


# GitHub


def test_an_actions_token_learns_its_name_through_graphql(hub: FakeLab) -> None:
    hub.fake.overrides = [json_answer({"message": "Resource not accessible by integration"}, status=403)]
    assert ok(hub.client.user()) == BOT
    assert hub.script.lines[-1] == "POST /graphql"


def test_enterprise_has_graphql_beside_the_rest(hub: FakeLab) -> None:
    hub.script.answer = lambda request: json_answer({"data": {"viewer": {"login": BOT}}}, status=403 if "v3" in request.path else 200)
    location = replace(hub.location, api=f"{hub.script.url}/api/v3")
    transport = Transport(location, hub.transport.token, env={})
    assert ok(GitHub(transport).user()) == BOT
    assert hub.script.lines == ["GET /api/v3/user", "POST /api/graphql"]
    transport.close()


@pytest.mark.parametrize("content", [{"errors": [{"message": "no"}]}, {"errors": [{}]}, {"errors": "x"}])
def test_graphqls_errors_come_with_200(hub: FakeLab, content: dict[str, object]) -> None:
    made = opened(hub, draft=True)
    hub.fake.overrides = [json_answer(content)]
    error(hub.client.update(made, draft=False, title="new"), ForgeReason.REFUSED)
    assert hub.world.pulls[0].title == "Pin images"


def test_teams_are_asked_by_their_slug(hub: FakeLab) -> None:
    made = opened(hub)
    assert hub.client.request_review(made, ["team/platform", PERSON]) is None
    assert sent(hub) == {"reviewers": [PERSON], "team_reviewers": ["platform"]}


def test_a_remark_on_lines_has_a_first_and_a_last(hub: FakeLab) -> None:
    made = opened(hub)
    notes = [Note("a.tf", 9, "x", first=7, suggestion="one\ntwo"), Note("a.tf", 9, "y", first=9), Note("a.tf", 3, "z", suggestion="")]
    assert hub.client.review(made, made.head_commit, "", notes) is None
    comments = sent(hub)["comments"]
    assert isinstance(comments, list)
    assert comments[0] == {
        "path": "a.tf",
        "start_line": 7,
        "start_side": "RIGHT",
        "line": 9,
        "side": "RIGHT",
        "body": "x\n\n```suggestion\none\ntwo\n```",
    }
    assert comments[1] == {"path": "a.tf", "line": 9, "side": "RIGHT", "body": "y"}
    assert comments[2]["body"] == "z\n\n```suggestion\n```"


def test_a_branch_whose_fork_is_gone_is_nobodys(hub: FakeLab) -> None:
    opened(hub)
    (whole,) = ok(hub.transport.pages("/repos/team/infra/pulls"))
    assert isinstance(whole, dict)
    hub.fake.overrides = [json_answer([whole | {"head": whole["head"] | {"repo": None}}])]
    assert list(ok(hub.client.open_pulls())) == []
    hub.problems.clear()  # GitHub sends it, though its description has no null there


def test_windows_line_ends_of_the_web_editor_are_read_as_ours(hub: FakeLab) -> None:
    made = opened(hub)
    hub.world.pulls[0].body = "a\r\nb\r\n"
    assert ok(hub.client.find(made.head))[0].body == "a\nb\n"


# GitLab


def test_a_suggestion_says_how_many_lines_above_it_replaces(gitlab: FakeLab) -> None:
    made = opened(gitlab)
    assert gitlab.client.review(made, made.head_commit, "", [Note("a.tf", 9, "x", first=7, suggestion="one")]) is None
    body = sent(gitlab)
    assert body["body"] == "x\n\n```suggestion:-2+0\none\n```"
    position = body["position"]
    assert isinstance(position, dict) and position["new_line"] == 9 and position["head_sha"] == made.head_commit


def test_remarks_on_an_older_commit_are_not_made(gitlab: FakeLab) -> None:
    made = opened(gitlab)
    gitlab.push(made.head, "2")
    failed = gitlab.client.review(made, made.head_commit, "body", [Note("a.tf", 1, "x")])
    assert failed is not None and "run again" in failed.advice
    assert gitlab.world.pulls[0].notes == [] and gitlab.world.pulls[0].comments == []


def test_what_gitlab_notes_by_itself_is_no_comment(gitlab: FakeLab) -> None:
    made = opened(gitlab)
    assert list(ok(gitlab.client.comments(made))) == []
    assert gitlab.client.review(made, made.head_commit, "summary", [Note("a.tf", 1, "x")]) is None
    assert [comment.body for comment in ok(gitlab.client.comments(made))] == ["summary"]


@pytest.mark.parametrize("title", ["Draft: a", "draft:a", "[Draft] a", "(draft) a"])
def test_gitlabs_spellings_of_a_draft(gitlab: FakeLab, title: str) -> None:
    made = opened(gitlab)
    (whole,) = ok(gitlab.transport.pages("/projects/team%2Finfra/merge_requests"))
    assert isinstance(whole, dict)
    gitlab.fake.overrides = [json_answer([whole | {"title": title, "draft": True}])]
    assert ok(gitlab.client.find(made.head))[0].title == "a"


def test_a_group_path_is_one_segment_of_the_url(gitlab: FakeLab) -> None:
    assert isinstance(gitlab.client, GitLab)
    ok(gitlab.client.branch("main"))
    assert gitlab.script.lines[-1] == "GET /api/v4/projects/team%2Finfra/repository/branches/main"


# Gitea


def test_gitea_shows_a_suggestion_as_code(tea: FakeLab) -> None:
    made = opened(tea)
    assert tea.client.review(made, made.head_commit, "", [Note("a.tf", 9, "x", suggestion="a = 1")]) is None
    assert tea.world.pulls[0].notes[0].body == "x\n\n```hcl\na = 1\n```"


def test_giteas_assignees_are_added_to(tea: FakeLab) -> None:
    made = opened(tea)
    assert tea.client.assign(made, [PERSON]) is None
    (found,) = ok(tea.client.find(made.head))
    assert tea.client.assign(found, ["grace"]) is None
    assert tea.world.pulls[0].assignees == [PERSON, "grace"]


def test_an_archived_gitea_says_so_at_a_comment(tea: FakeLab) -> None:
    made = opened(tea)
    tea.archive()
    error(tea.client.comment(made, "x"), ForgeReason.ARCHIVED)


def test_the_scopes_that_are_advised_are_those_that_are_tested() -> None:
    assert all(scope in SCOPES[ForgeKind.GITEA] for scope in TESTED_SCOPES)


# The descriptions


@pytest.mark.parametrize("kind", [ForgeKind.GITHUB, ForgeKind.GITEA])
def test_every_operation_that_is_kept_is_used(kind: ForgeKind) -> None:
    with fake_lab(kind) as lab:
        made = opened(lab)
        client = lab.client
        client.user(), client.project(), client.branch("main"), client.find(made.head), client.open_pulls()
        ok(client.update(made, title="t"))
        ok(client.update(made))
        comment = ok(client.comment(made, "x"))
        ok(client.edit_comment(made, comment, "y"))
        ok(client.comments(made))
        results = [client.label(made, ["a"]), client.assign(made, [PERSON]), client.request_review(made, [PERSON])]
        results.append(client.review(made, made.head_commit, "b", [Note("a.tf", 1, "x")]))
        (note,) = ok(client.inline_comments(made))
        results.append(client.edit_inline(made, note, Note("a.tf", 1, "y")))
        assert results == [None] * 5
    described = contract(kind)
    every = {f"{method.upper()} {path}" for path, methods in described.description["paths"].items() for method in methods}
    assert every - described.used == set()


def test_a_description_notices_what_is_wrong() -> None:
    held = contract("github")
    path = "/repos/team/infra/pulls"
    good = {"title": "t", "head": "h", "base": "b", "body": "", "draft": True}
    answer = held.sample("POST", "/repos/{owner}/{repo}/pulls", 201)

    def problems(
        method: str = "POST", path: str = path, query: str = "", sent: object = good, status: int = 201, got: object = answer
    ) -> str:
        return "\n".join(held.problems(method, path, query, sent, status, got))

    assert problems() == ""
    assert "no operation" in problems(path="/repos/team/infra/pull")
    assert "no operation" in problems(method="DELETE")
    assert "'bdy' was unexpected" in problems(sent=good | {"bdy": "x"})
    assert "'base' is a required property" in problems(sent={"head": "h"})
    assert "is not of type 'boolean'" in problems(sent=good | {"draft": "yes"})
    assert "not described" in problems(query="draft=1")
    assert "status is not described" in problems(status=202)
    assert "answer.number" in problems(got=answer | {"number": "1"})
    assert "required property" in problems(got={})
    assert "'all2' is not one of" in problems("GET", path, "state=all2", None, 200, [])


def test_a_client_is_made_for_each_kind() -> None:
    for kind in ForgeKind:
        with fake_lab(kind) as lab:
            assert type(client_for(lab.transport)).__name__ == kind.label
