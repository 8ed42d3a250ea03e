"""New, deleted and moved files of a changeset, and what makes fixes contradict each other."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from refactor.changeset import FileChange, Stage
from refactor.codemod import Fix
from refactor.edits import Edit, apply
from refactor.overlay import Overlay
from tests.support.overlays import details, edit, only, overlay


def test_new_deleted_and_moved_files_are_part_of_the_changeset_sorted_by_path() -> None:
    files = overlay(old=b"old", gone=b"gone")
    assert not files.stage("split", [Fix(create={"z.tf": b"z"}, delete=("gone.tf",), move={"old.tf": "m/new.tf"})]).conflicts
    assert files.changes().changes == (
        FileChange("gone.tf", b"gone", None, stages=(Stage("split", (Edit(0, 4, b""),)),)),
        FileChange("m/new.tf", b"old", b"old", "old.tf", (Stage("split", ()),)),
        FileChange("z.tf", None, b"z", stages=(Stage("split", (Edit(0, 0, b"z"),)),)),
    )
    assert (files.read("old.tf"), files.read("gone.tf"), files.read("z.tf")) == (None, None, b"z")
    assert files.contents() == {"old.tf": None, "gone.tf": None, "z.tf": b"z", "m/new.tf": b"old"}


def test_a_file_may_be_edited_and_moved_at_once_by_its_old_name() -> None:
    files = overlay(a=b"x = 1\n")
    fixes = [Fix(move={"a.tf": "b.tf"}), edit("a.tf", (4, 5, b"2"))]
    assert not files.stage("split", fixes).conflicts
    assert only(files.changes()) == FileChange("b.tf", b"x = 1\n", b"x = 2\n", "a.tf", (Stage("split", (Edit(4, 5, b"2"),)),))


EXISTING: Mapping[str, bytes] = {"a.tf": b"aaa", "b.tf": b"bbb"}


@pytest.mark.parametrize(
    ("first", "second", "detail"),
    [
        pytest.param(Fix(), Fix(create={"a.tf": b"x"}), "a file of this name exists", id="create over a file"),
        pytest.param(Fix(), Fix(create={"a.tf/x.tf": b"x"}), "a.tf is a file, not a directory", id="create under a file"),
        pytest.param(Fix(create={"n": b"1"}), Fix(create={"n/x.tf": b"x"}), "n is a file, not a directory", id="create under a new file"),
        pytest.param(
            Fix(create={"n.tf": b"1"}),
            Fix(create={"n.tf": b"2"}),
            "another fix creates the file with other content",
            id="two creates",
        ),
        pytest.param(Fix(), Fix(move={"a.tf": "b.tf"}), "a file of this name exists", id="move over a file"),
        pytest.param(Fix(), Fix(move={"x.tf": "y.tf"}), "no such file", id="move of nothing"),
        pytest.param(Fix(), Fix(delete=("x.tf",)), "no such file", id="delete of nothing"),
        pytest.param(Fix(), edit("x.tf", (0, 0, b"x")), "no such file", id="edit of nothing"),
        pytest.param(Fix(delete=("a.tf",)), edit("a.tf", (0, 1, b"x")), "another fix deletes the file", id="edit of a deleted file"),
        pytest.param(edit("a.tf", (0, 1, b"x")), Fix(delete=("a.tf",)), "another fix edits the file", id="delete of an edited file"),
        pytest.param(Fix(move={"a.tf": "c.tf"}), Fix(delete=("a.tf",)), "another fix moves the file to c.tf", id="delete of a moved file"),
        pytest.param(Fix(delete=("a.tf",)), Fix(move={"a.tf": "c.tf"}), "another fix deletes the file", id="move of a deleted file"),
        pytest.param(
            Fix(delete=("a.tf",)), Fix(create={"a.tf": b"x"}), "a file of this name exists", id="create in place of a deleted file"
        ),
        pytest.param(
            Fix(move={"a.tf": "c.tf"}), Fix(move={"a.tf": "d.tf"}), "another fix moves the file to c.tf", id="two moves of one file"
        ),
        pytest.param(
            Fix(move={"a.tf": "c.tf"}), Fix(move={"b.tf": "c.tf"}), "another file is moved to the same path", id="two moves to one path"
        ),
        pytest.param(
            Fix(create={"c.tf": b"x"}),
            Fix(move={"b.tf": "c.tf"}),
            "another fix creates a file at the same path",
            id="move onto a new file",
        ),
        pytest.param(
            Fix(move={"b.tf": "c.tf"}),
            Fix(create={"c.tf": b"x"}),
            "another file is moved to the same path",
            id="create where a file is moved",
        ),
        pytest.param(
            Fix(create={"a.tf": b"aaa"}),
            edit("a.tf", (0, 1, b"x")),
            "another fix needs the file as it is",
            id="edit of what a fix needs",
        ),
        pytest.param(Fix(create={"a.tf": b"aaa"}), Fix(delete=("a.tf",)), "another fix creates the file", id="delete of what a fix needs"),
        pytest.param(edit("a.tf", (0, 1, b"x")), Fix(create={"a.tf": b"aaa"}), "a file of this name exists", id="need of what a fix edits"),
    ],
)
def test_fixes_of_one_codemod_that_contradict_each_other(first: Fix, second: Fix, detail: str) -> None:
    files = Overlay(EXISTING.get)
    staged = files.stage("x", [first, second])
    assert staged.applied == (first,)
    assert details(staged) == [detail]
    alone = Overlay(EXISTING.get)
    alone.stage("x", [first])
    assert files.changes() == alone.changes()


def test_two_fixes_that_create_the_same_file_alike_agree() -> None:
    files = overlay(a=b"aaa")
    assert not files.stage("x", [Fix(create={"n.tf": b"1"}), Fix(create={"n.tf": b"1"})]).conflicts
    assert not files.stage("y", [Fix(create={"n.tf": b"1"})]).conflicts
    assert only(files.changes()).stages == (Stage("x", (Edit(0, 0, b"1"),)),)


def test_files_can_change_places() -> None:
    files = overlay(a=b"aaa", b=b"bbb")
    assert not files.stage("x", [Fix(move={"a.tf": "b.tf", "b.tf": "a.tf"})]).conflicts
    assert [(c.path, c.before, c.after, c.moved_from) for c in files.changes()] == [
        ("a.tf", b"aaa", b"bbb", None),
        ("b.tf", b"bbb", b"aaa", None),
    ]
    assert [apply(c.before or b"", c.edits()) for c in files.changes()] == [b"bbb", b"aaa"]


def test_a_file_moved_to_where_another_was_deleted_is_told_without_a_move() -> None:
    files = overlay(a=b"aaa", b=b"bbb")
    files.stage("drop", [Fix(delete=("b.tf",))])
    assert not files.stage("move", [Fix(move={"a.tf": "b.tf"})]).conflicts
    assert [(c.path, c.before, c.after, c.moved_from) for c in files.changes()] == [
        ("a.tf", b"aaa", None, None),
        ("b.tf", b"bbb", b"aaa", None),
    ]


def test_a_moved_file_leaves_room_for_a_new_one_which_then_is_told_without_a_move() -> None:
    files = overlay(main=b"all\n")
    assert not files.stage("split", [Fix(move={"main.tf": "api.tf"}, create={"main.tf": b"moved {}\n"})]).conflicts
    assert [(c.path, c.before, c.after, c.moved_from) for c in files.changes()] == [
        ("api.tf", None, b"all\n", None),
        ("main.tf", b"all\n", b"moved {}\n", None),
    ]
