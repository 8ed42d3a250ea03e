"""All edits of a run, composed: what each file was and what it becomes.

Codemods run one after the other; each is a *stage* and sees the results of the stages before it, through an :class:`Overlay`. Within
a stage all fixes speak of the files as they were when the stage began, so the order of fixes decides only who wins a conflict. Nothing
here reads or writes a disk: the files come from a reader that the caller gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from refactor.changeset import Changeset, FileChange, Stage
from refactor.codemod import Fix
from refactor.composition import Current, Draft, Written, carried
from refactor.edits import Edit, apply
from refactor.reasons import Reason

Finish = Callable[[str, bytes, list[Edit]], list[Edit]]
"""Path, bytes before, and edits of one stage to the edits that are made."""

Reader = Callable[[str], bytes | None]
"""Path relative to the repository's root to the bytes there, or None where there is no file."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A fix that was not applied, and why. ``codemod`` is the one whose change stood in the way, or its own."""

    fix: Fix
    path: str
    reason: Reason
    detail: str
    codemod: str


@dataclass(frozen=True, slots=True)
class Staged:
    """The fixes of one stage: each is applied in all its files, or in none."""

    applied: tuple[Fix, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(slots=True)
class _File:
    """A file that some stage touched. ``origin`` is the path in the base that its bytes came from, None for a new file."""

    origin: str | None
    now: bytes
    stages: list[Stage] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Gone:
    """Why nothing is at a path any more."""

    codemod: str
    text: str


class Overlay:
    """The repository as the stages so far have left it."""

    def __init__(self, base: Reader, finish: Finish | None = None) -> None:
        """``base`` must answer for every file that exists, also for those that no codemod may change.

        ``finish`` may add blanks to the edits of one file in one stage, such as those that keep columns aligned.
        """
        self._base = base
        self._finish = finish
        self._files: dict[str, _File] = {}
        self._gone: dict[str, _Gone] = {}
        self._originals: dict[str, bytes | None] = {}

    def read(self, path: str) -> bytes | None:
        """The bytes at ``path`` now; None where there is no file."""
        file = self._files.get(path)
        if file is not None:
            return file.now
        return None if path in self._gone else self._original(path)

    def contents(self) -> dict[str, bytes | None]:
        """Every path that differs from the base or was touched, with its bytes now; None where the file is gone."""
        result: dict[str, bytes | None] = dict.fromkeys(self._gone)
        result.update((path, file.now) for path, file in self._files.items())
        return result

    def stage(self, codemod: str, fixes: Iterable[Fix]) -> Staged:
        """Apply what one codemod returned. The first of two fixes that touch the same bytes wins; the other is a conflict.

        Two fixes may replace the same span by the same text, or insert the same text at one point: it is done once. Different texts at
        one point are a conflict unless both are whole lines. What an earlier stage wrote can't be replaced or deleted, only inserted
        into.
        """
        draft = Draft(self._current)
        applied: list[Fix] = []
        conflicts: list[Conflict] = []
        for fix in fixes:
            problem = draft.add(fix)
            if problem is None:
                applied.append(fix)
            else:
                conflicts.append(Conflict(fix, problem.path, problem.reason, problem.detail, problem.codemod or codemod))
        self._commit(codemod, draft)
        return Staged(tuple(applied), tuple(conflicts))

    def changes(self) -> Changeset:
        """What all stages together did to the base."""
        moved = {path: file.origin for path, file in self._files.items() if self._is_move(path, file)}
        result = [self._change(path, file, moved.get(path)) for path, file in self._files.items()]
        taken = set(moved.values())
        for path, gone in self._gone.items():
            before = self._original(path)
            if before is not None and path not in taken:
                stage = Stage(gone.codemod, (Edit(0, len(before), b""),))
                result.append(FileChange(path, before, None, stages=(stage,)))
        kept = [change for change in result if change.moved_from is not None or change.before != change.after]
        return Changeset(tuple(sorted(kept, key=lambda change: change.path)))

    def _original(self, path: str) -> bytes | None:
        if path not in self._originals:
            self._originals[path] = self._base(path)
        return self._originals[path]

    def _current(self, path: str) -> Current:
        file = self._files.get(path)
        if file is not None:
            return Current(file.now, tuple(file.written))
        gone = self._gone.get(path)
        if gone is not None:
            return Current(None, (), gone.codemod, gone.text)
        return Current(self._original(path), ())

    def _is_move(self, path: str, file: _File) -> bool:
        """Whether the file is best told as a move: its old place is empty now, and its new one was."""
        origin = file.origin
        return origin is not None and origin != path and origin not in self._files and self._original(path) is None

    def _change(self, path: str, file: _File, moved_from: str | None) -> FileChange:
        before = self._original(moved_from or path)
        if moved_from is not None or file.origin == path or (file.origin is None and before is None):
            return FileChange(path, before, file.now, moved_from, tuple(file.stages))
        whole = Edit(0, len(before or b""), file.now)  # another file's bytes came to stand here
        return FileChange(path, before, file.now, stages=(Stage(file.stages[-1].codemod, (whole,)),))

    def _commit(self, codemod: str, draft: Draft) -> None:
        for path, edits in draft.edits():
            file = self._opened(path)
            if self._finish is not None:
                edits = self._finish(path, file.now, edits)
            file.now = apply(file.now, edits)
            file.written = carried(file.written, edits, codemod)
            file.stages.append(Stage(codemod, tuple(edits)))
        moving = {old: self._opened(old) for old in draft.moves}
        for old, new in draft.moves.items():
            del self._files[old]
            self._gone[old] = _Gone(codemod, f"moved to {new} by {codemod}")
        for old, new in draft.moves.items():
            file = moving[old]
            if not file.stages or file.stages[-1].codemod != codemod:
                file.stages.append(Stage(codemod, ()))
            self._put(new, file)
        for path in draft.deletes:
            self._files.pop(path, None)
            self._gone[path] = _Gone(codemod, f"deleted by {codemod}")
        for path, data in draft.creates.items():
            if self.read(path) == data:
                continue
            edit = Edit(0, 0, data)
            self._put(path, _File(None, data, [Stage(codemod, (edit,))], carried([], [edit], codemod)))

    def _opened(self, path: str) -> _File:
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = _File(path, self._original(path) or b"")
        return file

    def _put(self, path: str, file: _File) -> None:
        self._gone.pop(path, None)
        self._files[path] = file
