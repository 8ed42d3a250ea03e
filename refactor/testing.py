"""Runs a codemod's examples and golden cases, each twice: the second run must change nothing.

A golden case is ``golden/<codemod>/<case>/`` with ``in/``, ``out/`` (absent: nothing may change) and ``expect.json``::

    {"reason": "why nothing changes", "options": {...}, "images": {"nginx:latest": "1.27.3"},
     "usage": {"shop/Deployment/api/app": "cpu 10m 500m, memory 200Mi 240Mi 300Mi"},
     "findings": [{"address": "...", "outcome": "skipped", "reason": "shared"}]}

``findings`` names what must be among the findings; only the keys given are compared. ``images`` answers look-ups: see :class:`Scripted`.
What was measured stands in ``usage`` (see :class:`refactor.metrics.scripted.ScriptedUsage`), or in ``usage.json`` beside ``in/``, as
``--save-usage`` writes it (:mod:`refactor.metrics.saved`); without either, there is nobody to ask.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from refactor import catalogue
from refactor.codemod import Codemod, Example
from refactor.config import Config
from refactor.delivery.json_report import finding_data
from refactor.metrics.saved import SavedUsage, UsageFileError
from refactor.metrics.saved import parse as parse_usage
from refactor.metrics.scripted import InvalidRow, ScriptedUsage
from refactor.metrics.usage import UsageSource
from refactor.project.workspace import NotOpened, Workspace
from refactor.reasons import Reason
from refactor.registry.reference import Reference
from refactor.registry.tags import TagKind, classify
from refactor.run import RunResult, run
from refactor.services import DigestKind, Pin, Progress, Services, Unresolved


class Scripted:
    """Look-ups answered from a table: reference to version, to ``sha256:...``, to both as ``sha256:...=version``, or to ``!reason``.

    Where no digest is given, it is made from repository and version: equal versions have equal digests. ``#linux/arm64`` after the answer
    makes it the manifest of one platform. What is not in the table is not found.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = {Reference.parse(k).canonical: v for k, v in table.items()}
        self.asked: list[str] = []

    def pin(
        self, references: Collection[Reference], *, platform: str | None = None, version: bool = True, progress: Progress | None = None
    ) -> dict[Reference, Pin | Unresolved]:
        del progress
        self.asked += sorted({r.canonical for r in references})
        return {r: self._pin(r, platform, version) for r in references}

    def kinds(self, references: Collection[Reference], *, progress: Progress | None = None) -> dict[Reference, DigestKind | Unresolved]:
        del progress
        found: dict[Reference, DigestKind | Unresolved] = {}
        for reference in references:
            answer = self._table.get(reference.with_tag(None).canonical, "")
            platform = answer.partition("#")[2]
            found[reference] = DigestKind("manifest", platform) if platform else DigestKind("index", None)
        return found

    def _pin(self, reference: Reference, platform: str | None, version: bool) -> Pin | Unresolved:
        answer = self._table.get(reference.canonical)
        if answer is None or answer.startswith("!"):
            reason = Reason.named(answer[1:]) if answer else Reason.NOT_FOUND
            return Unresolved(reason, f"{reference.canonical}")
        digest, _, exact = answer.rpartition("=") if answer.startswith("sha256:") and "=" in answer else ("", "", answer)
        if exact.startswith("sha256:"):
            digest, exact = exact, ""
        seed = f"{reference.repository}:{exact or reference.wanted}" + (f"#{platform}" if platform else "")
        own = reference.wanted if classify(reference.tag) is TagKind.EXACT else None
        shown = (own or exact or None) if version else own
        return Pin(
            digest=digest or f"sha256:{hashlib.sha256(seed.encode()).hexdigest()}",
            kind="manifest" if platform else "index",
            version=shown,
            no_version="" if shown else "no version tag has the same digest",
            source="registry",
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One example or golden case. ``after`` is None where nothing may change; ``usage`` are rows, or the content of a ``usage.json``."""

    name: str
    codemod: type[Codemod]
    before: Mapping[str, bytes]
    after: Mapping[str, bytes] | None
    options: Mapping[str, Any] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()
    usage: Mapping[str, str] | bytes | None = None


def examples(codemod: type[Codemod]) -> Iterator[Case]:
    """The cases that a codemod's file carries."""
    for example in codemod.examples:
        yield _example(codemod, example)


def _example(codemod: type[Codemod], example: Example) -> Case:
    before = {name: text.encode() for name, text in example.before.items()}
    after = None if example.after is None else {**before, **{n: t.encode() for n, t in example.after.items()}}
    return Case(f"{codemod.name}: {example.title}", codemod, before, after, example.options, example.images, usage=example.usage)


def golden(codemod: type[Codemod], directory: Path) -> Iterator[Case]:
    """The cases in ``directory/<codemod>/``."""
    for place in sorted((directory / codemod.name).glob("*/")):
        expect = json.loads((place / "expect.json").read_text("utf-8"))
        before = _tree(place / "in")
        after = {**before, **_tree(place / "out")} if (place / "out").is_dir() else None
        yield Case(
            f"{codemod.name}/{place.name}",
            codemod,
            before,
            after,
            _options(expect.get("options", {})),
            expect.get("images", {}),
            expect.get("findings", ()),
            saved.read_bytes() if (saved := place / "usage.json").is_file() else expect.get("usage"),
        )


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) and not any(isinstance(e, dict) for e in v) else v for k, v in options.items()}


