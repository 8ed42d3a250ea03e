"""Patterns to ignore files are read as git reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from refactor.project.ignores import excluding
from refactor.project.listing import walked
from tests.support.git import Repository, git
from tests.support.workspaces import put

CHUNKS = (
    "a",
    "b",
    "c",
    "/",
    "/",
    "*",
    "**",
    "**/",
    "/**",
    "?",
    "[ab]",
    "[!a]",
    "[^b-z]",
    "[]a]",
    "[[:alpha:]]",
    "[a",
    "\\",
    "\\*",
    ".tf",
    " ",
)
IDIOMS = (
    "*",
    "!*/",
    "!*.tf",
    "a/*",
    "!a/",
    "a/**",
    "!a/b.tf",
    "# a",
    "\\#x.tf",
    "\\!x.tf",
    "a/ ",
    "[[:nonsense:]]",
    "[z-a].tf",
    "/",
    "//",
    "!",
    "*.tf\r",
)
NAMES = ("a", "b", "ab", "c", "*", "#x", "!x", "]")
PLACES = tuple(f"{folder}{name}.tf" for folder in ("", "a/", "c/", "a/c/", "c/a/", "b/a/c/", "a.tf.d/", "ü/") for name in NAMES)
LINES = st.one_of(st.sampled_from(IDIOMS), st.builds("".join, st.lists(st.sampled_from(CHUNKS), max_size=5)))
# Of `a**/b`, gitignore(5) says that the asterisks are as one, but git cuts off the `a` first and then takes `**/` for the special one.
LINE = st.builds(str.__add__, st.sampled_from(["", "", "!"]), LINES).filter(lambda line: not re.search(r"[^/!]\*\*", line))
FILES = st.lists(st.tuples(st.sampled_from(["", "a/", "c/", "a/c/"]), st.lists(LINE, max_size=5)), max_size=3)


def as_git_lists(root: Path, *options: str) -> list[str]:
    output = git(root, "ls-files", "-z", "--others", *options, "--", "*.tf")
    return sorted(output.decode().split("\0")[:-1])


@pytest.fixture(scope="module")
def ignoring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ignoring")
    put(root, dict.fromkeys(PLACES, b""))
    Repository.create(root)
    return root


@given(FILES)
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("", ["*", "!*/", "!*.tf"]), ("a/", ["b.tf"])])
def test_gitignore_is_read_as_git_reads_it(ignoring: Path, ignores: list[tuple[str, list[str]]]) -> None:
    for old in ignoring.rglob(".gitignore"):
        old.unlink()
    put(ignoring, {f"{folder}.gitignore": "\n".join(lines).encode() for folder, lines in ignores})
    assert sorted(walked(ignoring, None).files) == as_git_lists(ignoring, "--exclude-standard")


@given(st.lists(LINE, min_size=1, max_size=5))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_excluded_patterns_are_read_the_same_way(ignoring: Path, patterns: list[str]) -> None:
    for old in ignoring.rglob(".gitignore"):
        old.unlink()
    (ignoring.parent / "patterns").write_bytes("\n".join(patterns).encode())
    expected = as_git_lists(ignoring, f"--exclude-from={ignoring.parent / 'patterns'}")
    assert sorted(walked(ignoring, excluding(patterns)).files) == expected
