"""Which token goes where, and that it is shown nowhere."""

from __future__ import annotations

import copy
import json
import logging
import pickle

import pytest

from refactor.forges.errors import ForgeReason
from refactor.forges.remote import Location, locate
from refactor.forges.secret import Secret
from refactor.forges.settings import ForgeKind, ForgeSettings
from refactor.forges.tokens import Token, api_headers, find_token, git_user
from tests.forges.labs import error, ok

NONE = ForgeSettings()
HUB = ok(locate("https://github.com/a/b", NONE, {}))
ENTERPRISE = ok(locate("https://github.example.com/a/b", NONE, {}))
LAB = ok(locate("https://gitlab.com/a/b", NONE, {}))
TEA = ok(locate("https://codeberg.org/a/b", NONE, {}))


def test_a_secret_is_never_shown() -> None:
    secret = Secret("hunter2")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>9}", repr([secret]), repr(Token(secret, "X"))]
    assert not any("hunter2" in text for text in shown)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.deepcopy(secret)
    with pytest.raises(TypeError):
        json.dumps({"token": secret})


def test_a_secret_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("tfmod").warning("with %s and %r", Secret("hunter2"), Token(Secret("hunter2"), "X"))
    assert "hunter2" not in caplog.text and "***" in caplog.text


def test_secrets_compare_by_value_and_hide_themselves() -> None:
    assert Secret("a") == Secret("a") != Secret("b") and len({Secret("a"), Secret("a")}) == 1
    assert Secret("hunter2").hidden("bad token hunter2!") == "bad token ***!"
    assert Secret("").hidden("text") == "text" and not Secret("")


@pytest.mark.parametrize(
    ("location", "env", "source"),
    [
        (HUB, {"GITHUB_TOKEN": "t"}, "GITHUB_TOKEN"),
        (HUB, {"GITHUB_TOKEN": "t", "GH_TOKEN": "u"}, "GH_TOKEN"),
        (HUB, {"GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://github.com"}, "GITHUB_TOKEN"),
        (ENTERPRISE, {"GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://github.example.com"}, "GITHUB_TOKEN"),
        (ENTERPRISE, {"GITHUB_TOKEN": "t", "GH_ENTERPRISE_TOKEN": "u"}, "GH_ENTERPRISE_TOKEN"),
        (LAB, {"GITLAB_TOKEN": "t", "CI_JOB_TOKEN": "u", "CI_SERVER_URL": "https://gitlab.com"}, "GITLAB_TOKEN"),
        (LAB, {"CI_JOB_TOKEN": "u", "CI_SERVER_URL": "https://gitlab.com"}, "CI_JOB_TOKEN"),
        (TEA, {"FORGEJO_TOKEN": "t"}, "FORGEJO_TOKEN"),
        (TEA, {"GITEA_TOKEN": "t", "FORGEJO_TOKEN": "u"}, "GITEA_TOKEN"),
        (TEA, {"GITHUB_TOKEN": "t", "GITEA_ACTIONS": "true", "GITHUB_SERVER_URL": "https://codeberg.org"}, "GITHUB_TOKEN"),
    ],
)
def test_the_usual_variables(location: Location, env: dict[str, str], source: str) -> None:
    assert ok(find_token(location, NONE, env)).source == source


@pytest.mark.parametrize(
    ("location", "env"),
    [
        (HUB, {}),
        (HUB, {"GITLAB_TOKEN": "t", "GITEA_TOKEN": "t"}),
        (HUB, {"GITHUB_TOKEN": ""}),
        (HUB, {"GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://ghes.example.com"}),
        (ENTERPRISE, {"GITHUB_TOKEN": "t", "GH_TOKEN": "t"}),
        (ENTERPRISE, {"GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://github.com"}),
        (LAB, {"CI_JOB_TOKEN": "t"}),
        (LAB, {"CI_JOB_TOKEN": "t", "CI_SERVER_URL": "https://gitlab.example.com"}),
        (TEA, {"GITHUB_TOKEN": "t"}),
        (TEA, {"GITHUB_TOKEN": "t", "GITEA_ACTIONS": "true", "GITHUB_SERVER_URL": "https://other.example"}),
    ],
)
def test_a_token_for_another_host_is_not_taken(location: Location, env: dict[str, str]) -> None:
    failed = error(find_token(location, NONE, env), ForgeReason.NO_TOKEN)
    assert "_TOKEN" in failed.advice and "CI_JOB_TOKEN" not in failed.advice


def test_the_variable_of_the_settings_is_the_only_one() -> None:
    settings = ForgeSettings(token_env="BOT_TOKEN")
    assert ok(find_token(HUB, settings, {"BOT_TOKEN": " t\n", "GITHUB_TOKEN": "u"})) == Token(Secret("t"), "BOT_TOKEN")
    assert "BOT_TOKEN" in error(find_token(HUB, settings, {"GITHUB_TOKEN": "u"}), ForgeReason.NO_TOKEN).advice


@pytest.mark.parametrize("value", ["two words", "line\nbreak", "tök", "\x00abc"])
def test_a_token_that_no_header_can_carry_is_refused_without_being_shown(value: str) -> None:
    failed = error(find_token(HUB, NONE, {"GITHUB_TOKEN": value}), ForgeReason.NO_TOKEN)
    assert value not in str(failed) and "GITHUB_TOKEN" in failed.text


def test_how_each_forge_is_told() -> None:
    token = Token(Secret("t"), "X")
    assert api_headers(ForgeKind.GITHUB, token) == {"Authorization": "Bearer t"}
    assert api_headers(ForgeKind.GITLAB, token) == {"Authorization": "Bearer t"}
    assert api_headers(ForgeKind.GITEA, token) == {"Authorization": "token t"}
    assert api_headers(ForgeKind.GITLAB, Token(Secret("t"), "CI_JOB_TOKEN")) == {"JOB-TOKEN": "t"}


@pytest.mark.parametrize(
    ("kind", "source", "user"),
    [
        (ForgeKind.GITHUB, "GITHUB_TOKEN", "x-access-token"),
        (ForgeKind.GITLAB, "GITLAB_TOKEN", "oauth2"),
        (ForgeKind.GITLAB, "CI_JOB_TOKEN", "gitlab-ci-token"),
        (ForgeKind.GITEA, "GITEA_TOKEN", "tfmod"),
    ],
)
def test_git_is_told_who_has_the_token(kind: ForgeKind, source: str, user: str) -> None:
    assert git_user(kind, Token(Secret("t"), source)) == user
