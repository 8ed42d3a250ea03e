"""``tfmod bot`` and ``--pr``, from their arguments to the exit code."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from refactor.arguments import UsageError
from refactor.bot.act import Actor, Task
from refactor.bot.body import Command, PullText
from refactor.bot.change import change_of
from refactor.bot.groups import NameOf, asked, branch_of, directory_of, owners_of, per_codemod
from refactor.bot.orphans import marked, orphans
from refactor.bot.outcome import Done, Outcome
from refactor.bot.owners import owners_in
from refactor.bot.place import Connect, Place, Trouble, open_place
from refactor.bot.report import Session, as_json, lines
from refactor.bot.settings import BotConfigError, BotSettings, GroupBy, load_bot
from refactor.bot.work import Only, Proposal, Runner, discovered, proposals
from refactor.branching import inside
from refactor.codemod import Codemod
from refactor.codemod import Outcome as Failed
from refactor.config import Config, ConfigFileError
from refactor.console import DONE, INCOMPLETE
from refactor.delivery.building import BranchRefused
from refactor.delivery.checkout import Checkout, checked_out
from refactor.delivery.landscape import landscape
from refactor.delivery.plumbing import GitFailed, Plumbing, plumbing
from refactor.delivery.report import Origin
from refactor.delivery.repository import find_repository
from refactor.forges.errors import ForgeError
from refactor.forges.settings import ForgeSettings, load_settings
from refactor.measurements import measurements
from refactor.project.workspace import Workspace
from refactor.run import RunResult, run
from refactor.session import services, with_lock


@dataclass(frozen=True, slots=True)
class Setup:
    """What the command line gives: the settings for options, the workspace, the codemods of a recipe (all for None), and one of them.

    ``show`` is for ``--pr``: it shows a result as ``--branch`` would.
    """

    settings: Callable[[Namespace], Config]
    workspace: Callable[[Namespace, Config], Workspace]
    recipe: Callable[[str | None, Config], Sequence[str]]
    make: Callable[[str, Config], Codemod]
    show: Callable[[RunResult, Workspace, Sequence[Codemod]], None] | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everything at hand while the bot works."""

    place: Place
    git: Plumbing
    checkout: Checkout
    workspace: Workspace
    settings: BotSettings
    options: Namespace
    stack_of: NameOf
    dry: bool


class _Stopped(Exception):
    """The bot can't work at all; the message says why."""


def bot(options: Namespace, setup: Setup, connect: Connect | None = None) -> int:
    """Bring all pull requests up to date; the exit code says whether anything that was asked for could not be done."""
    options.paths, options.lock = [], False
    try:
        with _opened(options, options, setup, connect, dry=options.dry_run) as desk:
            settings = setup.settings(options)
            names = _names(desk.settings, settings, setup)
            with _runner(desk, settings, setup, names) as runner:
                by = desk.settings.group_by
                name_of = _name_of(by, desk)
                groups = per_codemod(names) if by is GroupBy.CODEMOD else discovered(by, names, runner, name_of)
                found = list(proposals(groups, runner, name_of))
            return _settled(desk, found)
    except (_Stopped, GitFailed) as stopped:
        return _stopped(stopped)


def pull_request(
    options: Namespace, setup: Setup, given: Sequence[str] | None, label: str, recipe: str | None, connect: Connect | None = None
) -> int:
    """One pull request with everything that this command changes on the base branch. ``given`` are codemods; None: the recipe's."""
    flags = Namespace(base=options.base, limit=0)  # a codemod's own options may have any name
    try:
        with _opened(options, flags, setup, connect, dry=False) as desk:
            settings = setup.settings(options)
            names = given if given is not None else setup.recipe(recipe, settings)
            paths = _in_root(options.paths, desk.checkout.root)
            with _runner(desk, settings, setup, names) as runner:
                [proposal] = proposals([asked(label, names, paths)], runner, desk.stack_of)
            if setup.show is not None:
                setup.show(proposal.result, desk.workspace, [setup.make(name, settings) for name in names])
            return _settled_one(desk, proposal, Command(desk.place.name, desk.place.base, recipe or "", _flags(options), paths))
    except (_Stopped, GitFailed) as stopped:
        return _stopped(stopped)


def _settled_one(desk: _Desk, proposal: Proposal, command: Command) -> int:
    actor = Actor(desk.place, desk.git, desk.settings, 0, dry=desk.dry)
    task = _task(desk, proposal, command, insist=True)
    outcome = actor.settle(task) if isinstance(task, Task) else task
    for line in lines(_session(desk, [outcome]), verbose=True):
        sys.stderr.write(line + "\n")
    return INCOMPLETE if outcome.is_failure or outcome.done in (Done.LEFT, Done.COMMENTED) or proposal.failed else DONE


