"""What each command does, from its arguments to its exit code."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from refactor import arguments, catalogue, config, output
from refactor.arguments import UsageError
from refactor.branching import at_base, bare_hint, check_flags
from refactor.codemod import Codemod, Finding, Option, Outcome
from refactor.config import Config, ConfigFileError
from refactor.console import DONE, FOUND, INCOMPLETE, USAGE, incomplete
from refactor.project.workspace import NotOpened, Workspace
from refactor.recipes import BUILT_IN, recipes
from refactor.run import RunResult


def dispatch(command: str, given: list[str]) -> int:
    """Run one command. Wrong usage and bad configuration end in a message and exit code 2."""
    try:
        return COMMANDS[command](given) if command in COMMANDS else _codemod(command, given)
    except (UsageError, ConfigFileError, catalogue.CatalogueError) as error:
        _say(f"tfmod {command}: {error}")
        return USAGE
    except output.NotWritten as error:
        _say(f"tfmod {command}: {error}")
        return INCOMPLETE
    except Exception as error:  # a codemod can be anybody's code, which can raise anything
        place = catalogue.culprit(error)
        if place is None:
            raise
        return _broken(command, place, error, given)


def _broken(command: str, place: str, error: Exception, given: Sequence[str]) -> int:
    """Say which codemod has raised an error. Nothing of the run is written."""
    verbose = not {"-v", "--verbose"}.isdisjoint(given)
    if verbose:
        import traceback

        traceback.print_exception(error)
    said = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
    _say(f"tfmod {command}: the codemod is broken: {place}: {said}{'' if verbose else ' (-v shows the traceback)'}")
    return INCOMPLETE


def _did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The end of a message about an unknown name: the name that was probably meant, or ``otherwise``."""
    import difflib

    close = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {close[0]}?" if close else otherwise


def _say(text: str) -> None:
    sys.stderr.write(text.rstrip("\n") + "\n")


def _print(lines: Sequence[str] | str) -> None:
    sys.stdout.write(lines if isinstance(lines, str) else "".join(f"{line}\n" for line in lines))


def _settings(options: Namespace) -> Config:
    directory = getattr(options, "start", Path.cwd())
    start = directory / options.paths[0] if getattr(options, "paths", None) else directory
    path = options.config or config.find(start if start.is_dir() else start.parent)
    settings = config.load(path)
    foreign = False
    if getattr(options, "checkout", None) is not None and options.config is None:
        # Code is run from what the user has before them, not from a commit that they only name.
        foreign = bool(settings.codemods)
        settings = replace(settings, codemods=config.load(config.find(Path.cwd())).codemods)
    if settings.prometheus:
        _check_prometheus(settings)
    known = catalogue.files(settings.codemods)
    for name in settings.options:
        if name not in known and foreign:
            _say(f"tfmod: [{name}] is left out: codemods of one's own are never taken from {options.base}, only from the working tree")
        elif name not in known:
            others = ["exclude", "ignore", "select", "codemods", "registries", "recipes", "prometheus", "forge", "bot"]
            raise ConfigFileError(f"{settings.path}: there is no setting or codemod {name}{_did_you_mean(name, [*known, *others])}")
    return settings


def _check_prometheus(settings: Config) -> None:
    from refactor.metrics.config import PrometheusConfigError, check_settings

    try:
        check_settings(settings.prometheus)
    except PrometheusConfigError as error:
        raise ConfigFileError(f"{settings.path}: {error}") from error


def _opened(options: Namespace, settings: Config, *, may_be_empty: bool = False) -> Workspace:
    directory = getattr(options, "start", None)
    workspace = Workspace.open(options.paths, exclude=(*settings.exclude, *options.exclude), directory=directory, may_be_empty=may_be_empty)
    if isinstance(workspace, NotOpened):
        raise UsageError(workspace.text + (bare_hint(Path.cwd()) if directory == Path.cwd() and not options.paths else ""))
    for warning in workspace.warnings:
        _say(f"tfmod: {warning}")
    return workspace


def _made(name: str, settings: Config, flags: Namespace | None) -> Codemod:
    """A codemod with its options: defaults, then the configuration's, then flags."""
    kind = catalogue.load(name, settings.codemods)
    values: dict[str, object] = {}
    for key, value in settings.options.get(name, {}).items():
        option = next((o for o in kind.options if o.name == key.replace("-", "_")), None)
        if option is None:
            raise ConfigFileError(f"{settings.path}: {name} has no option {key}")
        if option.table:
            values[option.name] = _from_table(option, value, f"{settings.path}: {name}.{key}")
            continue
        expected = _expected(option, value)
        if expected:
            raise ConfigFileError(f"{settings.path}: {name}.{key} must be {expected}")
        if option.choices and not set(value if isinstance(value, list) else [value]) <= set(option.choices):
            raise ConfigFileError(f"{settings.path}: {name}.{key} must be one of {', '.join(option.choices)}")
        values[option.name] = tuple(value) if isinstance(value, list) else value
    for option in kind.options:
        flag = getattr(flags, option.name, None) if flags is not None else None
        if flag is not None:
            values[option.name] = tuple(flag) if isinstance(flag, list) else flag
    try:
        return kind(**values)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error


