"""An audit that also knows what the codemods would do about each finding, without asking anybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from refactor.codemod import Codemod, Finding, Outcome
from refactor.run import RunResult, audit, run
from refactor.services import DigestKind, Pin, Progress, Services, Unresolved

if TYPE_CHECKING:
    from refactor.project.workspace import Workspace
    from refactor.registry.reference import Reference

_DIGEST = f"sha256:{'0' * 64}"
_VERSION = "0.0.0"


class _Assumed:
    """Look-ups that all succeed: what is left then is left whatever registries say. The answers are shown to nobody."""

    def __init__(self) -> None:
        self.was_asked = False

    def pin(
        self, references: Collection[Reference], *, platform: str | None = None, version: bool = True, progress: Progress | None = None
    ) -> dict[Reference, Pin | Unresolved]:
        del platform, progress
        self.was_asked |= bool(references)
        return {r: Pin(_DIGEST, "index", _VERSION if version else None, "", "registry") for r in references}

    def kinds(self, references: Collection[Reference], *, progress: Progress | None = None) -> dict[Reference, DigestKind | Unresolved]:
        del progress
        self.was_asked |= bool(references)
        return {r: DigestKind("index", None) for r in references}


def prospects(workspace: Workspace, codemods: Sequence[Codemod]) -> tuple[RunResult, frozenset[str]]:
    """The findings of an audit, each once, with the outcome that its own codemod would have on the code as it is; and the names of the
    codemods that would look something up first, which is taken to succeed.

    A concern stays ``FOUND`` where no codemod resolves it. There is no changeset: each codemod is tried by itself, and fixes are left out.
    """
    result = audit(workspace, codemods)
    done: dict[tuple[object, ...], list[Finding]] = {}
    asking: set[str] = set()
    for codemod in codemods:
        if any(f.codemod == codemod.name and f.outcome is Outcome.FOUND for f in result.findings):
            images = _Assumed()
            for finding in run(workspace, [codemod], Services(images)).findings:
                done.setdefault(_identity(finding), []).append(finding)
            asking |= {codemod.name} if images.was_asked else set()
    return replace(result, findings=tuple(_met(result.findings, done))), frozenset(asking)


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.codemod, finding.rule, finding.place, finding.address, finding.read_at


def _met(findings: Iterable[Finding], done: dict[tuple[object, ...], list[Finding]]) -> Iterable[Finding]:
    for finding in findings:
        met = done.get(_identity(finding)) if finding.outcome is Outcome.FOUND else None
        after = met.pop(0) if met else finding
        known = after.outcome in (Outcome.CHANGED, Outcome.SKIPPED, Outcome.FAILED)
        if known:
            finding = replace(finding, outcome=after.outcome, reason=after.reason, detail=after.detail, effects=after.effects)
        yield finding
