"""What a forge or a proxy answers that is no success: what it means, what a person is told, and that no token is shown."""

from __future__ import annotations

import pytest

from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.gitlab import GitLab
from refactor.forges.model import NewPull
from refactor.forges.secret import Secret
from refactor.forges.settings import ForgeKind
from refactor.forges.tokens import Token
from tests.forges.labs import FakeLab, error, fake_lab, said
from tests.forges.world import TOKEN
from tests.support.scripted import Answer, json_answer

HTML = Answer(200, (("Content-Type", "text/html; charset=utf-8"),), b"<!DOCTYPE html><title>Sign in</title>")


# What is not the API


def test_a_login_page_is_not_the_api(fake: FakeLab) -> None:
    fake.fake.overrides = [HTML]
    failed = error(fake.client.project(), ForgeReason.NOT_API)
    assert "web page" in failed.text and "proxy" in failed.advice and len(fake.script.seen) == 1


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_proxys_refusal_is_not_the_forges(fake: FakeLab, status: int) -> None:
    fake.fake.overrides = [Answer(status, HTML.headers, HTML.body)]
    assert "proxy" in error(fake.client.project(), ForgeReason.NOT_API).advice


def test_a_page_without_a_content_type_is_still_a_page(fake: FakeLab) -> None:
    fake.fake.overrides = [Answer(200, (), b"\n  <HTML><body>hello")]
    error(fake.client.project(), ForgeReason.NOT_API)


