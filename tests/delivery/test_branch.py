"""A branch: one commit of exactly the changeset, and nothing of the user's touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from refactor.changeset import FileChange
from refactor.delivery.branch import BranchCreated
from refactor.delivery.building import BranchRefused
from refactor.delivery.diff import unified
from tests.support.branches import CHANGES, FILES, MAIN, commit, created, refused
from tests.support.git import Repository, isolate


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repo", FILES)


def blob(repository: Repository, path: str, branch: str = "tfmod") -> bytes:
    return repository.run("cat-file", "blob", f"{branch}:{path}")


def mode(repository: Repository, path: str) -> str:
    return repository.text("ls-tree", "tfmod", "--", path).split(" ")[0]


# --- what is made


def test_one_commit_of_exactly_the_changeset_on_top_of_head(repository: Repository) -> None:
    head = repository.text("rev-parse", "HEAD")
    result = created(commit(repository, CHANGES))
    tip = repository.text("rev-parse", "refs/heads/tfmod")
    assert result == BranchCreated("tfmod", tip, head, (tip,))
    assert repository.text("rev-list", "--count", "HEAD..tfmod") == "1"
    assert repository.text("rev-parse", "tfmod^") == head
    assert repository.run("diff", "--find-renames", "HEAD", "tfmod") == unified(CHANGES)
    assert repository.text("symbolic-ref", "HEAD") == "refs/heads/main"
    assert repository.text("fsck", "--strict") == ""


def test_author_committer_and_message_are_gits(repository: Repository) -> None:
    created(commit(repository))
    assert repository.text("log", "-1", "--format=%an <%ae>|%cn <%ce>|%B", "tfmod") == (
        "Ada <ada@example.com>|Ada <ada@example.com>|Pin images\n\nwhy: größe"
    )
    assert repository.text("reflog", "show", "--format=%gs", "tfmod") == "tfmod: branch created"


def test_other_uncommitted_changes_stay_out_of_it(repository: Repository) -> None:
    repository.write({"other.tf": b"edited\n", "untracked.tf": b"", "staged.tf": b"staged\n"})
    repository.run("add", "staged.tf")
    created(commit(repository, CHANGES))
    assert repository.run("diff", "--find-renames", "HEAD", "tfmod") == unified(CHANGES)
    assert repository.text("status", "--porcelain") == "M other.tf\nA  staged.tf\n?? untracked.tf"


def test_a_file_whose_stat_changed_but_not_its_content_is_no_change(repository: Repository) -> None:
    os.utime(repository.root / "api/main.tf", (1, 1))
    created(commit(repository))


def test_the_working_tree_is_not_read_again(repository: Repository) -> None:
    (repository.root / "api/main.tf").write_bytes(b"changed after it was read\n")
    created(commit(repository))
    assert blob(repository, "api/main.tf") == b'image = "nginx:1"\n'


def test_modes_are_kept_also_by_a_move(repository: Repository) -> None:
    for name in ("api/main.tf", "api/old.tf"):
        (repository.root / name).chmod(0o755)
    repository.commit()
    created(commit(repository, CHANGES))
    assert [mode(repository, path) for path in ("api/main.tf", "m/moved.tf", "n/e/w.tf")] == ["100755", "100755", "100644"]


def test_modes_are_kept_where_git_does_not_look_at_them(repository: Repository) -> None:
    repository.run("update-index", "--chmod=+x", "api/old.tf", "api/main.tf")
    repository.run("commit", "-qm", "modes")
    repository.run("config", "core.fileMode", "false")
    created(commit(repository, CHANGES))
    assert [mode(repository, path) for path in ("api/main.tf", "m/moved.tf")] == ["100755", "100755"]


def test_a_detached_head_and_another_base(repository: Repository) -> None:
    first = repository.text("rev-parse", "HEAD")
    repository.write({"other.tf": b"second\n"})
    second = repository.commit()
    repository.run("checkout", "-q", "--detach")
    assert created(commit(repository)).base == second
    assert created(commit(repository, name="older", base="main~1")).base == first
    assert repository.run("diff", first, "older") == unified(MAIN)


def test_a_linked_worktree_has_its_own_head(repository: Repository, tmp_path: Path) -> None:
    repository.run("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repository(tmp_path / "side")
    side.write({"other.tf": b"side\n"})
    head = side.commit()
    assert created(commit(side)).base == head
    assert repository.run("diff", "side", "tfmod") == unified(MAIN)


def test_a_link_is_written_through_to_its_file(repository: Repository) -> None:
    (repository.root / "link.tf").symlink_to("api/main.tf")
    repository.commit()
    created(commit(repository, (FileChange("link.tf", b'image = "nginx"\n', b"new\n"),)))
    assert repository.text("diff", "--name-only", "HEAD", "tfmod") == "api/main.tf"
    assert mode(repository, "link.tf") == "120000"


def test_a_branch_that_tfmod_made_is_replaced_only_if_forced(repository: Repository) -> None:
    first = created(commit(repository))
    assert refused(commit(repository)).text == (
        "there is a branch tfmod already; --force replaces it if it is tfmod's, or give another name"
    )
    second = created(commit(repository, CHANGES, force=True))
    assert (second.replaced, second.base) == (first.commit, first.base)
    third = created(commit(repository, force=True))
    assert third.replaced == second.commit == repository.text("rev-parse", "tfmod@{1}")
    assert repository.text("reflog", "show", "--format=%gs", "tfmod").splitlines() == [
        "tfmod: branch replaced",
        "tfmod: branch replaced",
        "tfmod: branch created",
    ]


def test_a_branch_that_somebody_made_or_moved_is_not_replaced(repository: Repository) -> None:
    text = "the branch tfmod is not as tfmod left it: somebody has made or moved it; delete or rename it first"
    repository.run("branch", "tfmod")
    assert refused(commit(repository, force=True)).text == text
    repository.run("branch", "-D", "tfmod")
    made = created(commit(repository)).commit
    tree = repository.text("rev-parse", f"{made}^{{tree}}")
    repository.run("update-ref", "refs/heads/tfmod", repository.text("commit-tree", tree, "-p", made, "-m", "a fix of mine"))
    assert refused(commit(repository, force=True)).text == text
    repository.run("update-ref", "refs/heads/tfmod", made)
    assert refused(commit(repository, force=True)).text == text
    repository.run("reflog", "expire", "--expire=all", "--all")
    assert refused(commit(repository, force=True)).text == text


def test_sparse_checkouts_keep_what_is_not_there(repository: Repository) -> None:
    repository.run("sparse-checkout", "set", "--cone", "--sparse-index", "api")
    created(commit(repository))
    assert repository.text("diff", "--name-only", "HEAD", "tfmod") == "api/main.tf"
    created(commit(repository, (FileChange("with space/new.tf", None, b"new\n"), *MAIN), name="outside"))
    assert repository.text("diff", "--name-only", "HEAD", "outside") == "api/main.tf\nwith space/new.tf"


def test_hooks_and_outer_git_commands_have_no_say(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pre-commit", "commit-msg", "post-index-change", "post-checkout"):
        hook = repository.root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
        hook.chmod(0o755)
    other = Repository.create(tmp_path / "other", {"x": b""})
    for variable, value in {"GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index", "GIT_WORK_TREE": "."}.items():
        monkeypatch.setenv(variable, str(other.root / value))
    created(commit(repository))
    assert not (tmp_path / "ran").exists()
    assert other.text("branch", "--list", "tfmod") == ""
    assert other.text("status", "--porcelain") == ""


def test_a_signature_is_made_where_git_is_configured_to(repository: Repository, tmp_path: Path) -> None:
    signer = tmp_path / "gpg"
    signed = "-----BEGIN PGP SIGNATURE-----\\n-----END PGP SIGNATURE-----\\n"
    signer.write_text(f"#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\nprintf %b '{signed}'\n")
    signer.chmod(0o755)
    repository.run("config", "gpg.program", str(signer))
    created(commit(repository))
    assert b"gpgsig" not in repository.run("cat-file", "commit", "tfmod")
    repository.run("config", "commit.gpgSign", "yes")
    created(commit(repository, name="signed"))
    assert b"gpgsig -----BEGIN PGP SIGNATURE-----" in repository.run("cat-file", "commit", "signed")
    signer.write_text("#!/bin/sh\ncat >/dev/null\nexit 2\n")
    assert refused(commit(repository, name="unsigned")).text == "git refused: gpg failed to sign the data"
    assert repository.text("branch", "--list", "unsigned") == ""


# --- line ends and filters


CRLF = b"one\r\ntwo\r\n"
CRLF_CHANGE = (FileChange("crlf.tf", CRLF, b"one\r\nTWO\r\n"),)


@pytest.mark.parametrize(
    ("attributes", "setting", "stored"),
    [
        pytest.param(b"", "false", b"one\r\nTWO\r\n", id="stored with CRLF"),
        pytest.param(b"* text=auto\n", "false", b"one\nTWO\n", id="text=auto"),
        pytest.param(b"*.tf text eol=crlf\n", "false", b"one\nTWO\n", id="eol=crlf"),
        pytest.param(b"", "true", b"one\nTWO\n", id="core.autocrlf"),
        pytest.param(b"*.tf -text\n", "true", b"one\r\nTWO\r\n", id="not text"),
    ],
)
def test_line_ends_are_stored_as_the_repository_says(repository: Repository, attributes: bytes, setting: str, stored: bytes) -> None:
    repository.run("config", "core.autocrlf", setting)
    repository.write({".gitattributes": attributes})
    repository.commit()
    repository.write({"crlf.tf": CRLF})
    repository.commit()
    repository.run("config", "core.safecrlf", "true")
    created(commit(repository, CRLF_CHANGE))
    assert blob(repository, "crlf.tf") == stored
    assert repository.text("diff", "--numstat", "HEAD", "tfmod") == "1\t1\tcrlf.tf"


def test_crlf_that_was_committed_before_autocrlf_stays(repository: Repository) -> None:
    repository.write({"crlf.tf": CRLF})
    repository.commit()
    repository.run("config", "core.autocrlf", "true")
    created(commit(repository, CRLF_CHANGE))
    assert blob(repository, "crlf.tf") == b"one\r\nTWO\r\n"


def test_a_change_that_git_does_not_see_is_nothing_to_commit(repository: Repository) -> None:
    repository.write({".gitattributes": b"* text\n"})
    repository.commit()
    only_ends = (FileChange("api/main.tf", b'image = "nginx"\n', b'image = "nginx"\r\n'),)
    assert refused(commit(repository, only_ends)).text == "there is nothing to commit: in git's eyes the files stay the same"
    assert refused(commit(repository, ())).text == "there is nothing to commit: in git's eyes the files stay the same"


def test_clean_filters_apply(repository: Repository) -> None:
    repository.run("config", "filter.upper.clean", "tr a-z A-Z")
    repository.write({".gitattributes": b"u/*.tf filter=upper\n", "u/x.tf": b"abc\n"})
    repository.commit()
    assert repository.run("cat-file", "blob", "HEAD:u/x.tf") == b"ABC\n"
    created(commit(repository, (FileChange("u/new.tf", None, b"new\n"), FileChange("u/x.tf", b"abc\n", b"xyz\n"))))
    assert (blob(repository, "u/x.tf"), blob(repository, "u/new.tf")) == (b"XYZ\n", b"NEW\n")


def test_a_filter_that_is_required_and_missing_is_refused_in_gits_words(repository: Repository) -> None:
    repository.write({".gitattributes": b"api/*.tf filter=lfs\n"})
    repository.commit()
    repository.run("config", "filter.lfs.clean", "no-such-program-here clean -- %f")
    repository.run("config", "filter.lfs.required", "true")
    found = refused(commit(repository))
    assert found.text.endswith("; api/main.tf: clean filter 'lfs' failed")
    assert repository.text("branch", "--list", "tfmod") == ""


@pytest.mark.parametrize(
    "attributes", [b"api/*.tf filter=git-crypt diff=git-crypt\n", b"[attr]secret filter=git-crypt-team\n*.tf secret\n"]
)
def test_what_git_crypt_encrypts_is_refused(repository: Repository, attributes: bytes) -> None:
    repository.write({".gitattributes": attributes})
    repository.run("add", ".gitattributes")
    repository.run("commit", "-qm", "attributes")
    assert commit(repository) == BranchRefused("git-crypt encrypts files", ("api/main.tf",))
    new = (FileChange("api/new.tf", None, b"x"),)
    assert commit(repository, new) == BranchRefused("git-crypt encrypts files", ("api/new.tf",))
