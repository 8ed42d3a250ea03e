"""Which pull request and which base a job's environment names."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from refactor.review.target import Target, bases_of, pull_of

GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "/event"}


def event(head: str = "team/infra", **more: object) -> str:
    return json.dumps(
        {"pull_request": {"number": 7, "head": {"repo": {"full_name": head}}, "base": {"repo": {"full_name": "team/infra"}}}} | more
    )


def pull(env: Mapping[str, str], text: str | None = None) -> Target | None:
    return pull_of(env, lambda path: text if path == "/event" else None)


@pytest.mark.parametrize(
    ("env", "text", "expected"),
    [
        ({"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/12/merge"}, None, Target(12)),
        (GITHUB, event(), Target(7)),
        (GITHUB, event("stranger/infra"), Target(7, fork=True)),
        (GITHUB, '{"pull_request": {"number": 7, "head": {"repo": null}, "base": {"repo": {"full_name": "a/b"}}}}', Target(7, fork=True)),
        (GITHUB, '{"issue": {"number": 4, "pull_request": {"url": "x"}}}', Target(4)),
        (GITHUB, '{"workflow_run": {"pull_requests": [{"number": 5}]}}', Target(5)),
        ({"GITEA_ACTIONS": "true", "GITHUB_REF": "refs/pull/3/head"}, None, Target(3)),
        ({"FORGEJO_ACTIONS": "true", "FORGEJO_SERVER_URL": "https://f.example", "FORGEJO_REF": "refs/pull/9/head"}, None, Target(9)),
        ({"CI_MERGE_REQUEST_IID": "31"}, None, Target(31)),
        (
            {"CI_MERGE_REQUEST_IID": "31", "CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"},
            None,
            Target(31, fork=True),
        ),
        ({"CI_COMMIT_PULL_REQUEST": "8"}, None, Target(8)),
        ({"CI_PULL_REQUEST": "https://github.com/team/infra/pull/15"}, None, Target(15)),
    ],
)
def test_the_pull_request_of_a_job(env: Mapping[str, str], text: str | None, expected: Target) -> None:
    assert pull(env, text) == expected


@pytest.mark.parametrize(
    ("env", "text"),
    [
        ({}, None),
        ({"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main"}, None),
        ({"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/x/merge"}, None),
        ({"GITHUB_REF": "refs/pull/12/merge"}, None),
        (GITHUB, None),
        (GITHUB, "no json"),
        (GITHUB, "[" * 100_000),
        (GITHUB, "[]"),
        (GITHUB, '{"issue": {"number": 4}}'),
        (GITHUB, '{"pull_request": {"number": "7"}}'),
        (GITHUB, '{"workflow_run": {"pull_requests": []}}'),
        (GITHUB, '{"workflow_run": {"pull_requests": [{"number": 5}, {"number": 6}]}}'),
        ({"CI_MERGE_REQUEST_IID": ""}, None),
        ({"CI_PULL_REQUEST": "false"}, None),
    ],
)
def test_a_job_for_no_pull_request(env: Mapping[str, str], text: str | None) -> None:
    assert pull(env, text) is None


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, ()),
        ({"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main"}, ("origin/main", "main")),
        ({"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": ""}, ()),
        (
            {"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "abc", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
            ("abc", "origin/main"),
        ),
        ({"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "abc", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "tip"}, ("tip", "abc")),
        ({"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main"}, ()),
        ({"CI_COMMIT_TARGET_BRANCH": "main", "CI_COMMIT_PULL_REQUEST": "4"}, ("origin/main", "main")),
        ({"CI_COMMIT_TARGET_BRANCH": "main"}, ()),
    ],
)
def test_what_a_job_is_compared_with(env: Mapping[str, str], expected: tuple[str, ...]) -> None:
    assert bases_of(env, "origin") == expected