def _stopped(why: Exception) -> int:
    _say(f"git refused: {why}" if isinstance(why, GitFailed) else str(why))
    return INCOMPLETE


def _say(text: str) -> None:
    sys.stderr.write(f"tfmod: {text}\n")


def _is_dry() -> bool:
    return os.environ.get("DRY_RUN", "").lower() not in ("", "0", "false", "no")


@contextmanager
def _opened(options: Namespace, flags: Namespace, setup: Setup, connect: Connect | None, *, dry: bool) -> Iterator[_Desk]:
    """The repository, the forge, and the files of the base branch. ``options.paths`` are then those of the checkout.

    Raises:
        _Stopped: there is nothing to work on.
    """
    repository = find_repository(Path.cwd(), outer=True)
    if isinstance(repository, str):
        raise UsageError(repository)
    own = Namespace(**vars(flags))
    paths, options.paths = _given(options, repository.prefix, whole=flags is options), []
    options.start, options.checkout = Path.cwd(), None
    here = setup.settings(options)
    first = _bot(here, own)
    place = open_place(repository, options.remote, _forge(here), first.base, first.branch_prefix, os.environ, connect)
    if isinstance(place, Trouble):
        raise UsageError(place.text) if place.usage else _Stopped(place.text)
    try:
        with plumbing(repository) as git, checked_out(repository, place.commit) as checkout:
            options.checkout, options.base, options.start = checkout, f"{place.name}/{place.base}", checkout.root
            options.paths = [inside(path, repository, checkout.root) for path in paths]
            try:
                yield _desk(options, own, setup, place, git, checkout, dry or _is_dry())
            except (UsageError, ConfigFileError) as error:
                raise type(error)(str(error).replace(f"{checkout.root}/", f"{options.base}:")) from error
    finally:
        place.forge.http.close()


def _given(options: Namespace, prefix: str, *, whole: bool) -> list[Path]:
    """The paths that are asked about, from the repository's root; none for all of it. The bot asks about all, wherever it is started."""
    if whole:
        return []
    found = [Path(os.path.normpath(Path(prefix) / path)) for path in options.paths or [Path()]]
    for path in found:
        if path.parts[:1] == ("..",):
            raise UsageError(f"{path} leads out of the repository")
    return found


def _in_root(paths: Sequence[Path], root: Path) -> list[str]:
    """Paths of the checkout, relative to its root; none if they are all of it."""
    found = sorted({(path.relative_to(root) if path.is_absolute() else path).as_posix() for path in paths})
    return [] if "." in found else found


def _desk(options: Namespace, flags: Namespace, setup: Setup, place: Place, git: Plumbing, checkout: Checkout, dry: bool) -> _Desk:
    settings = setup.settings(options)
    workspace = setup.workspace(options, settings)
    name = (place.repository.top or place.repository.git_dir).name.removesuffix(".git")
    view = landscape(workspace, Origin(name, place.commit, place.base))
    return _Desk(place, git, checkout, workspace, _bot(settings, flags), options, view.stack, dry)


def _bot(settings: Config, options: Namespace) -> BotSettings:
    try:
        return load_bot(settings.bot).with_flags(options)
    except BotConfigError as error:
        raise ConfigFileError(f"{settings.path}: {error}") from error


def _forge(settings: Config) -> ForgeSettings:
    found = load_settings(settings.forge)
    if isinstance(found, ForgeError):
        raise ConfigFileError(f"{settings.path}: {found}")
    return found


def _names(bot_settings: BotSettings, settings: Config, setup: Setup) -> Sequence[str]:
    if not bot_settings.codemods:
        return setup.recipe(bot_settings.recipe or None, settings)
    known = setup.recipe(None, settings)
    for name in bot_settings.codemods:
        if name not in known:
            raise ConfigFileError(f"{settings.path}: bot.codemods: there is no codemod {name} (there are {', '.join(known)})")
    return bot_settings.codemods


def _name_of(by: GroupBy, desk: _Desk) -> NameOf:
    if by is GroupBy.DIRECTORY:
        return directory_of
    if by is not GroupBy.OWNER:
        return desk.stack_of
    owners = owners_in(desk.place.forge.location.kind, desk.workspace.raw)
    if owners is None:
        _say(f"{desk.options.base} has no CODEOWNERS: all changes are one group")
        return owners_of(None)
    for line in owners.problems:
        _say(f"CODEOWNERS: a line means nothing: {line}")
    return owners_of(owners.of)


