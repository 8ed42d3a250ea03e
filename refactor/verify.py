"""The gates that a changed file has to pass before it is shown, and the second reading before it is written.

- gate a: all bytes outside the recorded edits equal the original, found by code that applies no edits;
- gate b: HashiCorp's own parser accepts the text, and so does a check of what tree-sitter is too lenient about (YAML and JSON: parsers in
  Python, which are not the ones that located the edit); a new HCL file is laid out as ``terraform fmt`` prints it;
- gate c: re-read, the values differ only where the fixes declared, and as they declared;
- gate d, where it is asked for: python-hcl2 sees exactly the declared changes, no more and no fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from refactor.edits import Change, Edit
from refactor.hcl import SUFFIXES

if TYPE_CHECKING:
    from refactor.hcl.document import Document

_DATA = (".yaml", ".yml", ".json")
_SHOWN = 3  # addresses named in a refusal


class Edited(Protocol):
    """One stage of a file's change: edits of the bytes that the stage before left."""

    @property
    def edits(self) -> tuple[Edit, ...]: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """``refused`` is one line that names the gate and why, or None. ``changes`` is the difference by value, where it was asked for.
    ``note`` says what had to be left out."""

    path: str
    refused: str | None = None
    changes: tuple[Change, ...] = ()
    note: str = ""


def verify(
    path: str, before: bytes | None, after: bytes | None, stages: Iterable[Edited], declared: Sequence[Change], *, deep: bool
) -> Verdict:
    """Judge one file's change.

    Args:
        path: relative to the repository; its end says what kind of file it is.
        before, after: None for a new file, and for one that goes, of which there is nothing to judge.
        stages: what led from ``before`` to ``after``.
        declared: the values that the fixes meant to change.
        deep: add gate d, which everything has to pass that is written or proposed.
    """
    if after is None:
        return Verdict(path)
    strayed = _strayed(before or b"", after, [s.edits for s in stages])
    if strayed is not None:
        return Verdict(path, f"gate a: {strayed}")
    if path.endswith(SUFFIXES):
        return _new_hcl(path, after) if before is None else _hcl(path, before, after, declared, deep=deep)
    if path.endswith(_DATA) or (declared and before is not None):
        return _data(path, before, after, declared)
    return Verdict(path)


def _strayed(before: bytes, after: bytes, stages: Sequence[Sequence[Edit]]) -> str | None:
    """Where bytes outside the edits differ. What each stage kept is taken from the stage before, piece by piece, and must be there."""
    text = before
    for number, edits in enumerate(stages, 1):
        last = number == len(stages)
        expected: list[bytes] = []
        length = at = 0
        for edit in sorted(edits, key=lambda e: (e.start, e.end)):
            if edit.start < at or edit.end > len(text):
                return f"the edits of stage {number} overlap or lie outside, at byte {edit.start}"
            for piece in (text[at : edit.start], edit.text):
                if last and after[length : length + len(piece)] != piece:
                    return f"bytes {length} to {length + len(piece)} of the result are not what stage {number} left there"
                length += len(piece)
                expected.append(piece)
            at = edit.end
        tail = text[at:]
        if last and (after[length:] != tail or length + len(tail) != len(after)):
            return f"the result differs behind the last edit, from byte {length}"
        text = b"".join([*expected, tail])
    return None if stages or before == after else "the file differs although nothing edited it"


def _new_hcl(path: str, after: bytes) -> Verdict:
    from refactor.hcl.document import Document
    from refactor.hcl.gates import refusal
    from refactor.hcl.layout import misplaced

    document = Document(path, after)
    problem = refusal(document)
    if problem is not None:
        return Verdict(path, f"gate b: {problem}")
    moved = misplaced(after)
    if moved:
        return Verdict(path, f"gate b: line {document.lines.line(moved[0].start)} is not laid out as terraform fmt prints it")
    return Verdict(path)


def _hcl(path: str, before: bytes, after: bytes, declared: Sequence[Change], *, deep: bool) -> Verdict:
    from refactor.hcl.document import Document
    from refactor.hcl.gates import refusal, undeclared

    old, new = Document(path, before), Document(path, after)
    problem = refusal(new)
    if problem is not None and refusal(old) is None:
        return Verdict(path, f"gate b: {problem}")
    if new.error is not None and old.error is None:
        return Verdict(path, f"gate b: line {new.lines.line(new.error)} cannot be read any more")
    strangers = undeclared(old, new, declared)
    if strangers:
        return Verdict(path, f"gate c: {_told(strangers, 'undeclared')}")
    return _deep(path, old, new, declared) if deep else Verdict(path)


def _deep(path: str, before: Document, after: Document, declared: Sequence[Change]) -> Verdict:
    from refactor.hcl.declared import unexplained
    from refactor.hcl.plain import Unreadable, difference

    found = difference(before, after)
    if isinstance(found, Unreadable):
        if found.result:
            return Verdict(path, f"gate d: python-hcl2 can read the original, but not the result: {found.detail}")
        return Verdict(path, note=f"python-hcl2 cannot read the original: gates a to c decided ({found.detail})")
    strangers = unexplained(declared, found)
    if strangers:
        return Verdict(path, f"gate d: {_told(strangers, 'not the same in python-hcl2 and as declared')}", tuple(found))
    return Verdict(path, changes=tuple(found))


def _data(path: str, before: bytes | None, after: bytes, declared: Sequence[Change]) -> Verdict:
    """YAML, JSON, and templates of them. How interpolations are read depends on who reads the file; one way must do."""
    from refactor.hcl.declared import unexplained
    from refactor.yaml.gate import difference
    from refactor.yaml.template import Unparsable

    found = difference(before or b"", after, template=True)
    if isinstance(found, Unparsable):
        plain = difference(before or b"", after, template=False)
        if isinstance(plain, Unparsable):
            return Verdict(path, f"gate b: {found.detail}")
        found = plain
    if before is None:
        return Verdict(path)
    changes = [Change(f"{path} / {d.path}", d.old and d.old.text, d.new and d.new.text) for d in found]
    strangers = unexplained(declared, changes)
    if strangers:
        return Verdict(path, f"gate c: {_told(strangers, 'undeclared or missing')}", tuple(changes))
    return Verdict(path, changes=tuple(changes))


def _told(changes: Sequence[Change], what: str) -> str:
    names = ", ".join(c.address or "the file" for c in changes[:_SHOWN])
    return f"{what}: {names}" + (f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else "")
