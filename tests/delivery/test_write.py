"""Writing: all of it or nothing, only inside the repository, and each file whole whatever happens."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from refactor.changeset import FileChange
from refactor.delivery.targets import WriteFailure
from refactor.delivery.write import Written, check, write
from refactor.reasons import Reason
from tests.support.writes import AFTER, BEFORE, CHANGES, put, refused, tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path / "root", BEFORE)
    return tmp_path / "root"


def edited(path: str, before: bytes = b"a\n") -> FileChange:
    return FileChange(path, before, b"A\n")


# --- what is written


def test_changes_new_files_moves_and_deletions_are_written_and_nothing_else(root: Path) -> None:
    assert check(root, CHANGES) == ()
    assert write(root, CHANGES) == Written(("a.tf", "gone.tf", "m/b.tf", "n/e/w.tf", "x/new.tf"))
    assert tree(root) == AFTER


def test_writing_twice_is_refused_as_the_files_are_no_longer_what_was_read(root: Path) -> None:
    write(root, CHANGES)
    assert {failure.text for failure in refused(write(root, CHANGES))} == {
        "it has changed since it was read",
        "it is gone since it was read",
        "a file of this name has come to stand there",
    }
    assert tree(root) == AFTER


def test_nothing_to_write_writes_nothing(root: Path) -> None:
    assert write(root, ()) == Written(())
    assert tree(root) == BEFORE


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o4755, 0o664])
def test_the_mode_of_a_file_is_kept_also_by_a_move(root: Path, mode: int) -> None:
    for name in ("a.tf", "old.tf"):
        (root / name).chmod(mode)
    write(root, CHANGES)
    assert [stat.S_IMODE((root / name).stat().st_mode) for name in ("a.tf", "x/new.tf")] == [mode, mode]


def test_a_new_file_has_the_mode_of_the_umask(root: Path) -> None:
    before = os.umask(0o027)
    try:
        write(root, CHANGES)
    finally:
        os.umask(before)
    assert stat.S_IMODE((root / "n/e/w.tf").stat().st_mode) == 0o640


@pytest.mark.parametrize("owner", [(1234, 5678)])
def test_the_owner_is_kept_where_the_user_may_set_it(root: Path, owner: tuple[int, int]) -> None:
    try:
        os.chown(root / "a.tf", *owner)
    except PermissionError:  # not root: then the owner is the user's own, before and after
        owner = os.getuid(), (root / "a.tf").stat().st_gid
    write(root, CHANGES)
    status = (root / "a.tf").stat()
    assert (status.st_uid, status.st_gid) == owner


def test_a_symbolic_link_inside_the_root_is_written_through(root: Path) -> None:
    put(root, {"shared/p.tf": b"a\n"})
    (root / "link.tf").symlink_to("shared/p.tf")
    (root / "linked").symlink_to("shared")
    assert write(root, [edited("link.tf")]) == Written(("link.tf",))
    assert (root / "link.tf").is_symlink()
    assert (root / "shared/p.tf").read_bytes() == b"A\n"
    assert write(root, [FileChange("linked/p.tf", b"A\n", b"B\n")]) == Written(("linked/p.tf",))
    assert (root / "shared/p.tf").read_bytes() == b"B\n"


def test_two_paths_of_one_file_may_agree_but_not_differ(root: Path) -> None:
    (root / "link.tf").symlink_to("a.tf")
    differing = [edited("a.tf"), FileChange("link.tf", b"a\n", b"other\n")]
    assert [f.text for f in refused(write(root, differing))] == ["it leads to the same file as a.tf, which changes in another way"]
    assert write(root, [edited("a.tf"), edited("link.tf")]) == Written(("a.tf", "link.tf"))
    assert (root / "a.tf").read_bytes() == b"A\n"


def test_the_root_itself_may_be_reached_through_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(root)
    assert write(tmp_path / "alias", CHANGES) == Written(tuple(change.path for change in CHANGES))
    assert tree(root) == AFTER


# --- what is refused before anything is touched


@pytest.mark.parametrize("path", ["../out.tf", "m/../../out.tf", "/etc/out.tf", "", ".", "m//b.tf", "x\0.tf", ".git/config", "m/.git/x"])
def test_a_path_outside_is_never_written(root: Path, path: str) -> None:
    put(root.parent, {"out.tf": b"a\n"})
    for change in (edited(path), FileChange(path, None, b"x"), FileChange(path, b"a\n", None), FileChange("y.tf", b"a\n", b"a\n", path)):
        assert [f.reason for f in refused(write(root, [*CHANGES, change]))] == [Reason.OUTSIDE]
    assert tree(root) == BEFORE
    assert (root.parent / "out.tf").read_bytes() == b"a\n"


def test_a_link_that_leads_out_is_not_followed(root: Path) -> None:
    put(root.parent, {"outside/p.tf": b"a\n"})
    (root / "link.tf").symlink_to("../outside/p.tf")
    (root / "linked").symlink_to("../outside")
    (root / "gitlink").symlink_to(".git")
    changes = [edited("link.tf"), edited("linked/p.tf"), FileChange("linked/new.tf", None, b"x"), FileChange("gitlink/x", None, b"x")]
    assert [f.reason for f in refused(write(root, changes))] == [Reason.OUTSIDE] * 4
    assert tree(root.parent / "outside") == {"p.tf": b"a\n"}


def test_a_loop_of_links_is_refused(root: Path) -> None:
    (root / "one.tf").symlink_to("two.tf")
    (root / "two.tf").symlink_to("one.tf")
    assert len(refused(write(root, [edited("one.tf")]))) == 1


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (edited("missing.tf"), "it is gone since it was read"),
        (edited("a.tf", b"other\n"), "it has changed since it was read"),
        (edited("m"), "it is not a regular file"),
        (FileChange("a.tf", None, b"x"), "a file of this name has come to stand there"),
        (FileChange("dangling.tf", None, b"x"), "a file of this name has come to stand there"),
        (FileChange("a.tf/x.tf", None, b"x"), "a.tf is not a directory"),
        (FileChange("m/b.tf", b"a\n", b"a\n", "a.tf"), "a file of this name has come to stand there"),
        (FileChange("y.tf", b"a\n", b"a\n", "link.tf"), "it is a symbolic link, which is neither moved nor deleted"),
        (FileChange("link.tf", b"a\n", None), "it is a symbolic link, which is neither moved nor deleted"),
        (FileChange("gone.tf", b"other\n", None), "it has changed since it was read"),
    ],
)
def test_one_bad_target_keeps_all_from_being_written(root: Path, change: FileChange, text: str) -> None:
    (root / "link.tf").symlink_to("a.tf")
    (root / "dangling.tf").symlink_to("nowhere.tf")
    before = tree(root)
    (failure,) = refused(write(root, [FileChange("other.txt", b"x", b"y"), change]))
    assert (failure.text, failure.reason) == (text, Reason.NOT_WRITABLE)
    assert tree(root) == before


@pytest.mark.parametrize("change", [edited("a.tf"), FileChange("a.tf", b"a\n", None), FileChange("y.tf", b"a\n", b"a\n", "a.tf")])
def test_a_read_only_file_is_refused_even_for_root(root: Path, change: FileChange) -> None:
    (root / "a.tf").chmod(0o444)
    assert refused(write(root, [change])) == (WriteFailure("a.tf", "it is read-only"),)
    assert tree(root) == BEFORE


@pytest.mark.parametrize(
    "change", [FileChange("m/b.tf", b"b\n", b"B\n"), FileChange("m/new.tf", None, b"x"), FileChange("m/x/y.tf", None, b"x")]
)
def test_a_read_only_directory_is_refused_even_for_root(root: Path, change: FileChange) -> None:
    (root / "m").chmod(0o555)
    try:
        assert refused(write(root, [change])) == (WriteFailure(change.path, "its directory is read-only"),)
    finally:
        (root / "m").chmod(0o755)
    assert tree(root) == BEFORE


def test_every_reason_is_given_at_once(root: Path) -> None:
    (root / "a.tf").chmod(0o444)
    assert [f.path for f in check(root, [edited("../x.tf"), edited("a.tf"), edited("gone.tf"), *CHANGES[2:]])] == [
        "../x.tf",
        "a.tf",
        "gone.tf",
    ]


def test_a_large_file_of_another_kind_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe.tf")
    assert refused(write(root, [edited("pipe.tf")])) == (WriteFailure("pipe.tf", "it is not a regular file"),)