@contextmanager
def _runner(desk: _Desk, settings: Config, setup: Setup, names: Sequence[str]) -> Iterator[Runner]:
    options, workspace = desk.options, desk.workspace
    codemods = [setup.make(name, settings) for name in names]
    refresh = bool(getattr(options, "refresh", None)) or any(c.values.get("refresh") for c in codemods)
    with measurements(codemods, options, settings, progress=None, warn=_say) as measured:

        def execute(chosen: Sequence[Codemod], only: Only | None, deep: bool) -> RunResult:
            with services(options, settings, workspace, refresh=refresh, usage=measured.source) as (opened, lookup):
                part = workspace if only is None else workspace.only([path for path in workspace.files if only(path)])
                result = run(part, chosen, opened, deep=deep)
            looks_up = any("platform" in codemod.values for codemod in chosen)
            if not deep or not looks_up or not result.changeset.changes:
                return result
            return with_lock(result, lookup, workspace, chosen, wanted=options.lock)

        yield Runner(lambda name: setup.make(name, settings), execute)
        measured.save()


def _flags(options: Namespace) -> list[str]:
    """Flags that this run was given, as far as they decide what is changed."""
    flags = [f"--mirror={value}" for value in options.mirror if "@" not in value]  # no login is ever shown
    flags += ["--offline"] if options.offline else []
    flags += [f"--usage={options.usage}"] if getattr(options, "usage", None) is not None else []
    return flags


def _task(desk: _Desk, proposal: Proposal, command: Command, *, insist: bool = False) -> Task | Outcome:
    group, branch = proposal.group, branch_of(desk.settings.branch_prefix, proposal.group.name)
    change = change_of(desk.git, desk.checkout, proposal)
    if isinstance(change, BranchRefused):
        return Outcome(group.name, branch, Done.FAILED, f"{change.text}{': ' if change.paths else ''}{', '.join(change.paths)}")
    text = PullText(proposal, desk.stack_of, command) if change is not None else None
    return Task(group.name, branch, change, text, len(proposal.result.changeset), proposal.doubts, insist)


def _tell_failures(proposal: Proposal) -> None:
    """What failed, by reason, where no pull request may show it."""
    reasons = Counter(f.reason.text for f in proposal.result.findings if f.outcome is Failed.FAILED and f.reason is not None)
    for reason, count in reasons.most_common():
        _say(f"{proposal.group.name}: {count} left out: {reason} (`tfmod {proposal.kinds[0].name}` shows where)")


def _settled(desk: _Desk, found: Sequence[Proposal]) -> int:
    """Carry everything out: what is no longer needed first, which makes room for what is new."""
    options, place = desk.options, desk.place
    opened = place.forge.open_pulls()
    if isinstance(opened, ForgeError):
        _say(str(opened))
        return INCOMPLETE
    for proposal in found:
        _tell_failures(proposal)
    command = Command(place.name, place.base, desk.settings.recipe, _flags(options))
    tasks = [_task(desk, proposal, command) for proposal in found]
    prefix = desk.settings.branch_prefix
    own = [group for _, group in marked(opened, prefix)]
    tasks += orphans(desk.git, place.branches, own, prefix, {task.group for task in tasks})
    actor = Actor(place, desk.git, desk.settings, len(own), dry=desk.dry)
    outcomes: list[Outcome] = []
    stopped = ""
    for task in sorted(tasks, key=lambda t: isinstance(t, Task) and t.change is not None):
        if isinstance(task, Task) and stopped:
            outcomes.append(Outcome(task.group, task.branch, Done.FAILED, f"not tried: {stopped}"))
            continue
        outcome = actor.settle(task) if isinstance(task, Task) else task
        outcomes.append(outcome)
        stopped = outcome.text if outcome.fatal else ""
    session = _session(desk, outcomes)
    if options.format == "json":
        sys.stdout.write(as_json(session))
    elif not options.quiet:
        sys.stdout.writelines(line + "\n" for line in lines(session, verbose=options.verbose))
    return INCOMPLETE if any(o.is_failure for o in outcomes) or any(p.failed for p in found) else DONE


def _session(desk: _Desk, outcomes: Sequence[Outcome]) -> Session:
    place = desk.place
    host, project = place.forge.location.host, place.project.path
    return Session(host, project, place.base, place.commit, desk.settings.group_by.value, desk.dry, outcomes)