@pytest.mark.parametrize("body", [b"{", b"[1,", b"OK", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_said_to_be_none(fake: FakeLab, body: bytes) -> None:
    fake.fake.overrides = [Answer(200, (("Content-Type", "application/json"),), body)]
    error(fake.client.project(), ForgeReason.BAD_ANSWER)


@pytest.mark.parametrize(
    "content", [None, 7, [], {}, {"full_name": 1}, {"path_with_namespace": None}, {"full_name": "a/b", "default_branch": []}]
)
def test_json_of_another_form_is_named_by_what_is_missing(fake: FakeLab, content: object) -> None:
    fake.fake.overrides = [json_answer(content)]
    assert "cannot be used" in error(fake.client.project(), ForgeReason.BAD_ANSWER).text


@pytest.mark.parametrize("content", [{}, [1], [{}], [{"number": "1"}], "x"])
def test_a_list_of_something_else_is_refused(fake: FakeLab, content: object) -> None:
    fake.fake.overrides = [json_answer(content)]
    error(fake.client.open_pulls(), ForgeReason.BAD_ANSWER)


def test_an_answer_without_end_is_cut(hub: FakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refactor.forges.http.MAX_BODY", 1000)
    hub.fake.overrides = [Answer(200, (), b"[" + b"1," * 5000)]
    assert "more than 1000 bytes" in error(hub.client.project(), ForgeReason.BAD_ANSWER).text


# What the forge refuses


@pytest.mark.parametrize(
    ("answer", "reason", "advice"),
    [
        (said("Bad credentials", 401), ForgeReason.UNAUTHORIZED, "expired"),
        (said("Repository was archived so is read-only.", 403), ForgeReason.ARCHIVED, "un-archive"),
        (said("team/infra is archived", 423), ForgeReason.ARCHIVED, "un-archive"),
        (
            said("Resource not accessible", 403, ("X-Accepted-GitHub-Permissions", "pull_requests=write")),
            ForgeReason.FORBIDDEN,
            "it needs pull_requests=write",
        ),
        (
            said("Forbidden", 403, ("X-OAuth-Scopes", "read:org"), ("X-Accepted-OAuth-Scopes", "repo")),
            ForgeReason.FORBIDDEN,
            "it needs repo, and has read:org",
        ),
        (
            said(
                "Resource protected by organization SAML enforcement",
                403,
                ("X-GitHub-SSO", "required; url=https://github.com/orgs/t/sso?x=1"),
            ),
            ForgeReason.FORBIDDEN,
            "https://github.com/orgs/t/sso?x=1",
        ),
        (said("GitHub Actions is not permitted to create or approve pull requests.", 403), ForgeReason.FORBIDDEN, "Workflow permissions"),
        (said("insufficient scope", 403), ForgeReason.FORBIDDEN, "write"),
        (said("Not Found", 404), ForgeReason.NOT_FOUND, "allowed to see it"),
        (said("team/archived-stacks: not found", 404), ForgeReason.NOT_FOUND, "allowed to see it"),
        (said("Repository was archived", 422), ForgeReason.ARCHIVED, "un-archive"),
        (said("Issues are disabled", 410), ForgeReason.NOT_FOUND, "[forge]"),
        (said("Validation Failed", 422), ForgeReason.REFUSED, ""),
        (
            json_answer({"message": "Validation Failed", "errors": ["No commits between main and x"]}, status=422),
            ForgeReason.REFUSED,
            "merged",
        ),
        (said("Draft pull requests are not supported in this repository.", 422), ForgeReason.REFUSED, "draft = false"),
        (said("body is too long (maximum is 65536 characters)", 422), ForgeReason.TOO_LONG, ""),
        (Answer(413), ForgeReason.TOO_LONG, ""),
        (json_answer({"message": ["Another open merge request already exists"]}, status=409), ForgeReason.EXISTS, "faster"),
        (Answer(400, (), b"nonsense"), ForgeReason.REFUSED, ""),
        (Answer(404, HTML.headers, HTML.body), ForgeReason.NOT_FOUND, "[forge]"),
    ],
)
def test_what_a_refusal_means(fake: FakeLab, answer: Answer, reason: ForgeReason, advice: str) -> None:
    fake.fake.overrides = [answer]
    failed = error(fake.client.project(), reason)
    assert advice in failed.advice and failed.status == answer.status
    assert len(fake.script.seen) == 1 and fake.clock.waits == []


def test_nobody_without_a_token_is_told_to_set_one(fake: FakeLab) -> None:
    transport = fake.transport_with(None)
    assert "set one" in error(transport.send("GET", "/user"), ForgeReason.NO_TOKEN).advice
    transport.close()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"message": "Validation Failed", "errors": [{"field": "base", "code": "invalid"}]}, "Validation Failed; base: invalid"),
        ({"message": {"title": ["is too short", "is bad"]}}, "title is too short; title is bad"),
        ({"error": "insufficient_scope", "error_description": "needs api"}, "insufficient_scope; needs api"),
        ({"message": "\x1b[31mred\x07\nline \u202etxet"}, "[31mred line txet"),
        ({"message": "x" * 900}, "x" * 299 + "…"),
        ({"message": f"token {TOKEN} is bad"}, "token *** is bad"),
        ({"message": {"a": {"b": {"c": {"d": ["deep"]}}}}}, ""),
    ],
)
def test_a_forges_words_are_shown_in_one_plain_line(fake: FakeLab, content: object, expected: str) -> None:
    fake.fake.overrides = [json_answer(content, status=422)]
    failed = fake.client.project()
    assert isinstance(failed, ForgeError) and failed.text.partition(": ")[2] == expected


def test_no_error_shows_the_token(fake: FakeLab) -> None:
    echo = Answer(200, (("Content-Type", "application/json"),), TOKEN.encode())
    for answer in (said(TOKEN, 401), said(TOKEN, 403), said(TOKEN, 404), said(TOKEN, 500), echo, json_answer({TOKEN: 1})):
        fake.fake.overrides = [answer] * 4
        assert TOKEN not in repr(fake.client.project())
    assert TOKEN not in repr(vars(fake.transport))


def test_a_job_token_is_said_to_be_too_little_before_anything_is_sent() -> None:
    with fake_lab(ForgeKind.GITLAB) as lab:
        transport = lab.transport_with(Token(Secret("job"), "CI_JOB_TOKEN"))
        client = GitLab(transport)
        failed = error(client.create(NewPull("tfmod/x", "main", "t", "b")), ForgeReason.FORBIDDEN)
        assert "GITLAB_TOKEN" in failed.advice and lab.script.seen == []
        lab.fake.overrides = [json_answer({"message": "401 Unauthorized"}, status=401)]
        assert "GITLAB_TOKEN" in error(client.project(), ForgeReason.FORBIDDEN).advice
        assert lab.script.seen[-1].headers["JOB-TOKEN"] == "job" and lab.script.seen[-1].authorization is None
        transport.close()
