"""One run: codemods in order over one workspace, each seeing what the ones before it did, everything verified before it is shown.

Batch, interactive and bot modes share :func:`run`; they differ in what ``decide`` answers and in what is done with the changeset.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from refactor.changeset import Changeset, Step
from refactor.codemod import Codemod, Finding, Outcome
from refactor.edits import Change, Edit
from refactor.hcl import SUFFIXES
from refactor.project.project import Project
from refactor.project.workspace import Workspace
from refactor.reasons import Reason
from refactor.services import Services
from refactor.suppressions import Suppressions

if TYPE_CHECKING:
    from refactor.overlay import Overlay, Reader

Decide = Callable[[Finding, Workspace], bool]
_MANY = 100  # files whose trees are worth looking for


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was wanted and could not be used."""

    path: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class RunResult:
    """``findings`` in the order of codemods, then of files; ``notes`` are what verification had to leave out.

    Of a deep run, ``differences`` are the values that change, by file, and ``steps`` are the changeset codemod by codemod, in the order of
    the run; a codemod that changed nothing has no step.
    """

    findings: tuple[Finding, ...]
    changeset: Changeset
    skipped: tuple[SkippedFile, ...] = ()
    differences: tuple[tuple[str, tuple[Change, ...]], ...] = ()
    notes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def audit(workspace: Workspace, codemods: Sequence[Codemod], services: Services | None = None) -> RunResult:
    """Every detector, no fix. ``services`` are for those that compare with the outside world (``--verify``)."""
    project = Project(workspace)
    suppressions = Suppressions(project)
    findings: list[Finding] = []
    for codemod in codemods:
        found = [suppressions.apply(_named(f, codemod)) for f in codemod.detect(project)]
        findings += codemod.verify(found, services) if services is not None else found
    findings += suppressions.findings(_names(codemods))
    findings.sort(key=lambda f: (f.place.path, f.place.start))
    return RunResult(tuple(findings), Changeset(), _skipped(project))


def run(
    workspace: Workspace,
    codemods: Sequence[Codemod],
    services: Services,
    *,
    decide: Decide | None = None,
    only: Callable[[Finding], bool] | None = None,
    deep: bool = False,
) -> RunResult:
    """Detect, fix, compose and verify. Nothing is written.

    ``only`` says which findings are to be fixed: the others stay found. ``decide`` is asked about each finding that has a fix; what it
    declines is skipped. ``deep`` also has python-hcl2 read every changed file before and after, which a changeset has to pass before it
    is written or proposed. A file that does not pass is left alone, and the findings whose fixes needed it have failed.
    """
    state = _State(workspace)
    others: list[Finding] = []
    names = [c.name for c in codemods]
    skipped: dict[str, SkippedFile] = {}
    for i, codemod in enumerate(codemods):
        if i and len(workspace.files) >= _MANY:
            gc.collect()  # the project of the stage before, which refers to itself
        current = workspace.with_overlay(state.overlay.contents()) if i else workspace
        project = Project(current)
        suppressions = Suppressions(project)
        found = [suppressions.apply(_named(f, codemod)) for f in codemod.detect(project)]
        wanted = [f for f in found if f.outcome is Outcome.FOUND and (only is None or only(f))]
        others += [_told(f) for f in found if f.outcome is not Outcome.FOUND or (only is not None and not only(f))]
        fixed = [_told(_named(f, codemod)) for f in codemod.fix(project, wanted, services)]
        if decide is not None:
            fixed = [_decided(f, decide, current) for f in fixed]
        state.stage(codemod.name, fixed)
        others += suppressions.findings(_names([codemod]))
        skipped.update((s.path, s) for s in _skipped(project))
        del project, suppressions, found, wanted
    if deep:
        state.confirm()
    findings = sorted(
        [*others, *state.findings()], key=lambda f: (names.index(f.codemod) if f.codemod in names else -1, f.place.path, f.place.start)
    )
    return RunResult(
        tuple(findings),
        state.overlay.changes(),
        tuple(skipped.values()),
        tuple(state.differences),
        tuple(state.notes),
        tuple(state.steps()) if deep else (),
    )


def _named(finding: Finding, codemod: Codemod) -> Finding:
    """A finding with the name of its codemod, which one of somebody's own may not have said."""
    return finding if finding.codemod else replace(finding, codemod=codemod.name)


def _told(finding: Finding) -> Finding:
    """A finding without its codemod's view of the thing, which would keep the whole project of a stage in memory."""
    return finding if finding.subject is None else replace(finding, subject=None)


def _names(codemods: Iterable[Codemod]) -> set[str]:
    names: set[str] = set()
    for codemod in codemods:
        names |= {codemod.name, *(r.code for r in codemod.rules), *(r.name for r in codemod.rules)}
    return names


def _skipped(project: Project) -> tuple[SkippedFile, ...]:
    found = {path: SkippedFile(path, reason, detail) for path, (reason, detail) in project.skips.items()}
    for path, skip in project.workspace.skips.items():
        found.setdefault(path, SkippedFile(path, skip.reason, skip.detail))
    return tuple(found[path] for path in sorted(found))


def _decided(finding: Finding, decide: Decide, workspace: Workspace) -> Finding:
    if finding.outcome is not Outcome.CHANGED or decide(finding, workspace):
        return finding
    return replace(finding, outcome=Outcome.SKIPPED, reason=Reason.DECLINED, fix=None, effects=())