def _expected(option: Option, value: Any) -> str:
    """What a value ought to be that is something else; empty if it is right."""
    if isinstance(option.default, tuple):
        return "" if isinstance(value, list) and all(isinstance(v, str) for v in value) else "a list of texts"
    if option.kind is bool:
        return "" if isinstance(value, bool) else "true or false"
    if option.kind in (int, float):
        number = isinstance(value, int if option.kind is int else int | float) and not isinstance(value, bool)
        return "" if number else "a whole number" if option.kind is int else "a number"
    return "" if isinstance(value, str) else "a text"


def _from_table(option: Option, value: Any, where: str) -> object:
    """What the codemod makes of a table, or of a list of tables."""
    tables = value if isinstance(value, list) else [value]
    if not all(isinstance(t, dict) for t in tables) or isinstance(value, list) is not isinstance(option.default, tuple):
        raise ConfigFileError(f"{where} must be a {'list of tables' if isinstance(option.default, tuple) else 'table'}")
    try:
        return option.kind(value)
    except ValueError as error:
        raise ConfigFileError(f"{where}: {error}") from error


def _audit(given: list[str]) -> int:
    from refactor.run import audit

    options = arguments.audit_parser().parse_args(given)
    output.check(options)
    settings = _settings(options)
    workspace = _opened(options, settings)
    codemods, wanted = _looking(options, settings)
    if options.verify:
        from refactor.session import services

        for codemod in codemods:
            if "verify" in codemod.values:
                codemod.values["verify"] = True
        with services(options, settings, workspace, refresh=False) as (opened, _):
            result = audit(workspace, codemods, opened)
    else:
        result = audit(workspace, codemods)
    result = _narrowed(result, wanted)
    output.audited(result, options, workspace, codemods)
    if any(f.outcome is Outcome.FOUND for f in result.findings):
        return FOUND
    return INCOMPLETE if incomplete(result) else DONE


def _review(given: list[str]) -> int:
    options = arguments.review_parser().parse_args(given)
    output.check(options)
    settings = _settings(options)
    codemods, wanted = _looking(options, settings)
    from refactor.review.command import review

    return review(options, settings, _opened(options, settings, may_be_empty=True), codemods, lambda result: _narrowed(result, wanted))


def _concerns(given: list[str]) -> int:
    options = arguments.concerns_parser().parse_args(given)
    output.check_target(options)
    settings = _settings(options)
    codemods, wanted = _looking(options, settings)
    workspace = _opened(options, settings)
    from refactor.prospects import prospects

    result, asking = prospects(workspace, codemods)
    output.documented(result, options, workspace, codemods, wanted, asking)
    return DONE


def _looking(options: Namespace, settings: Config) -> tuple[list[Codemod], Callable[[Finding], bool]]:
    """Every codemod, for a command that only looks, and which of their findings --select, --ignore and the settings leave."""
    codemods = [_made(name, settings, None) for name in catalogue.files(settings.codemods)]
    select, ignore = options.select or settings.select, (*settings.ignore, *options.ignore)
    _check_rules(codemods, (*select, *ignore))

    def wanted(finding: Finding) -> bool:
        names = {finding.codemod, *((finding.rule.code, finding.rule.name) if finding.rule is not None else ())}
        return (not select or not names.isdisjoint(select)) and names.isdisjoint(ignore)

    return codemods, wanted


def _check_rules(codemods: Sequence[Codemod], names: Sequence[str]) -> None:
    from refactor.suppressions import RULES

    known = {*(c.name for c in codemods), *(n for c in codemods for r in (*c.rules, *RULES) for n in (r.code, r.name))}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no rule {name}{_did_you_mean(name, known, '; `tfmod list` shows what there is')}")


def _narrowed(result: RunResult, wanted: Callable[[Finding], bool]) -> RunResult:
    return replace(result, findings=tuple(f for f in result.findings if wanted(f)))


def _codemod(name: str, given: list[str]) -> int:
    directories = config.load(arguments.config_flag(given) or config.find(Path.cwd())).codemods
    known = catalogue.files(directories)
    if name not in known:
        raise UsageError(f"there is no such command{_did_you_mean(name, [*known, *COMMANDS], '; see tfmod --help')}")
    options = arguments.codemod_parser(catalogue.load(name, directories)).parse_args(given)
    if options.pr:
        return _pull_request([name], options, name, None)
    with at_base(options):
        settings = _settings(options)
        return _apply([_made(name, settings, options)], options, settings, name)


