"""CODEOWNERS as GitHub, GitLab and Gitea read it. The cases are those of their documentation, and of what differs between them."""

from __future__ import annotations

import pytest

from refactor.bot.owners import Owners, owners_in
from refactor.forges.settings import ForgeKind

GITHUB = """
# a comment
*       @global1 @global2
*.js    @js-owner #a comment behind it
*.go docs@example.com
/build/logs/ @doctocat
docs/*  docs2@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @logs
/apps/github
/with\\ space/ @space
!/not @nobody
[ab] @nobody
"""

GITLAB = """
* @default
[Database][2] @db-team @dba
model/db/
config/db/database-setup.md @docs-team
^[Docs] @docs
docs/
*.md @writers
[Everything]
* @all
!*.lock
"""

GITEA = r"""
.*\.tf @ada
stacks/web/.* @org/web
!.*\.tf @grace
a\ b/.* @space
broken( @nobody
stacks/none/.*
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("a.txt", "@global1 @global2"),
        ("x/y/a.js", "@js-owner"),
        ("a.go", "docs@example.com"),
        ("build/logs/x/y", "@logs"),
        ("x/build/logs2/y", "@global1 @global2"),
        ("docs/a", "@doctocat"),
        ("x/docs/a/b", "@global1 @global2"),
        ("x/apps/y/z", "@octocat"),
        ("scripts/x", "@doctocat @octocat"),
        ("deep/logs/x", "@logs"),
        ("apps/github/x", ""),
        ("with space/x", "@space"),
        ("not", "@global1 @global2"),
    ],
)
def test_github_the_last_that_matches_decides(path: str, owners: str) -> None:
    assert " ".join(Owners(ForgeKind.GITHUB, GITHUB).of(path)) == owners


def test_github_a_star_at_the_end_means_no_files_further_below() -> None:
    owners = Owners(ForgeKind.GITHUB, "docs/* @docs\n")
    assert owners.of("docs/a.md") == ("@docs",)
    assert owners.of("docs/build/a.md") == ()


def test_github_lines_that_it_does_not_know_are_told() -> None:
    assert Owners(ForgeKind.GITHUB, GITHUB).problems == ["!/not @nobody", "[ab] @nobody"]


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("x", "@all @default"),
        ("model/db/x", "@all @db-team @dba @default"),
        ("config/db/database-setup.md", "@all @default @docs-team @writers"),
        ("docs/x", "@all @default @docs"),
        ("docs/x.md", "@all @default @writers"),
        ("a.lock", "@default"),
    ],
)
def test_gitlab_each_section_has_its_owners(path: str, owners: str) -> None:
    assert " ".join(Owners(ForgeKind.GITLAB, GITLAB).of(path)) == owners


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("x.tf", "@ada"),
        ("stacks/web/x.tf", "@ada @org/web"),
        ("stacks/web/x.md", "@grace @org/web"),
        ("a b/x.tf", "@ada @space"),
        ("stacks/none/x.tf", "@ada"),
    ],
)
def test_gitea_every_expression_that_matches_the_whole_path_counts(path: str, owners: str) -> None:
    assert " ".join(Owners(ForgeKind.GITEA, GITEA).of(path)) == owners


def test_gitea_what_is_no_rule_is_told() -> None:
    assert Owners(ForgeKind.GITEA, GITEA).problems == ["broken( @nobody", "stacks/none/.*"]


def test_the_first_place_that_has_one_counts() -> None:
    files = {".github/CODEOWNERS": b"* @a\n", "CODEOWNERS": b"* @b\n", ".forgejo/CODEOWNERS": b".* @c\n"}
    found = owners_in(ForgeKind.GITHUB, files.get)
    assert found is not None and found.of("x") == ("@a",)
    only = {".forgejo/CODEOWNERS": b".* @c\n"}
    assert owners_in(ForgeKind.GITHUB, only.get) is None
    forgejo = owners_in(ForgeKind.GITEA, only.get)
    assert forgejo is not None and forgejo.of("x") == ("@c",)