def _tree(directory: Path) -> dict[str, bytes]:
    return {p.relative_to(directory).as_posix(): p.read_bytes() for p in sorted(directory.rglob("*")) if p.is_file()}


def check(case: Case) -> list[str]:
    """Run a case twice; what is wrong, in words (nothing: it passes)."""
    with tempfile.TemporaryDirectory(prefix="tfmod-case-") as name:
        root = Path(name)
        _write(root, case.before)
        first = _run(case, root)
        if isinstance(first, str):
            return [first]
        result = {c.path: c.after for c in first.changeset}
        problems = _compared(case, {**case.before, **{p: d for p, d in result.items() if d is not None}})
        problems += _missing(case, first)
        _write(root, {p: d for p, d in result.items() if d is not None})
        second = _run(case, root)
        if isinstance(second, str):
            return [*problems, f"second run: {second}"]
        return problems + [f"the second run changes {c.path}" for c in second.changeset]


def _write(root: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _run(case: Case, root: Path) -> RunResult | str:
    workspace = Workspace.open([root])
    if isinstance(workspace, NotOpened):
        return workspace.text
    try:
        services = Services(Scripted(case.images), usage=_usage(case.usage))
    except (InvalidRow, UsageFileError) as error:
        return f"usage: {error}"
    return run(workspace, [case.codemod(**_parsed(case))], services, deep=True)


def _parsed(case: Case) -> dict[str, Any]:
    """Option values as the codemod has them: what a configuration file has as tables is given as that."""
    tables = {o.name: o.kind for o in case.codemod.options if o.table}
    return {name: tables[name](value) if name in tables else value for name, value in case.options.items()}


def _usage(known: Mapping[str, str] | bytes | None) -> UsageSource | None:
    if known is None:
        return None
    return SavedUsage(parse_usage(known)) if isinstance(known, bytes) else ScriptedUsage(known)


def _compared(case: Case, result: Mapping[str, bytes]) -> list[str]:
    wanted = case.before if case.after is None else case.after
    problems = [
        f"{path} is {'changed' if case.after is None else 'not as expected'}:\n{_shown(wanted[path], result[path])}"
        for path in wanted
        if result.get(path) != wanted[path]
    ]
    return problems + [f"{path} is not expected" for path in result if path not in wanted]


def _shown(wanted: bytes, got: bytes) -> str:
    import difflib

    one, two = (d.decode("utf-8", "replace").splitlines(keepends=True) for d in (wanted, got))
    return "".join(difflib.unified_diff(one, two, "expected", "got", n=2))


def _missing(case: Case, result: RunResult) -> list[str]:
    found = [finding_data(f) for f in result.findings]
    absent = [w for w in case.findings if not any(all(f.get(k) == v for k, v in w.items()) for f in found)]
    return [f"no finding has {json.dumps(dict(w))}; there are {json.dumps(found, indent=1)}" for w in absent]


def run_tests(names: Sequence[str], settings: Config, directory: Path | None, say: Callable[[str], object]) -> int:
    """``tfmod test``: everything, or the codemods named, or those in files and directories."""
    codemods: list[tuple[type[Codemod], Path]] = []
    known = catalogue.files(settings.codemods)
    for name in names or known:
        path = Path(name)
        if name in known:
            codemods.append((catalogue.load(name, settings.codemods), known[name].parent.parent / "golden"))
        elif path.is_dir():
            codemods += [(catalogue.load_file(p), path / "golden") for p in sorted(path.glob("[a-z]*.py"))]
        elif path.is_file():
            codemods.append((catalogue.load_file(path), path.parent / "golden"))
        else:
            raise catalogue.CatalogueError(f"there is no codemod, file or directory {name}")
    passed = failed = 0
    for codemod, beside in codemods:
        for case in (*examples(codemod), *golden(codemod, directory or beside)):
            problems = check(case)
            failed += bool(problems)
            passed += not problems
            if problems:
                say(f"FAILED {case.name}\n" + "".join(f"  {line}\n" for p in problems for line in p.splitlines()))
    say(f"{passed} passed, {failed} failed\n")
    return 1 if failed else 0
