"""Which forge, project and base URLs follow from a remote, the environment and the settings; and what is refused."""

from __future__ import annotations

import pytest

from refactor.forges.errors import ForgeReason
from refactor.forges.remote import Location, RemoteUrl, locate, parse_remote
from refactor.forges.settings import ForgeKind, ForgeSettings, load_settings
from tests.forges.labs import error, ok

GITHUB, GITLAB, GITEA = ForgeKind.GITHUB, ForgeKind.GITLAB, ForgeKind.GITEA
NONE = ForgeSettings()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/team/infra.git", RemoteUrl("https", "github.com", None, "team/infra")),
        ("https://github.com/team/infra/", RemoteUrl("https", "github.com", None, "team/infra")),
        ("https://GitHub.com:443/team/infra", RemoteUrl("https", "github.com", None, "team/infra")),
        ("https://git.example.com:8443/team/infra.git", RemoteUrl("https", "git.example.com", 8443, "team/infra")),
        ("http://127.0.0.1:3000/team/infra", RemoteUrl("http", "127.0.0.1", 3000, "team/infra")),
        ("https://[2001:db8::1]:8443/team/infra", RemoteUrl("https", "[2001:db8::1]", 8443, "team/infra")),
        ("git@github.com:team/infra.git", RemoteUrl("ssh", "github.com", None, "team/infra")),
        ("github.com:team/infra", RemoteUrl("ssh", "github.com", None, "team/infra")),
        ("git@gitlab.com:/group/sub/infra.git", RemoteUrl("ssh", "gitlab.com", None, "group/sub/infra")),
        ("git@[2001:db8::1]:team/infra", RemoteUrl("ssh", "[2001:db8::1]", None, "team/infra")),
        ("ssh://git@git.example.com:2222/team/infra.git", RemoteUrl("ssh", "git.example.com", 2222, "team/infra")),
        ("ssh://git@ssh.github.com:443/team/infra.git", RemoteUrl("ssh", "github.com", 443, "team/infra")),
        ("git+ssh://git@host.example/team/infra", RemoteUrl("ssh", "host.example", None, "team/infra")),
        ("git://host.example/team/infra", RemoteUrl("git", "host.example", None, "team/infra")),
        (" https://github.com/team/my%2Dinfra.git\n", RemoteUrl("https", "github.com", None, "team/my-infra")),
        ("https://github.com/team/infra.github.io", RemoteUrl("https", "github.com", None, "team/infra.github.io")),
    ],
)
def test_remotes_in_every_spelling_of_git(url: str, expected: RemoteUrl) -> None:
    assert parse_remote(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/srv/git/infra.git",
        "../infra",
        "C:/code/infra",
        "C:\\code\\infra",
        "file:///srv/git/infra.git",
        "https://github.com/infra",
        "https://github.com/",
        "https:///team/infra",
        "https://github.com:port/team/infra",
        "https://github.com/team/../infra",
        "https://[broken/team/infra",
        "s3://bucket/team/infra",
        "git@github.com:infra",
        "ext::sh -c true",
        "https://host example/team/infra",
        "https://github.com/team/in fra",
    ],
)
def test_what_names_no_project_is_refused(url: str) -> None:
    error(parse_remote(url), ForgeReason.CONFIG)


@pytest.mark.parametrize("url", ["https://me:hunter2@github.com/team/infra.git", "https://hunter2@github.com/team/infra"])
def test_credentials_in_a_remote_are_dropped(url: str) -> None:
    location = ok(locate(url, NONE, {}))
    assert "hunter2" not in repr(location) and location.project == "team/infra"


@pytest.mark.parametrize("url", ["https://me:hunter2@github.com/infra", "https://me:hunter2@[broken/a/b", "s3://me:hunter2@host/a/b"])
def test_errors_do_not_repeat_credentials(url: str) -> None:
    assert "hunter2" not in repr(locate(url, NONE, {}))