def _declared(findings: Iterable[Finding]) -> dict[str, list[Change]]:
    declared: dict[str, list[Change]] = {}
    for finding in findings:
        if finding.outcome is Outcome.CHANGED and finding.fix is not None:
            for file in finding.fix.files:
                declared.setdefault(file.path, []).extend(file.changes)
    return declared


def aligned_edits(path: str, data: bytes, edits: list[Edit]) -> list[Edit]:
    """Edits of one stage in one file, with the columns that ``terraform fmt`` would set."""
    if not path.endswith(SUFFIXES) or not edits:
        return edits
    from refactor.hcl.document import Document
    from refactor.hcl.layout import aligned

    return aligned(Document(path, data), edits)


class _State:
    """What the stages so far have made. A fix that fails a gate is taken back, and everything is staged again without it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._stages: list[tuple[str, list[Finding]]] = []
        self.overlay = self._new()
        self.differences: list[tuple[str, tuple[Change, ...]]] = []
        self.notes: list[str] = []

    def _new(self) -> Overlay:
        from refactor.overlay import Overlay

        return Overlay(self._workspace.raw, finish=aligned_edits)

    def findings(self) -> Iterator[Finding]:
        for _, results in self._stages:
            yield from results

    def stage(self, codemod: str, fixed: Sequence[Finding]) -> None:
        """Add one codemod's results; conflicts and refusals become failures of their findings."""
        before = self.overlay
        results = list(fixed)
        while True:
            self.overlay = self._replayed()
            results = _staged(self.overlay, codemod, [_placed(f, self._workspace) for f in results])
            step = _alone(before.read, codemod, results) if before.contents() else self.overlay
            refused = _refused(step, results)
            if not refused:
                break
            results = [_failed(f, Reason.GATE, why) if (why := _why(f, refused)) else f for f in results]
        self._stages.append((codemod, results))

    def confirm(self) -> None:
        """Have the whole changeset read by python-hcl2."""
        from refactor.verify import verify

        while True:
            refused: dict[str, str] = {}
            self.differences, self.notes = [], []
            declared = _declared(self.findings())
            for change in self.overlay.changes():
                verdict = verify(change.path, change.before, change.after, change.stages, declared.get(change.path, ()), deep=True)
                if verdict.refused is not None:
                    refused[change.path] = verdict.refused
                self.differences.append((change.path, verdict.changes))
                if verdict.note:
                    self.notes.append(f"{change.path}: {verdict.note}")
            if not refused:
                return
            self._stages = [
                (name, [_failed(f, Reason.GATE, why) if (why := _why(f, refused)) else f for f in results])
                for name, results in self._stages
            ]
            self.overlay = self._replayed()

    def steps(self) -> Iterator[Step]:
        """What each codemod did."""
        read = self._workspace.raw
        for codemod, results in self._stages:
            overlay = _alone(read, codemod, results)
            changeset = overlay.changes()
            if changeset.changes:
                yield Step(codemod, changeset)
                read = overlay.read

    def _replayed(self) -> Overlay:
        overlay = self._new()
        for i, (codemod, results) in enumerate(self._stages):
            self._stages[i] = (codemod, _staged(overlay, codemod, results))
        return overlay


def _refused(step: Overlay, results: Sequence[Finding]) -> dict[str, str]:
    """Files that a stage changed and that do not pass the gates, and why."""
    from refactor.verify import verify

    declared = _declared(results)
    verdicts = ((c.path, verify(c.path, c.before, c.after, c.stages, declared.get(c.path, ()), deep=False)) for c in step.changes())
    return {path: verdict.refused for path, verdict in verdicts if verdict.refused is not None}


def _alone(read: Reader, codemod: str, results: Sequence[Finding]) -> Overlay:
    """One stage on what the stages before it left. The fixes in its results are those that fit together, with one another and with that."""
    from refactor.overlay import Overlay

    overlay = Overlay(read, finish=aligned_edits)
    _staged(overlay, codemod, results)
    return overlay


def _placed(finding: Finding, workspace: Workspace) -> Finding:
    """Edits of a file that is reached through a symbolic link belong to the file itself."""
    if finding.fix is None:
        return finding
    files = tuple(replace(f, path=place) if isinstance(place := workspace.place(f.path), str) else f for f in finding.fix.files)
    return finding if files == finding.fix.files else replace(finding, fix=replace(finding.fix, files=files))


def _staged(overlay: Overlay, codemod: str, results: Sequence[Finding]) -> list[Finding]:
    """Stage the fixes of results; those that stand in one another's way have failed."""
    fixes = [f.fix for f in results if f.outcome is Outcome.CHANGED and f.fix is not None]
    conflicts = {id(c.fix): c for c in overlay.stage(codemod, fixes).conflicts}
    return [_failed(f, c.reason, c.detail) if f.fix is not None and (c := conflicts.get(id(f.fix))) else f for f in results]


def _failed(finding: Finding, reason: Reason, detail: str) -> Finding:
    return replace(finding, outcome=Outcome.FAILED, reason=reason, detail=detail, fix=None, effects=())


def _why(finding: Finding, refused: dict[str, str]) -> str | None:
    """Which refusal, if any, concerns a finding's fix."""
    if finding.fix is None:
        return None
    paths = [*(f.path for f in finding.fix.files), *finding.fix.create, *finding.fix.delete, *finding.fix.move.values()]
    return next((f"{p}: {refused[p]}" for p in paths if p in refused), None)
