"""Changesets: edits of several fixes and codemods compose, or are a reported conflict; nothing is overwritten in silence."""

from __future__ import annotations

import pytest

from refactor.changeset import Changeset, FileChange, Stage
from refactor.codemod import FileEdits, Fix
from refactor.edits import Edit
from refactor.overlay import Overlay
from refactor.reasons import Reason
from tests.support.overlays import details, edit, only, overlay

# --- within one stage


def test_edits_of_several_fixes_are_all_relative_to_what_the_codemod_saw() -> None:
    files = overlay(a=b"one two three")
    staged = files.stage("pin", [edit("a.tf", (8, 13, b"3")), edit("a.tf", (0, 3, b"1"))])
    assert not staged.conflicts
    assert files.read("a.tf") == b"1 two 3"
    change = only(files.changes())
    assert (change.path, change.before, change.after, change.moved_from) == ("a.tf", b"one two three", b"1 two 3", None)
    assert change.stages == (Stage("pin", (Edit(0, 3, b"1"), Edit(8, 13, b"3"))),)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param((2, 6, b"x"), id="overlap from the left"),
        pytest.param((4, 5, b"x"), id="inside"),
        pytest.param((0, 9, b"x"), id="around"),
        pytest.param((6, 9, b"x"), id="overlap from the right"),
        pytest.param((3, 7, b"other"), id="same span, other text"),
        pytest.param((5, 5, b"x"), id="an insertion inside the replaced bytes"),
    ],
)
def test_the_first_of_two_fixes_on_the_same_bytes_wins_and_the_second_is_a_conflict(second: tuple[int, int, bytes]) -> None:
    files = overlay(a=b"0123456789")
    first, late = edit("a.tf", (3, 7, b"new")), edit("a.tf", second)
    staged = files.stage("pin", [first, late])
    assert staged.applied == (first,)
    (conflict,) = staged.conflicts
    assert (conflict.fix, conflict.path, conflict.reason, conflict.codemod) == (late, "a.tf", Reason.CONFLICT, "pin")
    assert files.read("a.tf") == b"012new789"


def test_an_insertion_accepted_first_is_not_swallowed_by_a_later_replacement() -> None:
    files = overlay(a=b"0123456789")
    staged = files.stage("pin", [edit("a.tf", (5, 5, b"x")), edit("a.tf", (3, 7, b""))])
    assert len(staged.conflicts) == 1
    assert files.read("a.tf") == b"01234x56789"


def test_neighbours_that_touch_are_no_conflict() -> None:
    files = overlay(a=b"abcdef")
    fixes = [edit("a.tf", (2, 4, b"X")), edit("a.tf", (0, 2, b"Y")), edit("a.tf", (4, 4, b"Z")), edit("a.tf", (4, 6, b""))]
    assert not files.stage("pin", fixes).conflicts
    assert files.read("a.tf") == b"YXZ"


def test_a_literal_that_two_fixes_change_alike_is_changed_once() -> None:
    files = overlay(a=b"tag = latest", b=b"x")
    shared = (6, 12, b"1.2")
    staged = files.stage("pin", [edit("a.tf", shared), edit("a.tf", shared, (0, 0, b"# pinned\n"))])
    assert len(staged.applied) == 2
    assert files.read("a.tf") == b"# pinned\ntag = 1.2"


def test_the_same_insertion_by_two_fixes_is_made_once() -> None:
    files = overlay(a=b'"nginx"')
    assert not files.stage("pin", [edit("a.tf", (6, 6, b":1")), edit("a.tf", (6, 6, b":1"))]).conflicts
    assert files.read("a.tf") == b'"nginx:1"'


def test_one_fix_may_insert_the_same_text_twice() -> None:
    files = overlay(a=b"x")
    assert not files.stage("pin", [edit("a.tf", (1, 1, b"\n"), (1, 1, b"\n"))]).conflicts
    assert files.read("a.tf") == b"x\n\n"


def test_different_texts_at_one_point_in_a_line_are_a_conflict() -> None:
    files = overlay(a=b'"nginx"')
    assert details(files.stage("pin", [edit("a.tf", (6, 6, b":1")), edit("a.tf", (6, 6, b":2"))])) == ["another fix changes bytes 6 to 6"]
    assert files.read("a.tf") == b'"nginx:1"'


