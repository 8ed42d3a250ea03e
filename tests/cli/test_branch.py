"""``--branch`` and ``--base`` from their arguments to commits."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import DEPLOYMENT, Tfmod
from tests.support.branches import untouched
from tests.support.git import Repository, isolate

ROOT = Path(__file__).parent.parent.parent
PINNED = b"nginx:1.27.3@sha256:"
OWNER = 'locals {\n  owner = "ops"\n}\n'
SETTINGS = 'codemods = ["tools"]\n[recipes]\nboth = ["rename-owner", "pin-images"]\n[rename-owner]\n'


@pytest.fixture
def committed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    isolate(monkeypatch)
    return Repository.create(repository, {"owner.tf": OWNER.encode(), "sub/main.tf": DEPLOYMENT.encode()})


@pytest.fixture
def extended(committed: Repository) -> Repository:
    """With a codemod of its own: the one of the contributing guide."""
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (committed.root / "tools").mkdir()
    (committed.root / "tools/rename_owner.py").write_text(guide.partition("```python\n")[2].partition("```")[0])
    (committed.root / "tfmod.toml").write_text(SETTINGS)
    committed.commit()
    return committed


def blob(repository: Repository, name: str) -> bytes:
    return repository.run("cat-file", "blob", name)


def test_a_recipe_becomes_one_commit_for_each_codemod(extended: Repository, tfmod: Tfmod) -> None:
    before = untouched(extended)
    done = tfmod("fix", "--recipe", "both", "--branch")
    assert done.code == 0, done.err
    assert untouched(extended) == before
    first, second = extended.text("rev-list", "--reverse", "main..tfmod/both").split()
    assert f"2 commits, the last is {second[:12]}, on branch tfmod/both\n" in done.err
    assert extended.text("diff", "--name-only", "main", first) == "owner.tf"
    assert extended.text("diff", "--name-only", first, second).split() == ["main.tf", "sub/main.tf"]
    assert [extended.text("log", "-1", "--format=%s", c) for c in (first, second)] == [
        "rename-owner: 1 owner in 1 file",
        "pin-images: 2 images in 2 files",
    ]
    assert "The team was renamed; dashboards look for the new name." in extended.text("log", "-1", "--format=%b", first)
    assert extended.text("log", "-1", "--format=%(trailers)", second) == "Tfmod-Codemod: pin-images"


def test_the_lock_file_is_in_the_commit_of_who_looked_up(extended: Repository, tfmod: Tfmod) -> None:
    extended.write({"tfmod.toml": SETTINGS.replace('"rename-owner", "pin-images"', '"pin-images", "rename-owner"').encode()})
    extended.commit()
    assert tfmod("fix", "--recipe", "both", "--branch", "x", "--lock").code == 0
    assert extended.text("show", "--name-only", "--format=%s", "x~1").split()[-3:] == ["main.tf", "sub/main.tf", "tfmod.lock"]
    assert extended.text("show", "--name-only", "--format=", "x") == "owner.tf"


def test_squashed_and_signed_off(extended: Repository, tfmod: Tfmod) -> None:
    assert tfmod("fix", "--recipe", "both", "--branch", "x", "--squash", "--signoff").code == 0
    assert extended.text("rev-list", "--count", "main..x") == "1"
    assert extended.text("log", "-1", "--format=%(trailers)", "x").splitlines() == [
        "Tfmod-Codemod: rename-owner",
        "Tfmod-Codemod: pin-images",
        "Signed-off-by: Ada <ada@example.com>",
    ]


def test_base_works_on_the_files_of_a_commit(committed: Repository, tfmod: Tfmod) -> None:
    committed.write({"main.tf": b"# gone\n", "sub/main.tf": b"# gone\n"})
    committed.commit()
    committed.write({"main.tf": b"# not committed\n"})
    before = untouched(committed)
    shown = tfmod("pin-images", "--base", "main~1")
    assert shown.code == 0
    assert shown.out.startswith("diff --git a/main.tf b/main.tf\n")
    assert tfmod("pin-images", "--base", "main~1", "--check").code == 1
    done = tfmod("pin-images", "--base", "main~1", "--branch", "x", "sub")
    assert done.code == 0, done.err
    assert untouched(committed) == before
    assert committed.text("rev-parse", "x~1") == committed.text("rev-parse", "main~1")
    assert committed.text("diff", "--name-only", "main~1", "x") == "sub/main.tf"
    assert PINNED in blob(committed, "x:sub/main.tf")


def test_paths_are_those_of_the_directory_also_at_another_commit(
    committed: Repository, tfmod: Tfmod, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(committed.root / "sub")
    assert tfmod("pin-images", "--base", "main", "--branch", "here").code == 0
    assert tfmod("pin-images", "--base", "main", "--branch", "there", str(committed.root / "main.tf")).code == 0
    assert committed.text("diff", "--name-only", "main", "here") == "sub/main.tf"
    assert committed.text("diff", "--name-only", "main", "there") == "main.tf"
    done = tfmod("pin-images", "--base", "main", str(committed.root.parent))
    assert (done.code, f"is not in the repository {committed.root}" in done.err) == (2, True)


@pytest.mark.parametrize("by_environment", [False, True])
def test_a_bare_repository(
    committed: Repository, tfmod: Tfmod, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    bare = Repository(tmp_path / "bare.git")
    committed.run("clone", "--quiet", "--bare", str(committed.root), str(bare.root))
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty" if by_environment else bare.root)
    if by_environment:
        monkeypatch.setenv("GIT_DIR", str(bare.root))
    if not by_environment:
        done = tfmod("pin-images", "--branch")
        assert (done.code, "a bare repository: --base REF takes the files of a commit" in done.err) == (2, True)
    done = tfmod("pin-images", "--base", "main", "--branch")
    assert done.code == 0, done.err
    assert bare.text("diff", "--name-only", "main", "tfmod/pin-images").split() == ["main.tf", "sub/main.tf"]
    assert tfmod("pin-images", "--base", "main", "--branch").code == 3
    assert "in place of" in tfmod("pin-images", "--base", "main", "--branch", "--force").err


def test_without_base_uncommitted_changes_matter_only_where_something_changes(committed: Repository, tfmod: Tfmod) -> None:
    committed.write({"owner.tf": b"# mine\n", "main.tf": (DEPLOYMENT + "# mine\n").encode()})
    done = tfmod("pin-images", "--branch", "x", "sub")
    assert done.code == 0, done.err
    done = tfmod("pin-images", "--branch", "y")
    assert done.code == 3
    assert done.err.endswith("tfmod: files have uncommitted changes; commit or stash them first\n  main.tf\n")
    assert tfmod("pin-images", "--branch", "y", "--base", "HEAD").code == 0


def test_settings_are_those_of_the_commit(committed: Repository, tfmod: Tfmod) -> None:
    committed.write({"tfmod.toml": b'exclude = ["sub/**"]\n[pin-images]\nstyle = "tag"\n'})
    committed.commit()
    (committed.root / "tfmod.toml").write_text("what is this")
    (committed.root / "tfmod.toml").unlink()
    assert tfmod("pin-images", "--base", "main", "--branch", "x").code == 0
    assert committed.text("diff", "--name-only", "main", "x") == "main.tf"
    assert b'image = "nginx:1.27.3" #' in blob(committed, "x:main.tf")
    committed.write({"tfmod.toml": b"nothing = 1\n"})
    committed.run("branch", "broken", committed.commit())
    (committed.root / "tfmod.toml").unlink()
    done = tfmod("pin-images", "--base", "broken")
    assert (done.code, done.err) == (2, "tfmod pin-images: broken:tfmod.toml: nothing is no setting, or must be a table\n")


def test_code_is_never_run_from_a_commit_that_is_only_named(extended: Repository, tfmod: Tfmod) -> None:
    extended.run("branch", "theirs")
    extended.run("reset", "--quiet", "--hard", "main~1")
    assert "there is no such command" in tfmod("rename-owner", "--base", "theirs").err
    done = tfmod("pin-images", "--base", "theirs", "--branch", "x")
    assert done.code == 0, done.err
    assert "[rename-owner] is left out: codemods of one's own are never taken from theirs" in done.err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--squash"], "--squash goes with --branch"),
        (["--force", "--write"], "--force goes with --branch"),
        (["--signoff"], "--signoff goes with --branch"),
        (["--base", "main", "--write"], "--base works on a commit's files and --write on the working tree's; --branch commits to a branch"),
        (["--base", "nowhere"], "--base: there is no commit nowhere"),
        (["--base", "main", "nothing-here"], "nothing-here: no such file or directory"),
    ],
)
def test_flags_that_say_nothing_together_are_wrong_usage(committed: Repository, tfmod: Tfmod, arguments: list[str], text: str) -> None:
    before = untouched(committed)
    done = tfmod("pin-images", *arguments)
    assert (done.code, done.out, done.err) == (2, "", f"tfmod pin-images: {text}\n")
    assert untouched(committed) == before


def test_base_outside_git_is_wrong_usage(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("pin-images", "--base", "main")
    assert (done.code, done.err) == (2, f"tfmod pin-images: --base: {repository} is not a git repository\n")


def test_a_dry_run_environment_keeps_branches_from_being_made(committed: Repository, tfmod: Tfmod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRY_RUN", "1")
    done = tfmod("pin-images", "--base", "main", "--branch", "x")
    assert "DRY_RUN" in done.err
    assert committed.text("branch", "--list", "x") == ""


def test_nothing_to_change_makes_no_branch(committed: Repository, tfmod: Tfmod) -> None:
    done = tfmod("pin-images", "--branch", "x", "owner.tf")
    assert (done.code, "nothing to commit" in done.err) == (0, True)
    assert committed.text("branch", "--list", "x") == ""


def test_an_interrupt_leaves_no_files_of_the_commit_behind(committed: Repository, tmp_path: Path) -> None:
    before, temporary = untouched(committed), tmp_path / "temporary"
    temporary.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        mirror = f"--mirror=docker.io=http://127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-m", "refactor", "pin-images", "--base", "main", "--branch", "x", "--no-cache", mirror]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
        with subprocess.Popen(command, cwd=committed.root, env=environment, stderr=subprocess.PIPE) as process:
            connection, _ = silent.accept()  # it is asking now
            with connection:
                assert len(list(temporary.iterdir())) == 1
                process.send_signal(signal.SIGINT)
                _, err = process.communicate(timeout=30)
    assert (process.returncode, b"Traceback" in err) == (130, False)
    assert list(temporary.iterdir()) == []
    assert untouched(committed) == before
    assert committed.text("branch", "--list", "x") == ""


@pytest.mark.parametrize("path", ["..", "../..", "sub/../../x"])
def test_a_path_that_leads_out_of_the_commit_is_refused(committed: Repository, tfmod: Tfmod, path: str) -> None:
    """With --base the files are elsewhere, and what is beside them there is nobody's."""
    done = tfmod("pin-images", path, "--base", "HEAD")
    assert done.code == 2 and f"{path} leads out of the repository" in done.err and done.out == ""


def test_a_path_above_the_current_directory_is_inside(committed: Repository, tfmod: Tfmod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(committed.root / "sub")
    done = tfmod("pin-images", "..", "--base", "HEAD")
    assert done.code == 0 and "+++ b/main.tf" in done.out and "+++ b/sub/main.tf" in done.out
