"""What a run changes: each file before and after, and the edits that lead from one to the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from refactor.edits import Edit, EditConflict, apply, compose


@dataclass(frozen=True, slots=True)
class Stage:
    """What one codemod did to one file: edits of the bytes that the stages before it left. No edits: it only moved the file."""

    codemod: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after. ``path`` is relative to the repository's root, with ``/``.

    ``before`` is None for a new file, ``after`` for a deleted one. A moved file has the path it came from in ``moved_from``, where
    ``before`` was read; nothing is left there. The stages lead from ``before`` (nothing, for a new file) to ``after``.
    """

    path: str
    before: bytes | None
    after: bytes | None
    moved_from: str | None = None
    stages: tuple[Stage, ...] = ()

    def edits(self) -> list[Edit]:
        """The stages as one list of edits of ``before``, in order. Where they don't lead to ``after``, one edit of everything."""
        before, after = self.before or b"", self.after or b""
        try:
            edits = compose(len(before), [stage.edits for stage in self.stages])
            if apply(before, edits) == after:
                return edits
        except (EditConflict, ValueError):
            pass
        return [Edit(0, len(before), after)]


@dataclass(frozen=True, slots=True)
class Changeset:
    """What a run changes, sorted by path, with nothing in it that changes nothing."""

    changes: tuple[FileChange, ...] = ()

    def __iter__(self) -> Iterator[FileChange]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)


@dataclass(frozen=True, slots=True)
class Step:
    """What one codemod of a run did. ``changeset`` starts from what the steps before it left."""

    codemod: str
    changeset: Changeset


def with_file(steps: Sequence[Step], change: FileChange, codemods: Iterable[str]) -> tuple[Step, ...]:
    """The steps with one more file, in the first one of one of these codemods, else in the last."""
    if not steps:
        return ()
    names = set(codemods)
    at = next((i for i, step in enumerate(steps) if step.codemod in names), len(steps) - 1)
    changes = sorted((*steps[at].changeset, change), key=lambda c: c.path)
    return (*steps[:at], Step(steps[at].codemod, Changeset(tuple(changes))), *steps[at + 1 :])
