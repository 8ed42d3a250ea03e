"""Reports to render: one finding of each outcome, in files and with values that are awkward for every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from refactor.changeset import Changeset, FileChange, Stage
from refactor.codemod import (
    Codemod,
    Effect,
    EffectKind,
    Example,
    FileEdits,
    Finding,
    Fix,
    Outcome,
    Place,
    Rule,
    Safety,
    Severity,
)
from refactor.delivery.report import Report
from refactor.edits import Edit, LineIndex
from refactor.reasons import Reason
from refactor.run import RunResult, SkippedFile, aligned_edits

ODD = Rule("ODD001", "odd-value", "the value is odd | or `worse`", Severity.ERROR)
MILD = Rule("ODD002", "mild-value", "the value is mild", Severity.INFO)

PATH = "stacks/my app 100%/größe.tf"
AWKWARD = "a|b`c`::error::<b>{0}[x](1)&größe😀"
"""What stands in the file where the finding is."""

DATA = (
    "\ufeff# größe\r\n"
    "locals {\r\n"
    f'  first  = "😀{AWKWARD}" # 😀\r\n'
    '  second = "old"\r\n'
    '  third  = "fine"\r\n'
    '  fourth = "hidden" # tfmod:ignore[odd] toy\r\n'
    "}\r\n"
).encode()


class Odd(Codemod):
    """Stands for a codemod that ran; only what it says of itself is looked at."""

    name = "odd"
    summary = "make odd values even"
    rationale = "Odd values surprise {people}."
    safety = Safety.SAFE
    rules: ClassVar[tuple[Rule, ...]] = (ODD, MILD)
    examples = (Example("none", {"main.tf": "locals {}\n"}, reason="nothing is odd"),)

    def detect(self, project: object) -> Iterable[Finding]:
        raise NotImplementedError

    def fix(self, project: object, findings: object, services: object) -> Iterable[Finding]:
        raise NotImplementedError


class Later(Odd):
    """Runs after :class:`Odd`, on what that one left."""

    name = "later"
    rules = (MILD,)


def place(text: str, path: str = PATH, data: bytes = DATA) -> Place:
    """Where a text stands in a file, once."""
    raw = text.encode()
    assert data.count(raw) == 1, text
    start = data.index(raw)
    lines = LineIndex(data)
    return Place(path, start, start + len(raw), lines.line(start), lines.column(start))


def found(text: str = AWKWARD, rule: Rule = ODD, **more: Any) -> Finding:
    """A concern about a text of :data:`DATA`."""
    more.setdefault("place", place(text))
    return Finding(
        address=more.pop("address", "local.first"),
        message=more.pop("message", f"{text}: @octocat *said*\nso"),
        rule=rule,
        before=more.pop("before", text),
        codemod=more.pop("codemod", "odd"),
        thing="entry",
        **more,
    )


def changed(text: str = "old", after: str = "new and longer", codemod: str = "odd") -> Finding:
    """A concern whose fix replaces the text."""
    where = place(text)
    fix = Fix((FileEdits(PATH, (Edit(where.start, where.end, after.encode()),)),))
    effects = (Effect(EffectKind.ROLLOUT, "kubernetes_deployment.a|b"),)
    return found(text, outcome=Outcome.CHANGED, after=after, fix=fix, effects=effects, address="local.second", codemod=codemod)


def each_outcome() -> tuple[Finding, ...]:
    """Found, changed, fine, skipped with and without a rule, failed and suppressed, in the order of the file."""
    return (
        found(),
        replace(found(address="local.unknown"), rule=None, outcome=Outcome.SKIPPED, reason=Reason.NOT_LITERAL, detail="of <x> | `y`"),
        changed(),
        replace(found("fine", address="local.third"), rule=None, outcome=Outcome.FINE, message="it is fine"),
        found("hidden", address="local.fourth", outcome=Outcome.SKIPPED, reason=Reason.SUPPRESSED, detail="toy | <b>"),
        found("locals", MILD, address="local", outcome=Outcome.FAILED, reason=Reason.GATE, detail="does not\nparse"),
        found("second", MILD, address="local", outcome=Outcome.SKIPPED, reason=Reason.UNREACHABLE, detail="timed out"),
    )


def changeset(findings: Iterable[Finding], files: Mapping[str, bytes]) -> Changeset:
    """The changes of findings of one codemod, as a run composes them."""
    from refactor.edits import apply

    edits: dict[str, list[Edit]] = {}
    for finding in findings:
        for file in finding.fix.files if finding.fix is not None else ():
            edits.setdefault(file.path, []).extend(file.edits)
    changes = []
    for path, own in sorted(edits.items()):
        printed = aligned_edits(path, files[path], own)
        changes.append(FileChange(path, files[path], apply(files[path], printed), stages=(Stage("odd", tuple(printed)),)))
    return Changeset(tuple(changes))


def report(
    findings: Sequence[Finding] = (),
    *,
    label: str = "odd",
    skipped: Sequence[SkippedFile] = (),
    changes: Changeset | None = None,
    codemods: tuple[type[Codemod], ...] = (Odd,),
    files: Mapping[str, bytes] | None = None,
    applied: bool = False,
    warn: Callable[[str], None] = lambda _: None,
) -> Report:
    """A report on :data:`DATA`, or on other files."""
    there = {PATH: DATA} if files is None else files
    result = RunResult(tuple(findings), changeset(findings, there) if changes is None else changes, tuple(skipped))
    return Report(result, label, codemods, there.get, applied=applied, warn=warn)


def everything(**more: Any) -> Report:
    """One of each outcome, and a file that was skipped."""
    return report(each_outcome(), skipped=(SkippedFile("se cret|%.tf", Reason.ENCRYPTED, ""),), **more)
