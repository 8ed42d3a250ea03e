"""The gates that a changed file has to pass before it is shown, and the second reading before it is written.

- gate a: all bytes outside the recorded edits equal the original, found by code that does not apply edits;
- gate b: the parser of HashiCorp accepts the text, and so does the check of what tree-sitter is too lenient about (YAML: PyYAML's own
  parser, written in Python, which is not the one that located the edit);
- gate c: re-read, the tree differs only at the addresses that the fixes declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from refactor.edits import Change, Edit

_HCL = (".tf", ".tofu", ".hcl", ".tfvars")
_JSON = (".json", ".lock")
_SHOWN = 3  # strangers named in a refusal


class Edited(Protocol):
    """One stage of a file's change: edits of the bytes that the stage before left."""

    @property
    def edits(self) -> tuple[Edit, ...]: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """``refused`` names the gate and why, or is None. ``changes`` is the difference by value (where it was asked for); ``note`` says what
    had to be left out."""

    path: str
    refused: str | None = None
    changes: tuple[Change, ...] = ()
    note: str = ""


def verify(
    path: str, before: bytes | None, after: bytes | None, stages: Iterable[Edited], declared: Sequence[Change], *, deep: bool
) -> Verdict:
    """Judge one file's change. ``deep`` adds the reading by python-hcl2, which everything has to pass that is written or proposed."""
    if after is None:
        return Verdict(path)
    if before is not None and not _outside_is_identical(before, after, [s.edits for s in stages]):
        return Verdict(path, "gate a: bytes outside the edits differ")
    if path.endswith(_HCL):
        return _hcl(path, before or b"", after, declared, deep=deep)
    if path.endswith(_JSON):
        return Verdict(path)
    return _yaml(path, before or b"", after, declared)


def _outside_is_identical(before: bytes, after: bytes, stages: Sequence[Sequence[Edit]]) -> bool:
    """Walk ``after`` and the texts of the edits side by side: what is not an edit's text must be the original's bytes in order."""
    current = memoryview(before)
    for i, edits in enumerate(stages):
        target = memoryview(after) if i == len(stages) - 1 else None
        read = at = 0
        kept: list[memoryview | bytes] = []
        for edit in sorted(edits, key=lambda e: (e.start, e.end)):
            if edit.start < read:
                return False
            same = current[read : edit.start]
            if target is None:
                kept += [same, edit.text]
            else:
                if target[at : at + len(same)] != same or target[at + len(same) : at + len(same) + len(edit.text)] != edit.text:
                    return False
                at += len(same) + len(edit.text)
            read = edit.end
        if target is not None:
            return target[at:] == current[read:]
        current = memoryview(b"".join([*kept, current[read:]]))
    return before == after


def _hcl(path: str, before: bytes, after: bytes, declared: Sequence[Change], *, deep: bool) -> Verdict:
    from refactor.hcl.document import Document
    from refactor.hcl.gates import refusal, undeclared

    old, new = Document(path, before), Document(path, after)
    problem = refusal(after)
    if problem is not None and (not before or refusal(before) is None):
        return Verdict(path, f"gate b: {problem}")
    if old.error is None and new.error is not None:
        return Verdict(path, f"gate b: not readable any more, line {new.lines.line(new.error)}")
    strangers = undeclared(old, new, [c.address for c in declared]) if before else []
    if strangers:
        return Verdict(path, f"gate c: undeclared changes at {_named(strangers)}")
    return _deep(path, before, after, declared) if deep and before else Verdict(path)


def _deep(path: str, before: bytes, after: bytes, declared: Sequence[Change]) -> Verdict:
    from refactor.hcl.plain import Unreadable, difference, unexplained

    found = difference(before, after)
    if isinstance(found, Unreadable):
        if found.detail.startswith("the result"):
            return Verdict(path, f"gate d: python-hcl2 can read the original; {found.detail}")
        return Verdict(path, note=f"python-hcl2 cannot read the original ({found.detail}): gates a to c decided")
    strangers = unexplained(declared, found)
    if strangers:
        return Verdict(path, f"gate d: python-hcl2 sees another change than was declared at {_named(strangers)}")
    return Verdict(path, changes=tuple(found))


def _yaml(path: str, before: bytes, after: bytes, declared: Sequence[Change]) -> Verdict:
    from refactor.yaml.gate import difference
    from refactor.yaml.template import Unparsable

    found = difference(before, after, template=True)
    if isinstance(found, Unparsable):
        return Verdict(path, f"gate b: {found.detail}")
    changes = [Change(f"{path} / {d.path}", d.old and d.old.text, d.new and d.new.text) for d in found]
    addresses = {c.address for c in declared}
    strangers = [c for c in changes if not any(c.address == a or c.address.startswith((f"{a}.", f"{a}[")) for a in addresses)]
    if strangers:
        return Verdict(path, f"gate c: undeclared changes at {_named(strangers)}")
    return Verdict(path, changes=tuple(changes))


def _named(changes: Sequence[Change]) -> str:
    names = ", ".join(c.address for c in changes[:_SHOWN])
    return names + (f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else "")
