"""The diff: git takes it byte for byte, prints it the same way, and it holds no more lines than needed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refactor.changeset import FileChange, Stage
from refactor.delivery import diff
from refactor.delivery.diff import Change, hunks, quoted, unified
from refactor.edits import Edit, apply
from tests.support.git import Repository, git

ODD_LINES = (
    *(b"", b"}", b"  }", b'resource "a" "b" {', b"  x = 1", b"  x = 2  ", b"\t"),
    *(b"--- a/x", b"+++ b/x", b"@@ -1 +1 @@", b"\\ No newline at end of file", b"diff --git a/x b/x", b"-- ", b"a\rb", "größe".encode()),
)


def changed(before: bytes, *edits: Edit, path: str = "main.tf") -> FileChange:
    return FileChange(path, before, apply(before, edits), stages=(Stage("x", tuple(edits)),))


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    newline = draw(st.sampled_from([b"\n", b"\r\n"]))
    text = newline.join(draw(st.lists(st.sampled_from(ODD_LINES), max_size=40)))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text + draw(st.sampled_from([newline, b""]))


@st.composite
def stages(draw: st.DrawFn, before: bytes) -> tuple[bytes, tuple[Stage, ...]]:
    result = []
    current = before
    for _ in range(draw(st.integers(1, 2))):
        points = sorted(draw(st.lists(st.integers(0, len(current)), max_size=8)))
        texts = st.one_of(st.sampled_from([b"", b"\n", b"x", b"y: z"]), contents())
        edits = tuple(Edit(a, b, draw(texts)) for a, b in zip(points[::2], points[1::2], strict=False))
        result.append(Stage("x", edits))
        current = apply(current, edits)
    return current, tuple(result)


@st.composite
def file_changes(draw: st.DrawFn, path: str) -> FileChange:
    before = draw(contents())
    kind = draw(st.sampled_from(["edit", "edit", "edit", "edit", "whole", "new", "deleted", "moved"]))
    after, made = draw(stages(before))
    if kind == "new":
        return FileChange(path, None, after)
    if kind == "deleted":
        return FileChange(path, before, None)
    if kind == "moved":
        return FileChange(path, before, after, "from/" + path, made)
    return FileChange(path, before, after, stages=made if kind == "edit" else ())


NAMES = ("plain.tf", "with space.tf", "größe/ü.tf", 'quo"te.tf', "back\\slash.tf", "tab\there.tf", "d/e/f.tf", "-dash.tf", "a b/c d.tf")


@st.composite
def changesets(draw: st.DrawFn) -> list[FileChange]:
    changes = [draw(file_changes(name)) for name in NAMES]
    return [change for change in changes if change.moved_from or change.before != change.after]


def tree(changes: list[FileChange], *, after: bool) -> dict[str, bytes]:
    if after:
        return {change.path: change.after for change in changes if change.after is not None}
    return {change.moved_from or change.path: change.before for change in changes if change.before is not None}


def on_disk(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def put(root: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


@given(changesets())
@settings(max_examples=60)
def test_git_applies_it_exactly_and_takes_it_back(changes: list[FileChange]) -> None:
    with TemporaryDirectory() as directory:
        root = Path(directory)
        put(root, tree(changes, after=False))
        patch = unified(changes)
        if not patch:
            return
        git(root, "apply", "--whitespace=nowarn", data=patch)
        assert on_disk(root) == tree(changes, after=True)
        git(root, "apply", "--whitespace=nowarn", "--reverse", data=patch)
        assert on_disk(root) == tree(changes, after=False)


BASE = b"".join(b"line%d = %d\n" % (n, n) for n in range(1, 41))
HCL = b'resource "a" "b" {\n  one   = 1\n  two   = 2\n  three = 3\n  four  = 4\n}\n\nresource "c" "d" {\n  image = "nginx"\n}\n'


def at(data: bytes, old: bytes, new: bytes) -> Edit:
    start = data.index(old)
    return Edit(start, start + len(old), new)


LONG = b'resource "a" "b" {\n' + b"".join(b"  x%d = %d\n" % (n, n) for n in range(40)) + b"}\n"

SAME_AS_GIT = {
    "two hunks below one heading": changed(LONG, at(LONG, b"x8 =", b"y ="), at(LONG, b"x30 =", b"y =")),
    "a long heading": changed(b"# x\n" + b"resource " * 12 + b"\n\n\n\na", Edit(116, 117, b"b")),
    "one line": changed(BASE, at(BASE, b"line7 = 7", b"line7 = x")),
    "the first and the last line": changed(BASE, Edit(0, 5, b"LINE1"), Edit(len(BASE) - 3, len(BASE) - 1, b"forty")),
    "two hunks, seven lines between": changed(BASE, at(BASE, b"line7 =", b"x ="), at(BASE, b"line15 =", b"y =")),
    "one hunk, six lines between": changed(BASE, at(BASE, b"line7 =", b"x ="), at(BASE, b"line14 =", b"y =")),
    "an inserted line": changed(BASE, Edit(9 * 10, 9 * 10, b"new = 1\n")),
    "lines removed": changed(BASE, at(BASE, b"line7 = 7\nline8 = 8\n", b"")),
    "a heading": changed(HCL, at(HCL, b'"nginx"', b'"nginx:1"')),
    "no final newline, before": changed(BASE[:-1], at(BASE, b"line39 =", b"x =")),
    "final newline removed": changed(BASE, Edit(len(BASE) - 1, len(BASE), b"")),
    "final newline added": changed(BASE[:-1], Edit(len(BASE) - 1, len(BASE) - 1, b"\n")),
    "appended after no newline": changed(b"a = 1", Edit(5, 5, b"\nb = 2")),
    "CRLF": changed(HCL.replace(b"\n", b"\r\n"), at(HCL.replace(b"\n", b"\r\n"), b'"nginx"', b'"nginx:1"')),
    "BOM": changed(b"\xef\xbb\xbf" + HCL, at(b"\xef\xbb\xbf" + HCL, b"= 1", b"= 9")),
    "emptied": changed(b"a\n", Edit(0, 2, b"")),
    "filled": changed(b"", Edit(0, 0, b"a\nb\n")),
    "new": FileChange("main.tf", None, HCL),
    "new and empty": FileChange("main.tf", None, b""),
    "new, no newline": FileChange("main.tf", None, b"a"),
    "deleted": FileChange("main.tf", HCL, None),
    "moved": FileChange("modules/main.tf", HCL, HCL, "main.tf"),
    "a name with a space": changed(HCL, at(HCL, b"= 1", b"= 9"), path="a b/c d.tf"),
    "a name with a quote": changed(HCL, at(HCL, b"= 1", b"= 9"), path='a"b.tf'),
    "a name outside ASCII": changed(HCL, at(HCL, b"= 1", b"= 9"), path="größe/x y.tf"),
    "a name with control characters": changed(HCL, at(HCL, b"= 1", b"= 9"), path="a\tb\x01\x7f\\.tf"),
    "new, with a space": FileChange("n n.tf", None, b"a\n"),
}


@pytest.mark.parametrize("name", SAME_AS_GIT)
def test_it_is_what_git_diff_prints(name: str, tmp_path: Path) -> None:
    change = SAME_AS_GIT[name]
    repository = Repository.create(tmp_path / "r", tree([change], after=False))
    for path in tree([change], after=False):
        (repository.root / path).unlink()
    repository.write(tree([change], after=True))
    repository.run("add", "--all")
    assert unified([change]) == repository.run("diff", "--cached", "--find-renames")


def test_a_move_with_edits_names_both_paths_and_a_similarity_below_100(tmp_path: Path) -> None:
    moved = FileChange("n m.tf", BASE, BASE.replace(b"= 7", b"= x"), "main.tf", (Stage("x", (at(BASE, b"= 7", b"= x"),)),))
    patch = unified([moved])
    assert patch.startswith(b"diff --git a/main.tf b/n m.tf\nsimilarity index 97%\nrename from main.tf\nrename to n m.tf\nindex ")
    put(tmp_path, {"main.tf": BASE})
    git(tmp_path, "apply", data=patch)
    assert on_disk(tmp_path) == {"n m.tf": moved.after}


def test_the_mode_of_an_executable_file_is_kept_and_told(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "r")
    repository.write({"run.tf": b"a\n", "gone.tf": b"a\n"})
    for name in ("run.tf", "gone.tf"):
        (repository.root / name).chmod(0o755)
    repository.commit()
    patch = unified([FileChange("run.tf", b"a\n", b"b\n"), FileChange("gone.tf", b"a\n", None)], lambda _: 0o100755)
    assert b" 100755\n--- a/run.tf\n" in patch
    assert b"deleted file mode 100755\n" in patch
    repository.run("apply", "--index", data=patch)
    assert os.access(repository.root / "run.tf", os.X_OK)


@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_a_file_with_crlf_in_a_repository_that_converts_line_ends(setting: str, tmp_path: Path) -> None:
    before = HCL.replace(b"\n", b"\r\n")
    change = changed(before, at(before, b'"nginx"', b'"nginx:1"'))
    repository = Repository.create(tmp_path / "r")
    repository.run("config", "core.autocrlf", setting)
    repository.write({"main.tf": before})
    repository.commit()
    repository.run("apply", "--whitespace=nowarn", data=unified([change]))
    assert (repository.root / "main.tf").read_bytes() == change.after


def test_the_patch_can_be_merged_three_ways(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "r", {"main.tf": BASE})
    repository.write({"main.tf": BASE.replace(b"line8 = 8", b"line8 = mine")})
    repository.commit()
    repository.run("apply", "--3way", data=unified([changed(BASE, at(BASE, b"line4 =", b"x ="))]))
    result = (repository.root / "main.tf").read_bytes()
    assert b"x = 4\n" in result
    assert b"line8 = mine\n" in result


def test_nothing_is_printed_for_nothing() -> None:
    assert unified([]) == b""
    assert hunks(FileChange("a.tf", b"a\n", b"a\n")) == []
    assert hunks(FileChange("a.tf", None, b"")) == []


def only_changes(change: FileChange) -> Iterator[Change]:
    for hunk in hunks(change):
        yield from (line for line in hunk.lines if isinstance(line, Change))


def test_a_wide_edit_that_changes_one_line_shows_one_line() -> None:
    whole = changed(BASE, Edit(0, len(BASE), BASE.replace(b"line20 = 20", b"line20 = x")))
    (change,) = only_changes(whole)
    assert change == Change(19, 19, (b"line20 = 20\n",), (b"line20 = x\n",))


def test_lines_far_apart_in_one_wide_edit_are_two_hunks() -> None:
    whole = changed(BASE, Edit(0, len(BASE), BASE.replace(b"line5 = 5", b"x").replace(b"line30 = 30", b"y\nz")))
    assert [hunk.header for hunk in hunks(whole)] == [b"@@ -2,7 +2,7 @@ line1 = 1\n", b"@@ -27,7 +27,8 @@ line26 = 26\n"]


def test_an_inserted_block_is_shown_as_it_was_inserted() -> None:
    block = b'\nresource "x" "y" {\n  image = "nginx"\n}\n'
    where = HCL.index(b'\nresource "c"')
    (change,) = only_changes(changed(HCL, Edit(where, where, block)))
    assert change.old == ()
    assert b"".join(change.new) == block


def test_lines_of_neighbouring_edits_are_removed_together_and_added_together() -> None:
    (change,) = only_changes(changed(BASE, at(BASE, b"line7 =", b"x ="), at(BASE, b"line8 =", b"y ="), at(BASE, b" 8\n", b" 0\n")))
    assert change == Change(6, 6, (b"line7 = 7\n", b"line8 = 8\n"), (b"x = 7\n", b"y = 0\n"))


@given(st.data())
@settings(max_examples=40)
def test_it_has_no_more_lines_than_gits_own(data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(1, 40), unique=True, min_size=1, max_size=8))
    change = changed(BASE, *(at(BASE, b"line%d =" % n, b"changed%d =" % n) for n in sorted(numbers)))
    with TemporaryDirectory() as directory:
        put(Path(directory), {"before": BASE, "after": change.after or b""})
        shown = git(Path(directory), "-c", "alias.d=!git diff --no-index --minimal before after || true", "d")
    assert unified([change]).split(b"\n")[4:] == shown.split(b"\n")[4:]


def test_ten_thousand_edits_in_a_large_file_never_compare_the_file_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [b"  image_%d = nginx # %d\n" % (n, n % 7) for n in range(50_000)]
    edits, offset = [], 0
    for number, line in enumerate(lines):
        if number % 5 == 0:
            edits.append(Edit(offset, offset + 2, b"\t"))
        offset += len(line)
    change = changed(b"".join(lines), *edits)
    compared: list[int] = []
    monkeypatch.setattr(diff, "SequenceMatcher", lambda _, old, new, **__: compared.append(len(old) + len(new)))
    assert sum(len(one.old) for one in only_changes(change)) == 10_000
    assert compared == []


@pytest.mark.parametrize(
    ("path", "shown"),
    [("a b.tf", b"a b.tf"), ("ü.tf", b'"\\303\\274.tf"'), ('"', b'"\\""'), ("\n", b'"\\n"'), ("\udcff", b'"\\377"'), ("\x7f", b'"\\177"')],
)
def test_paths_are_quoted_as_git_quotes_them(path: str, shown: bytes) -> None:
    assert quoted(path) == shown


def test_a_block_below_another_is_shown_from_its_head_to_its_bracket() -> None:
    before = b"a {\n  b {\n  }\n}\n"
    edit = Edit(before.index(b"}\n}") + 1, before.index(b"}\n}") + 1, b"\n  c {\n  }")
    after = before[: edit.start] + edit.text + before[edit.end :]
    patch = unified([FileChange("x.tf", before, after, stages=(Stage("one", (edit,)),))])
    assert b" a {\n   b {\n   }\n+  c {\n+  }\n }\n" in patch
