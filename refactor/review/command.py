"""``tfmod review`` from its arguments to its exit code."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from refactor import output
from refactor.arguments import UsageError
from refactor.changeset import Changeset
from refactor.codemod import Codemod, Finding, Outcome, Severity
from refactor.config import Config
from refactor.console import DONE, FOUND, INCOMPLETE, paint
from refactor.delivery.formats import TEXT
from refactor.delivery.text_report import fix_report, plural
from refactor.hcl import SUFFIXES
from refactor.project.listing import git
from refactor.project.project import Project
from refactor.project.workspace import Workspace
from refactor.review.changes import Change, NoChange, find_change
from refactor.review.compare import Comparison, compare, identity
from refactor.review.model import Review
from refactor.review.scope import files_in, touched
from refactor.review.target import Target, bases_of, pull_of
from refactor.run import RunResult, SkippedFile, audit, run

Narrow = Callable[[RunResult], RunResult]
"""What ``--select`` and ``--ignore`` leave of a result."""


def review(options: Namespace, settings: Config, workspace: Workspace, codemods: Sequence[Codemod], narrow: Narrow) -> int:
    """Compare, report, write on the pull request if asked to; the exit code says whether anything is as severe as ``--fail-on``."""
    writes = options.comment or options.suggest
    target = _target(options) if writes else None
    change = _change(options, workspace, committed=writes)
    if change.submodules and not options.quiet:
        _say(f"not looked into: {plural(len(change.submodules), 'submodule')} that moved ({', '.join(change.submodules)})")
    done = _reviewed(options, settings, workspace, codemods, narrow, change)
    _show(done, options, codemods)
    posted = _post(done, options, settings, codemods, target) if target is not None else True
    if options.fail_on != "never" and done.comparison.reaches(Severity(options.fail_on)):
        return FOUND
    return DONE if posted and not done.comparison.unread else INCOMPLETE


def _say(text: str) -> None:
    sys.stderr.write(f"tfmod review: {text}\n")


def _read_text(path: str) -> str | None:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _target(options: Namespace) -> Target:
    found = pull_of(os.environ, _read_text)
    if options.pull is not None:
        return replace(found, number=options.pull) if found is not None else Target(options.pull)
    if found is None:
        flag = "--comment" if options.comment else "--suggest"
        raise UsageError(f"{flag}: the environment names no pull request (is this job run for one?); give --pull NUMBER")
    return found


def _change(options: Namespace, workspace: Workspace, *, committed: bool) -> Change:
    """The change; what is written on a pull request speaks of commits, never of what lies about uncommitted."""
    names = (options.base, f"{options.remote}/{options.base}") if options.base else bases_of(os.environ, options.remote)
    if not names:
        raise UsageError("compared with what? Give --base REF, such as --base origin/main")
    change = find_change(workspace.root, names, options.head or ("HEAD" if committed else None))
    if isinstance(change, NoChange):
        raise UsageError(change.text)
    return change


def _reviewed(
    options: Namespace, settings: Config, workspace: Workspace, codemods: Sequence[Codemod], narrow: Narrow, change: Change
) -> Review:
    before, after = change.versions(workspace)
    old_paths = {f.old for f in change.files if f.old is not None}
    new_paths = {f.path for f in change.files if f.path is not None}
    before, after = _narrowed(before, old_paths, after, new_paths)
    lines = cache(change.lines)
    old, new = narrow(_seen(before, codemods, old_paths)), narrow(_seen(after, codemods, new_paths))
    comparison = compare(old, new, change.renames, lines)
    result = RunResult((*comparison.findings, *comparison.left), Changeset(), comparison.unread)
    fixed = None
    if comparison.new and (options.fixes or options.suggest or options.comment):
        fixed = _fixed(comparison, after, codemods, options, settings)
    return Review(change, comparison, after, result, fixed, lines)


def _narrowed(before: Workspace, old_paths: set[str], after: Workspace, new_paths: set[str]) -> tuple[Workspace, Workspace]:
    """Both versions, with what a change of these files may concern."""
    if not old_paths | new_paths:
        return before.only(()), after.only(())
    old, new = Project(before), Project(after)
    places = touched(old, old_paths) | touched(new, new_paths)
    return before.only(files_in(old, places) | old_paths), after.only(files_in(new, places) | new_paths)


def _seen(workspace: Workspace, codemods: Sequence[Codemod], changed: Iterable[str]) -> RunResult:
    """What an audit finds in what the change may concern, and which of these files it cannot use.

    Changed files are read whether or not a codemod wants them: one that does not parse has nothing that a codemod would want.
    """
    if not any(workspace.selected(path) for path in workspace.files):
        return RunResult((), Changeset())
    result = audit(workspace, codemods)
    project = Project(workspace)
    for path in changed:
        if path.endswith(SUFFIXES) and path in workspace.files:
            project.document(path)
    skipped = {s.path: s for s in result.skipped} | {p: SkippedFile(p, reason, detail) for p, (reason, detail) in project.skips.items()}
    return replace(result, skipped=tuple(skipped[path] for path in sorted(skipped) if workspace.selected(path)))


def _fixed(comparison: Comparison, workspace: Workspace, codemods: Sequence[Codemod], options: Namespace, settings: Config) -> RunResult:
    """The new findings with their fixes. Nobody is asked for a comment alone: that has what lock file and cache know."""
    from refactor.measurements import measurements
    from refactor.session import services

    asks = options.fixes or options.suggest
    asked = options if asks else Namespace(**{**vars(options), "offline": True, "prometheus": None, "save_usage": None})
    wanted = {identity(f) for f in comparison.findings}
    with (
        measurements(codemods, asked, settings, progress=None, warn=_say if asks else _unsaid) as measured,
        services(asked, settings, workspace, refresh=False, usage=measured.source) as (opened, _),
    ):
        result = run(workspace, codemods, opened, only=lambda f: identity(f) in wanted, deep=True)
        measured.save()
    done = {_name(f): f for f in result.findings if f.outcome in (Outcome.CHANGED, Outcome.SKIPPED, Outcome.FAILED)}
    findings = [done.get(_name(f), f) for f in comparison.findings]  # none is lost, whatever a fix says about it
    return replace(result, findings=(*findings, *comparison.left), skipped=comparison.unread)


def _name(finding: Finding) -> tuple[str, str, str]:
    return finding.rule.code if finding.rule is not None else "", finding.place.path, finding.address


def _unsaid(_: str) -> None:
    pass


def _show(done: Review, options: Namespace, codemods: Sequence[Codemod]) -> None:
    shown = done.fixed if done.fixed is not None and options.fixes else None
    if shown is not None and options.format != TEXT:
        output.audited(shown, options, done.workspace, codemods, label="review")
    else:
        output.audited(done.result, options, done.workspace, codemods, label="review", diff=_diff(shown, options, done.workspace))
    if options.quiet:
        return
    if shown is not None and options.format == TEXT:
        for line in fix_report(
            shown, paint(sys.stderr, options.color), verbose=options.verbose, next_step="`tfmod fix --write` makes the changes."
        ):
            sys.stderr.write(line + "\n")
    found = done.comparison
    for path in found.unknown:
        _say(f"{path} could not be read before the change, so all that is found in it counts as new")
    change = done.change
    head = change.head[:10] if change.head else "the working tree"
    _say(
        f"{plural(len(found.new), 'new finding')}, {len(found.resolved)} resolved, {found.old} as before, "
        f"in {plural(len(change.files), 'changed file')} and what they concern ({change.base} at {change.merge_base[:10]}, {head})"
    )


def _diff(shown: RunResult | None, options: Namespace, workspace: Workspace) -> bytes:
    from refactor.delivery.terminal import render

    if shown is None:
        return b""
    return render(
        shown.changeset, colour=options.output is None and paint(sys.stdout, options.color, patch=True).on, mode_of=workspace.mode
    )


def _post(done: Review, options: Namespace, settings: Config, codemods: Sequence[Codemod], target: Target) -> bool:
    """Write on the pull request; False if what was asked for could not be done."""
    if os.environ.get("DRY_RUN", "").lower() not in ("", "0", "false", "no"):
        _say(f"DRY_RUN is set: nothing is written on #{target.number}")
        return True
    from refactor.forges.client import open_forge
    from refactor.forges.errors import ForgeError
    from refactor.forges.settings import load_settings
    from refactor.review.publish import explained, publish

    forge_settings = load_settings(settings.forge)
    if isinstance(forge_settings, ForgeError):
        raise UsageError(str(forge_settings))
    remote = git(done.workspace.root, "remote", "get-url", options.remote)
    forge = open_forge(remote.decode("utf-8", "replace").strip() if isinstance(remote, bytes) else None, forge_settings, os.environ)
    if isinstance(forge, ForgeError):
        return explained(forge, target, _say)
    # Jobs that look at different paths of one pull request have a comment each.
    name = "/".join(["review", *sorted(path.as_posix() for path in options.paths if path != Path())])
    try:
        kinds = [type(c) for c in codemods]
        failed = publish(done, forge, target.number, kinds, _say, name=name, comments=options.comment, suggests=options.suggest)
    finally:
        forge.http.close()
    return failed is None or explained(failed, target, _say)
