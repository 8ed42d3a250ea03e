"""A run at a prompt: services from the settings, progress, questions, and what is done with the changeset."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from refactor.arguments import UsageError, pairs
from refactor.branching import branch
from refactor.changeset import Changeset, FileChange, Stage, with_file
from refactor.codemod import Codemod, Finding
from refactor.config import Config, ConfigFileError
from refactor.console import DONE, INCOMPLETE, exit_code, paint
from refactor.edits import apply as applied
from refactor.measurements import measurements
from refactor.metrics.usage import UsageSource
from refactor.output import shown
from refactor.project.workspace import Workspace
from refactor.registry.config import ConfigError, RegistryConfig
from refactor.registry.connect import open_images
from refactor.registry.lockfile import NAME as LOCK
from refactor.registry.lockfile import Lockfile, LockfileError
from refactor.registry.lockfile import parse as parse_lock
from refactor.registry.lookup import ImageLookup
from refactor.registry.reference import Reference
from refactor.run import RunResult, run
from refactor.services import DigestKind, Images, Pin, Progress, Services, Unresolved

_USUAL, _BAR, _SHORTEST_BAR = 80, 24, 6  # columns


class _Watched:
    """Look-ups with a line of progress on a terminal while they run."""

    def __init__(self, images: Images, progress: Progress | None) -> None:
        self._images = images
        self._progress = progress

    def pin(
        self, references: Collection[Reference], *, platform: str | None = None, version: bool = True, progress: Progress | None = None
    ) -> dict[Reference, Pin | Unresolved]:
        return self._images.pin(references, platform=platform, version=version, progress=progress or self._progress)

    def kinds(self, references: Collection[Reference], *, progress: Progress | None = None) -> dict[Reference, DigestKind | Unresolved]:
        return self._images.kinds(references, progress=progress or self._progress)


def _progress(what: str, quiet: bool) -> Progress | None:
    stream = sys.stderr
    if quiet or not stream.isatty() or os.environ.get("TERM") == "dumb":
        return None
    columns = paint(stream).width or _USUAL

    def show(done: int, total: int) -> None:
        # One column is left free: a line that fills the last one cannot be wiped on every terminal.
        room = columns - 1 - len(f"{what} [] {total}/{total}")
        width = min(_BAR, room) if room >= _SHORTEST_BAR else 0
        filled = width * done // max(total, 1)
        bar = f"[{'#' * filled}{' ' * (width - filled)}] " if width else ""
        line = f"{what} {bar}{done}/{total}"[: columns - 1]
        stream.write(f"\r\033[K{line}" + ("\r\033[K" if done >= total else ""))
        stream.flush()

    return show


def _warn(text: str) -> None:
    sys.stderr.write(f"tfmod: {text}\n")


@contextmanager
def services(
    options: Namespace, settings: Config, workspace: Workspace, *, refresh: bool, usage: UsageSource | None = None
) -> Iterator[tuple[Services, ImageLookup]]:
    """The services of one run, as flags, configuration and environment say, and the look-ups behind them."""
    try:
        registries = RegistryConfig(
            mirrors={**settings.mirrors, **pairs(options.mirror)},
            insecure=settings.insecure | frozenset(options.insecure_registry),
            workers=options.jobs,
        )
    except ConfigError as error:
        raise UsageError(str(error)) from error
    with open_images(
        registries,
        env=os.environ,
        home=Path.home(),
        lock=_lock(workspace),
        offline=options.offline,
        refresh=refresh,
        cached=not options.no_cache,
        warn=_warn,
    ) as images:
        yield Services(_Watched(images, _progress("looking up images", options.quiet)), usage=usage), images


def _lock(workspace: Workspace) -> Lockfile | None:
    data = workspace.raw(LOCK)
    if data is None:
        return None
    try:
        return parse_lock(data)
    except LockfileError as error:
        raise ConfigFileError(f"{LOCK}: {error}") from error


def apply(codemods: Sequence[Codemod], options: Namespace, settings: Config, workspace: Workspace, label: str) -> int:
    """Run codemods and show, write or commit what they change."""
    refresh = bool(getattr(options, "refresh", None)) or any(c.values.get("refresh") for c in codemods)
    propose = options.write or options.branch is not None
    if propose and _dry_run():
        _warn("DRY_RUN is set: nothing is written")
        propose = False
    for codemod in codemods:
        _check_platform(codemod.values.get("platform"))
    with (
        measurements(codemods, options, settings, progress=_progress("measuring", options.quiet), warn=_warn) as measured,
        services(options, settings, workspace, refresh=refresh, usage=measured.source) as (opened, lookup),
    ):
        result = run(workspace, codemods, opened, decide=_asker(options.color) if options.interactive else None, deep=propose)
    if options.verbose:
        _warn(f"{lookup.requests} requests to registries")
    is_saved = measured.save()
    if result.changeset.changes:
        result = with_lock(result, lookup, workspace, codemods, wanted=options.lock)
    shown(result, options, workspace, codemods, label, applied=propose)
    code = DONE
    if propose:
        code = _write(result, workspace) if options.write else branch(result, workspace, options, codemods, label)
    return code or exit_code(result, check=options.check and not propose) or (DONE if is_saved else INCOMPLETE)


def _dry_run() -> bool:
    return os.environ.get("DRY_RUN", "").lower() not in ("", "0", "false", "no")


def _check_platform(platform: str | None) -> None:
    from refactor.registry.answers import Platform

    if platform is not None:
        try:
            Platform.parse(platform)
        except ValueError as error:
            raise UsageError(f"--platform: {error}") from error


def with_lock(result: RunResult, lookup: ImageLookup, workspace: Workspace, codemods: Sequence[Codemod], *, wanted: bool) -> RunResult:
    """The lock file is part of the change where there is one, or one is asked for; in a commit, with what was looked up."""
    before = workspace.raw(LOCK)
    if before is None and not wanted:
        return result
    after = lookup.lockfile().render()
    if after == before:
        return result
    change = FileChange(LOCK, before, after)
    changes = sorted([*result.changeset.changes, change], key=lambda c: c.path)
    steps = with_file(result.steps, change, [c.name for c in codemods if "platform" in c.values])
    return replace(result, changeset=Changeset(tuple(changes)), steps=steps)


def _write(result: RunResult, workspace: Workspace) -> int:
    from refactor.delivery.write import NotWritten, write

    if not result.changeset.changes:
        return DONE
    written = write(workspace.root, result.changeset)
    if isinstance(written, NotWritten):
        for failure in written.failures:
            _warn(f"{failure.path}: {failure.text}")
        _warn(f"could not be put back: {', '.join(written.left)}" if written.left else "nothing was written")
        return INCOMPLETE
    return DONE


def _asker(color: str) -> Callable[[Finding, Workspace], bool]:
    """y: yes, n: no, a: yes to this and all that follow, q (or the end of input): no to them."""
    rest: list[bool] = []

    def ask(finding: Finding, workspace: Workspace) -> bool:
        if rest:
            return rest[0]
        sys.stdout.write(_preview(finding, workspace, paint(sys.stdout, color).on))
        while True:
            sys.stdout.write("apply this change? [y]es, [n]o, [a]ll, [q]uit: ")
            sys.stdout.flush()
            line = sys.stdin.readline()
            answer = line.strip().lower()[:1] if line else "q"
            if answer in ("y", "n"):
                return answer == "y"
            if answer in ("a", "q"):
                rest.append(answer == "a")
                return rest[0]

    return ask


def _preview(finding: Finding, workspace: Workspace, colour: bool) -> str:
    """The finding and the lines that its fix changes."""
    from refactor.delivery.columns import visible
    from refactor.delivery.terminal import render

    changes: list[FileChange] = []
    for file in finding.fix.files if finding.fix is not None else ():
        before = workspace.raw(file.path) or b""
        changes.append(FileChange(file.path, before, applied(before, file.edits), stages=(Stage(finding.codemod, file.edits),)))
    shown = render(changes, colour=colour, mode_of=workspace.mode).decode("utf-8", "replace")
    return f"{visible(str(finding.place))}: {visible(finding.message)}\n{shown}"