@pytest.mark.parametrize(
    ("url", "kind", "api", "web"),
    [
        ("git@github.com:team/infra.git", GITHUB, "https://api.github.com", "https://github.com"),
        ("https://acme.ghe.com/team/infra", GITHUB, "https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("git@github.example.com:team/infra", GITHUB, "https://github.example.com/api/v3", "https://github.example.com"),
        ("https://gitlab.com/team/infra", GITLAB, "https://gitlab.com/api/v4", "https://gitlab.com"),
        ("git@altssh.gitlab.com:team/infra", GITLAB, "https://gitlab.com/api/v4", "https://gitlab.com"),
        ("https://gitlab.example.com:8443/a/b", GITLAB, "https://gitlab.example.com:8443/api/v4", "https://gitlab.example.com:8443"),
        ("ssh://git@gitea.example.com:2222/a/b", GITEA, "https://gitea.example.com/api/v1", "https://gitea.example.com"),
        ("https://codeberg.org/team/infra", GITEA, "https://codeberg.org/api/v1", "https://codeberg.org"),
    ],
)
def test_known_hosts_need_nothing_more(url: str, kind: ForgeKind, api: str, web: str) -> None:
    found = ok(locate(url, NONE, {}))
    assert (found.kind, found.api, found.web) == (kind, api, web)


def test_a_gitlab_project_has_all_its_groups() -> None:
    found = ok(locate("https://gitlab.com/a/b/c/infra.git", NONE, {}))
    assert (found.project, found.owner, found.name, found.project_url) == (
        "a/b/c/infra",
        "a/b/c",
        "infra",
        "https://gitlab.com/a/b/c/infra",
    )


@pytest.mark.parametrize("url", ["https://git.example.com/team/infra", "git@localhost:team/infra", "https://notgithub.com/team/infra"])
def test_an_unknown_host_says_what_to_set(url: str) -> None:
    failed = error(locate(url, NONE, {}), ForgeReason.CONFIG)
    assert "type =" in failed.advice and "tfmod.toml" in failed.advice


def test_a_type_makes_an_unknown_host_known() -> None:
    found = ok(locate("git@git.example.com:team/infra", ForgeSettings(kind=GITEA), {}))
    assert found == Location(GITEA, "git.example.com", "team/infra", "https://git.example.com/api/v1", "https://git.example.com")


def test_a_forge_below_a_path_is_named_by_url() -> None:
    settings = ForgeSettings(kind=GITLAB, url="https://example.com/gitlab")
    found = ok(locate("https://example.com/gitlab/team/infra.git", settings, {}))
    assert (found.project, found.api) == ("team/infra", "https://example.com/gitlab/api/v4")


def test_the_settings_project_wins() -> None:
    assert ok(locate("https://github.com/fork/infra", ForgeSettings(project="team/infra"), {})).project == "team/infra"


@pytest.mark.parametrize(("kind", "url"), [(GITHUB, "https://github.com/a/b/c"), (GITEA, "https://codeberg.org/a/b/c")])
def test_three_segments_are_no_project_but_for_gitlab(kind: ForgeKind, url: str) -> None:
    assert kind.label in error(locate(url, NONE, {}), ForgeReason.CONFIG).text


def test_no_remote_and_nothing_else_is_said() -> None:
    assert "no git remote" in error(locate(None, NONE, {}), ForgeReason.CONFIG).text


def test_plain_http_to_another_machine_needs_leave() -> None:
    remote = "http://git.example.com/team/infra"
    error(locate(remote, ForgeSettings(kind=GITEA), {}), ForgeReason.CONFIG)
    found = ok(locate(remote, ForgeSettings(kind=GITEA, insecure_credentials=True), {}))
    assert found.api == "http://git.example.com/api/v1"


def test_plain_http_on_this_machine_is_fine() -> None:
    assert ok(locate("http://127.0.0.1:3000/a/b", ForgeSettings(kind=GITEA), {})).api == "http://127.0.0.1:3000/api/v1"


def test_a_file_of_the_repository_cannot_send_the_token_to_another_host() -> None:
    settings = ForgeSettings(kind=GITHUB, url="https://evil.example")
    failed = error(locate("https://github.com/team/infra", settings, {}), ForgeReason.CONFIG)
    assert "evil.example" in failed.text and "TFMOD_FORGE_URL" in failed.advice


def test_the_environment_can() -> None:
    env = {"TFMOD_FORGE_URL": "https://web.example.com/"}
    found = ok(locate("git@ssh.example.com:team/infra", ForgeSettings(kind=GITEA), env))
    assert (found.host, found.project) == ("web.example.com", "team/infra")


@pytest.mark.parametrize(
    "value", ["web.example.com", "https://me:pw@web.example.com", "https://web.example.com/?x", "ftp://web.example.com"]
)
def test_a_bad_url_in_the_environment_is_an_error(value: str) -> None:
    failed = error(locate("git@ssh.example.com:team/infra", NONE, {"TFMOD_FORGE_URL": value}), ForgeReason.CONFIG)
    assert "pw" not in str(failed)


ACTIONS = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://ghes.example.com",
    "GITHUB_API_URL": "https://ghes.example.com/api/v3",
    "GITHUB_REPOSITORY": "team/infra",
}
GITLAB_JOB = {
    "GITLAB_CI": "true",
    "CI_SERVER_URL": "https://code.example.com/gl",
    "CI_API_V4_URL": "https://code.example.com/gl/api/v4",
    "CI_PROJECT_PATH": "group/sub/infra",
}
WOODPECKER = {"CI": "woodpecker", "CI_FORGE_TYPE": "forgejo", "CI_FORGE_URL": "https://forge.example.com", "CI_REPO": "team/infra"}


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        (ACTIONS, Location(GITHUB, "ghes.example.com", "team/infra", "https://ghes.example.com/api/v3", "https://ghes.example.com")),
        (
            ACTIONS | {"GITEA_ACTIONS": "true", "GITHUB_API_URL": "https://ghes.example.com/api/v1"},
            Location(GITEA, "ghes.example.com", "team/infra", "https://ghes.example.com/api/v1", "https://ghes.example.com"),
        ),
        (
            {"FORGEJO_ACTIONS": "true", "FORGEJO_SERVER_URL": "https://f.example", "FORGEJO_REPOSITORY": "a/b"},
            Location(GITEA, "f.example", "a/b", "https://f.example/api/v1", "https://f.example"),
        ),
        (
            GITLAB_JOB,
            Location(GITLAB, "code.example.com", "group/sub/infra", "https://code.example.com/gl/api/v4", "https://code.example.com/gl"),
        ),
        (WOODPECKER, Location(GITEA, "forge.example.com", "team/infra", "https://forge.example.com/api/v1", "https://forge.example.com")),
    ],
)
def test_a_ci_job_knows_its_forge(env: dict[str, str], expected: Location) -> None:
    assert ok(locate(None, NONE, env)) == expected
    remote = f"{expected.web}/{expected.project}.git"
    assert ok(locate(remote, NONE, env)) == expected


