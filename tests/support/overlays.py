"""Overlays on files in memory, and short ways to write a fix."""

from __future__ import annotations

from refactor.changeset import Changeset, FileChange
from refactor.codemod import FileEdits, Fix
from refactor.edits import Edit
from refactor.overlay import Overlay, Staged


def overlay(**files: bytes) -> Overlay:
    return Overlay({name.replace("__", "/") + ".tf": data for name, data in files.items()}.get)


def edit(path: str, *edits: tuple[int, int, bytes]) -> Fix:
    return Fix(files=(FileEdits(path, tuple(Edit(*e) for e in edits)),))


def only(changeset: Changeset) -> FileChange:
    (change,) = changeset
    return change


def details(staged: Staged) -> list[str]:
    return [conflict.detail for conflict in staged.conflicts]