def _fix(given: list[str]) -> int:
    options = arguments.fix_parser().parse_args(given)
    if options.pr:
        return _pull_request(None, options, options.recipe or "fix", options.recipe)
    with at_base(options):
        settings = _settings(options)
        names = _of_recipe(options.recipe, settings)
        return _apply([_made(name, settings, options) for name in names], options, settings, options.recipe or "fix")


def _bot(given: list[str]) -> int:
    options = arguments.bot_parser().parse_args(given)
    from refactor.bot.command import Setup, bot

    return bot(options, Setup(_settings, _opened, _of_recipe, lambda name, settings: _made(name, settings, None)))


def _pull_request(names: Sequence[str] | None, options: Namespace, label: str, recipe: str | None) -> int:
    output.check(options)
    if options.interactive:
        raise UsageError("--interactive asks about changes, and --pr proposes them all; choose with --branch")
    check_flags(options)
    from refactor.bot.command import Setup, pull_request

    def show(result: RunResult, workspace: Workspace, codemods: Sequence[Codemod]) -> None:
        output.shown(result, options, workspace, codemods, label, applied=True)

    setup = Setup(_settings, _opened, _of_recipe, lambda name, settings: _made(name, settings, options), show)
    return pull_request(options, setup, names, label, recipe)


def _of_recipe(recipe: str | None, settings: Config) -> Sequence[str]:
    """The codemods of a recipe; all that there are for None."""
    names: Sequence[str] = list(catalogue.files(settings.codemods))
    if recipe is not None:
        known = recipes(settings)
        if recipe not in known:
            built_in, own = ", ".join(BUILT_IN), ", ".join(settings.recipes) or "none"
            places = f"built in: {built_in}; in {settings.path or config.FILE}: {own}"
            raise UsageError(f"there is no recipe {recipe}{_did_you_mean(recipe, known)} ({places})")
        names = known[recipe]
    return names


def _apply(codemods: Sequence[Codemod], options: Namespace, settings: Config, label: str) -> int:
    from refactor.session import apply

    output.check(options)
    return apply(codemods, options, settings, _opened(options, settings), label)


def _list(given: list[str]) -> int:
    options = arguments.page_parser("list", "List codemods and their rules.", "CODEMOD").parse_args(given)
    settings = _settings(options)
    names = options.names or list(catalogue.files(settings.codemods))
    from refactor.delivery.pages import listing

    _print(listing([catalogue.load(name, settings.codemods) for name in names], options.format))
    return DONE


def _explain(given: list[str]) -> int:
    options = arguments.page_parser(
        "explain", "Show the page of a codemod, with its examples; or of the codemod of a rule.", "NAME"
    ).parse_args(given)
    if not options.names:
        raise UsageError("explain what? Give a codemod or a rule; `tfmod list` shows what there is")
    settings = _settings(options)
    from refactor.delivery.pages import page

    kinds = [catalogue.load(name, settings.codemods) for name in catalogue.files(settings.codemods)]
    pages: list[str] = []
    for name in options.names:
        kind = next((k for k in kinds if name == k.name or any(name in (r.code, r.name) for r in k.rules)), None)
        if kind is None:
            raise UsageError(f"there is no codemod or rule {name}; `tfmod list` shows what there is")
        pages.append(page(kind, options.format))
    _print("\n".join(pages))
    return DONE


def _test(given: list[str]) -> int:
    parser = arguments.page_parser(
        "test", "Run the examples and golden cases of codemods: by name, or a file or directory of your own.", "CODEMOD"
    )
    parser.add_argument(
        "--golden", type=Path, default=None, metavar="DIR", help="directory of golden cases (default: golden/ beside the codemods)"
    )
    options = parser.parse_args(given)
    settings = _settings(options)
    from refactor.testing import run_tests

    return run_tests(options.names, settings, options.golden, _print)


def _schema(given: list[str]) -> int:
    arguments.schema_parser().parse_args(given)
    from refactor.delivery.json_report import schema

    _print(schema())
    return DONE


def _demo(given: list[str]) -> int:
    options = arguments.demo_parser().parse_args(given)
    from refactor.demonstration import demonstrate

    return demonstrate(dispatch, keep=options.keep)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "audit": _audit,
    "concerns": _concerns,
    "review": _review,
    "fix": _fix,
    "bot": _bot,
    "list": _list,
    "explain": _explain,
    "test": _test,
    "schema": _schema,
    "demo": _demo,
}