def test_a_job_of_one_forge_says_nothing_of_a_remote_at_another() -> None:
    found = ok(locate("https://github.com/other/repo", NONE, GITLAB_JOB))
    assert (found.kind, found.project, found.api) == (GITHUB, "other/repo", "https://api.github.com")


def test_an_api_on_another_host_than_the_forges_is_not_believed() -> None:
    env = ACTIONS | {"GITHUB_API_URL": "https://evil.example/api"}
    assert ok(locate(None, NONE, env)).api == "https://ghes.example.com/api/v3"


def test_bitbucket_in_woodpecker_is_no_forge_that_we_know() -> None:
    error(locate(None, NONE, WOODPECKER | {"CI_FORGE_TYPE": "bitbucket"}), ForgeReason.CONFIG)


@pytest.mark.parametrize("env", [{"GITHUB_ACTIONS": "true"}, {"GITLAB_CI": "true", "CI_SERVER_URL": "nonsense"}, {"CI": "true"}])
def test_an_environment_without_a_url_is_passed_over(env: dict[str, str]) -> None:
    assert ok(locate("https://github.com/a/b", NONE, env)).host == "github.com"
    error(locate(None, NONE, env), ForgeReason.CONFIG)


def test_settings_are_read_by_name_and_type() -> None:
    table = {"type": "Forgejo", "url": "https://git.example.com/", "project": "/a/b.git", "token_env": "BOT", "insecure_credentials": True}
    assert load_settings(table) == ForgeSettings(GITEA, "https://git.example.com", "a/b", "BOT", True)
    assert load_settings({}) == NONE


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({"typ": "github"}, "forge.typ"),
        ({"type": "bitbucket"}, "forge.type"),
        ({"type": 1}, "forge.type"),
        ({"url": "git.example.com"}, "forge.url"),
        ({"url": "https://u:p@git.example.com"}, "forge.url"),
        ({"project": "infra"}, "forge.project"),
        ({"project": "a/../b"}, "forge.project"),
        ({"token_env": "ghp_abc-def"}, "forge.token_env"),
        ({"insecure_credentials": "yes"}, "forge.insecure_credentials"),
    ],
)
def test_wrong_settings_are_named(table: dict[str, object], named: str) -> None:
    failed = error(load_settings(table), ForgeReason.CONFIG)
    assert named in failed.text and "u:p" not in failed.text and "ghp_abc" not in failed.text