@pytest.mark.parametrize(
    ("data", "point", "texts", "result"),
    [
        pytest.param(b"a\nc\n", 2, (b"x\n", b"y\n"), b"a\nx\ny\nc\n", id="at a line's start"),
        pytest.param(b"a\nc\n", 1, (b"\nx", b"\ny"), b"a\nx\ny\nc\n", id="at a line's end"),
        pytest.param(b"a\r\nc", 1, (b"\r\nx", b"\r\ny"), b"a\r\nx\r\ny\r\nc", id="at a CRLF"),
        pytest.param(b"a", 1, (b"\nx", b"\ny"), b"a\nx\ny", id="at the end, without a newline"),
        pytest.param(b"\xef\xbb\xbfa", 3, (b"x\n", b"y\n"), b"\xef\xbb\xbfx\ny\na", id="after a BOM"),
        pytest.param(b"", 0, (b"x\n", b"y\n"), b"x\ny\n", id="in an empty file"),
    ],
)
def test_whole_lines_of_two_fixes_at_one_point_stand_in_the_order_of_the_fixes(
    data: bytes, point: int, texts: tuple[bytes, bytes], result: bytes
) -> None:
    files = overlay(a=data)
    assert not files.stage("x", [edit("a.tf", (point, point, text)) for text in texts]).conflicts
    assert files.read("a.tf") == result


def test_whole_lines_that_end_and_begin_differently_do_not_mix() -> None:
    files = overlay(a=b"a\n\nb\n")  # byte 2 is a line's start and its end
    assert len(files.stage("x", [edit("a.tf", (2, 2, b"x\n")), edit("a.tf", (2, 2, b"\ny"))]).conflicts) == 1


def test_a_fix_is_applied_in_all_its_files_or_in_none() -> None:
    files = overlay(a=b"aaa", b=b"bbb")
    both = Fix(
        files=(FileEdits("b.tf", (Edit(0, 1, b"B"),)), FileEdits("a.tf", (Edit(0, 1, b"Z"),))),
        create={"new.tf": b"x"},
    )
    staged = files.stage("pin", [edit("a.tf", (0, 2, b"A")), both])
    assert staged.conflicts[0].fix is both
    assert files.read("b.tf") == b"bbb"
    assert files.read("new.tf") is None
    assert [change.path for change in files.changes()] == ["a.tf"]


@pytest.mark.parametrize(
    ("fix", "detail"),
    [
        (edit("a.tf", (0, 2, b"x"), (1, 3, b"y")), "the fix contradicts itself: edits overlap at bytes 1..2"),
        (edit("a.tf", (2, 9, b"x")), "the fix edits bytes 2 to 9 of a file of 3 bytes"),
        (
            Fix(files=(FileEdits("a.tf", (Edit(0, 1, b""),)),), create={"a.tf": b"aaa"}),
            "the fix contradicts itself: it edits the file and creates it",
        ),
    ],
)
def test_a_fix_that_cannot_be_applied_to_anything_fails_its_gate(fix: Fix, detail: str) -> None:
    files = overlay(a=b"aaa")
    (conflict,) = files.stage("bad", [fix]).conflicts
    assert (conflict.reason, conflict.detail) == (Reason.GATE, detail)
    assert not files.changes().changes


@pytest.mark.parametrize(
    "path", ["/etc/x.tf", "../x.tf", "a/../../x.tf", "", "a//b.tf", "a/", ".git/config", "m/.git/hooks/x", "x\0.tf", "./x.tf"]
)
def test_a_path_that_is_none_of_the_repository_is_refused(path: str) -> None:
    files = Overlay(lambda _: b"old")
    fixes = [Fix(create={path: b"x"}), edit(path, (0, 1, b"")), Fix(delete=(path,)), Fix(move={path: "b.tf"}), Fix(move={"a.tf": path})]
    staged = files.stage("bad", fixes)
    assert [conflict.reason for conflict in staged.conflicts] == [Reason.OUTSIDE] * 5
    assert not files.changes().changes


# --- across stages


def test_a_later_codemod_sees_what_the_earlier_one_left() -> None:
    files = overlay(a=b"image = nginx\n")
    files.stage("pin", [edit("a.tf", (8, 13, b"nginx:1"))])
    assert files.read("a.tf") == b"image = nginx:1\n"
    assert not files.stage("probe", [edit("a.tf", (16, 16, b"probe {}\n"))]).conflicts
    change = only(files.changes())
    assert change.after == b"image = nginx:1\nprobe {}\n"
    assert [stage.codemod for stage in change.stages] == ["pin", "probe"]
    assert change.edits() == [Edit(8, 13, b"nginx:1"), Edit(14, 14, b"probe {}\n")]


@pytest.mark.parametrize(("start", "end"), [(8, 11), (8, 9), (10, 12), (6, 9), (0, 15)])
def test_a_later_codemod_cannot_replace_what_an_earlier_one_wrote(start: int, end: int) -> None:
    files = overlay(a=b"image = x # y\n")
    files.stage("pin", [edit("a.tf", (8, 9, b"x:1"))])
    staged = files.stage("late", [edit("a.tf", (start, end, b"new"))])
    (conflict,) = staged.conflicts
    assert (conflict.codemod, conflict.detail) == ("pin", f"pin wrote bytes {start} to {end}")
    assert files.read("a.tf") == b"image = x:1 # y\n"


