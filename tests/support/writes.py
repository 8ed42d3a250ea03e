"""A changeset with every sort of change, and the tree before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from refactor.changeset import FileChange
from refactor.delivery.targets import WriteFailure
from refactor.delivery.write import NotWritten, Written

Tree = dict[str, bytes]


def put(root: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def tree(root: Path) -> Tree:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


BEFORE: Tree = {"a.tf": b"a\n", "m/b.tf": b"b\n", "gone.tf": b"gone\n", "old.tf": b"moved\n", "other.txt": b"x"}
AFTER: Tree = {"a.tf": b"A\n", "m/b.tf": b"B\n", "n/e/w.tf": b"new\n", "x/new.tf": b"MOVED\n", "other.txt": b"x"}
CHANGES = (
    FileChange("a.tf", b"a\n", b"A\n"),
    FileChange("gone.tf", b"gone\n", None),
    FileChange("m/b.tf", b"b\n", b"B\n"),
    FileChange("n/e/w.tf", None, b"new\n"),
    FileChange("x/new.tf", b"moved\n", b"MOVED\n", "old.tf"),
)


def refused(result: Written | NotWritten) -> tuple[WriteFailure, ...]:
    assert isinstance(result, NotWritten)
    assert result.left == ()
    return result.failures