@pytest.mark.parametrize("point", [8, 9, 11])
def test_a_later_codemod_may_insert_beside_and_inside_what_an_earlier_one_wrote(point: int) -> None:
    files = overlay(a=b"image = x # y\n")
    files.stage("pin", [edit("a.tf", (8, 9, b"x:1"))])
    assert not files.stage("late", [edit("a.tf", (point, point, b"|"))]).conflicts
    third = files.stage("third", [edit("a.tf", (8, 12, b""))])
    assert len(third.conflicts) == 1


def test_a_later_codemod_may_replace_right_beside_what_an_earlier_one_wrote() -> None:
    files = overlay(a=b"abc")
    files.stage("first", [edit("a.tf", (1, 2, b"B"))])
    assert not files.stage("late", [edit("a.tf", (0, 1, b"A"), (2, 3, b"C"))]).conflicts
    assert files.read("a.tf") == b"ABC"


def test_a_new_file_belongs_to_the_codemod_that_wrote_it() -> None:
    files = overlay()
    files.stage("first", [Fix(create={"n.tf": b"one\n"})])
    staged = files.stage("late", [edit("n.tf", (0, 3, b"two")), Fix(delete=("n.tf",)), edit("n.tf", (4, 4, b"more\n"))])
    assert details(staged) == ["first wrote bytes 0 to 3", "first has changed the file"]
    assert only(files.changes()).after == b"one\nmore\n"
    assert only(files.changes()).before is None


def test_what_an_earlier_codemod_removed_is_named() -> None:
    files = overlay(a=b"a", b=b"b")
    files.stage("tidy", [Fix(delete=("a.tf",), move={"b.tf": "c.tf"})])
    staged = files.stage("late", [edit("a.tf", (0, 1, b"x")), edit("b.tf", (0, 1, b"x")), edit("c.tf", (0, 1, b"x"))])
    assert [(c.codemod, c.detail) for c in staged.conflicts] == [
        ("tidy", "the file was deleted by tidy"),
        ("tidy", "the file was moved to c.tf by tidy"),
    ]
    assert files.read("c.tf") == b"x"


def test_what_was_written_stays_written_after_a_move() -> None:
    files = overlay(a=b"abc")
    files.stage("first", [edit("a.tf", (1, 2, b"B"))])
    files.stage("move", [Fix(move={"a.tf": "b.tf"})])
    assert details(files.stage("late", [edit("b.tf", (1, 2, b"x"))])) == ["first wrote bytes 1 to 2"]
    assert [stage.codemod for stage in only(files.changes()).stages] == ["first", "move"]


def test_a_file_moved_and_moved_back_is_no_change() -> None:
    files = overlay(a=b"abc")
    files.stage("there", [Fix(move={"a.tf": "b.tf"})])
    files.stage("back", [Fix(move={"b.tf": "a.tf"})])
    assert files.changes() == Changeset()


def test_a_file_moved_and_then_deleted_is_a_deletion_of_the_first_path() -> None:
    files = overlay(a=b"abc")
    files.stage("move", [Fix(move={"a.tf": "b.tf"})])
    files.stage("drop", [Fix(delete=("b.tf",))])
    change = only(files.changes())
    assert (change.path, change.before, change.after) == ("a.tf", b"abc", None)


def test_what_changes_nothing_is_no_change() -> None:
    files = overlay(a=b"abc")
    files.stage("x", [edit("a.tf", (0, 3, b"abc")), Fix(), edit("a.tf")])
    assert len(files.changes()) == 0


def test_stages_that_do_not_lead_to_the_result_are_told_as_one_edit_of_everything() -> None:
    change = FileChange("a.tf", b"abc", b"axc", stages=(Stage("x", (Edit(0, 1, b"z"),)),))
    assert change.edits() == [Edit(0, 3, b"axc")]
    assert FileChange("a.tf", b"abc", b"x", stages=(Stage("x", (Edit(0, 9, b""),)),)).edits() == [Edit(0, 3, b"x")]


def test_the_base_is_read_once_for_a_path() -> None:
    asked: list[str] = []

    def base(path: str) -> bytes | None:
        asked.append(path)
        return b"abc" if path == "a.tf" else None

    files = Overlay(base)
    for _ in range(3):
        files.stage("x", [edit("a.tf", (0, 0, b"x\n"))])
        files.changes()
    assert asked == ["a.tf"]
