"""Flags of each command. A codemod's options become flags of its own command."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from refactor.codemod import Codemod, Option
from refactor.delivery.formats import NAMES, TEXT

_EPILOGUE = (
    "Exit codes: 0 nothing to do, or done; 1 findings, or changes that --check would make; 2 wrong usage or configuration; "
    "3 something that was asked for could not be done."
)


class UsageError(Exception):
    """Wrong usage; the message says what is right."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n{self.format_usage().rstrip()}")


def _parser(command: str, description: str) -> _Parser:
    return _Parser(prog=f"tfmod {command}", description=description, epilog=_EPILOGUE, allow_abbrev=False)


def audit_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "audit", "Report what is wrong in Terraform code, with evidence. Changes nothing, and asks nobody unless --verify is given."
    )
    _paths(parser)
    _rules(parser)
    parser.add_argument("--verify", action="store_true", help="also compare digests with what registries say their tags are now")
    _registries(parser)
    _output(parser)
    return parser


def concerns_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "concerns",
        "Write the audit of a repository as a document in Markdown: each concern with its files and lines, what comes of it, which codemod "
        "resolves it and what that leaves to a person, and how much is covered. Changes nothing, and asks nobody. Ends with 0 also where "
        "there are concerns: `tfmod audit` is the check.",
    )
    _paths(parser)
    _rules(parser)
    parser.add_argument(
        "-o", "--output", type=_target, default=None, metavar="FILE", help="write to a file what would go to standard output"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="do not say where the document is")
    return parser


def review_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "review",
        "Report what a change introduces, and not what was there before it: what is new between the common ancestor with --base and the "
        "working tree, as `git diff --merge-base REF` shows it; with --head, a commit. Looks at the files that differ, and at the modules "
        "that call them or that they call.",
    )
    _paths(parser)
    parser.add_argument("--base", default=None, metavar="REF", help="what the change is to go into (default: what the CI job says)")
    parser.add_argument(
        "--head", default=None, metavar="COMMIT", help="its last commit (default: the working tree; HEAD with --comment, --suggest)"
    )
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "info", "never"),
        default="warning",
        help="exit with 1 if a new finding is at least that severe (default: warning)",
    )
    _rules(parser)
    parser.add_argument(
        "--fixes", action="store_true", help="also show what fixes would change; asks registries and servers, unless --offline is given"
    )
    group = parser.add_argument_group("on the pull request")
    group.add_argument("--comment", action="store_true", help="have one comment with what is new and resolved, edited by each run")
    group.add_argument(
        "--suggest", action="store_true", help="suggest fixes beside the lines, where they lie in changed ones; asks as --fixes does"
    )
    group.add_argument("--pull", type=_positive, default=None, metavar="NUMBER", help="its number (default: what the CI job says)")
    group.add_argument("--remote", default="origin", metavar="NAME", help="the git remote that it is on (default: origin)")
    _registries(parser)
    _measurements(parser)
    _output(parser)
    return parser


def bot_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "bot",
        "Keep pull requests with what codemods change: open, update and close them, on the remote's base branch, whatever is checked out "
        "here. Run it as often as you like, from cron or CI; [bot] of tfmod.toml says more.",
    )
    group = parser.add_argument_group("which pull requests")
    group.add_argument("--recipe", default=None, metavar="NAME", help="codemods to run (default: what [bot] says, else all of them)")
    group.add_argument(
        "--group-by", choices=("codemod", "stack", "directory", "owner"), default=None, help="what one is about (default: codemod)"
    )
    group.add_argument("--limit", type=_number, default=None, metavar="N", help="how many may be open at once, 0: any number (default: 10)")
    group.add_argument("--base", default=None, metavar="BRANCH", help="the branch they go into (default: the project's default branch)")
    group.add_argument("--remote", default="origin", metavar="NAME", help="the git remote that they go to (default: origin)")
    group.add_argument("--dry-run", action="store_true", help="show what would be done, and change nothing; with -v, the texts too")
    group.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="leave files out, as .gitignore would; can be repeated"
    )
    group.add_argument("--config", type=Path, default=None, metavar="FILE", help="settings (default: the base branch's tfmod.toml)")
    _registries(parser)
    parser.add_argument("--refresh", action="store_true", help="ask registries again, whatever cache and lock file say")
    _measurements(parser)
    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=(TEXT, "json"), default=TEXT, help="how to report (default: text)")
    output.add_argument("-q", "--quiet", action="store_true", help="no report, only what went wrong")
    output.add_argument("-v", "--verbose", action="store_true", help="also tell where nothing was to be done")
    return parser


def _rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--select", action="append", default=[], metavar="RULE", help="only these rules (code, name, or codemod); can be repeated"
    )
    parser.add_argument("--ignore", action="append", default=[], metavar="RULE", help="not these rules; can be repeated")


def fix_parser() -> argparse.ArgumentParser:
    parser = _parser("fix", "Run several codemods in order, each seeing the results of the ones before, as one changeset.")
    _paths(parser)
    parser.add_argument(
        "--recipe", default=None, metavar="NAME", help="codemods to run: harden, or one of [recipes] of tfmod.toml (default: all of them)"
    )
    _delivery(parser)
    _registries(parser)
    parser.add_argument("--refresh", action="store_true", help="ask registries again, whatever cache and lock file say")
    _measurements(parser)
    _output(parser)
    return parser


def codemod_parser(codemod: type[Codemod]) -> argparse.ArgumentParser:
    summary = codemod.summary[:1].upper() + codemod.summary[1:]
    parser = _parser(codemod.name, f"{summary}. Shows a diff; writes nothing unless told to. `tfmod explain {codemod.name}` says more.")
    _paths(parser)
    _delivery(parser)
    own = parser.add_argument_group("what to change")
    for option in codemod.options:
        if not option.table:
            _option(own, option)
    _registries(parser)
    if codemod.measures:
        _measurements(parser)
    _output(parser)
    return parser


def config_flag(given: Sequence[str]) -> Path | None:
    """The value of ``--config``, before it is known which other flags there are."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--config", type=Path, default=None)
    found: Path | None = parser.parse_known_args(given)[0].config
    return found


def page_parser(command: str, description: str, what: str) -> argparse.ArgumentParser:
    """For commands that take names rather than paths."""
    parser = _parser(command, description)
    parser.add_argument("names", nargs="*", metavar=what)
    parser.add_argument("--config", type=Path, default=None, metavar="FILE", help="settings (default: the nearest tfmod.toml)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report")
    return parser


def schema_parser() -> argparse.ArgumentParser:
    return _parser("schema", "Print the JSON Schema (draft 2020-12) of what --format json prints.")


def demo_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "demo", "Copy a small example repository to a temporary directory, then audit and pin it, with a registry on this machine."
    )
    parser.add_argument("--keep", action="store_true", help="keep the copy and say where it is")
    return parser


def _option(group: argparse._ArgumentGroup, option: Option) -> None:
    flag = "--" + option.name.replace("_", "-")
    if option.kind is bool:
        group.add_argument(flag, dest=option.name, action="store_true", default=None, help=option.help)
    elif isinstance(option.default, tuple):
        group.add_argument(
            flag,
            dest=option.name,
            action="append",
            default=None,
            choices=option.choices or None,
            metavar=None if option.choices else option.metavar or "VALUE",
            help=option.help,
        )
    else:
        shown = f" (default: {option.default})" if option.default is not None else ""
        group.add_argument(
            flag,
            dest=option.name,
            default=None,
            type=option.kind,
            choices=option.choices or None,
            metavar=None if option.choices else option.metavar or "VALUE",
            help=option.help + shown,
        )


def _paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or directories (default: here)")
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="leave files out, as .gitignore would; can be repeated"
    )
    parser.add_argument("--config", type=Path, default=None, metavar="FILE", help="settings (default: the nearest tfmod.toml)")


def _delivery(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what to do with the changes (default: show the diff)")
    one = group.add_mutually_exclusive_group()
    one.add_argument("--write", action="store_true", help="write the files: all of them, or none")
    one.add_argument(
        "--branch",
        nargs="?",
        const="",
        default=None,
        metavar="NAME",
        help="commit to a new branch, codemod by codemod; working tree, index and HEAD stay as they are",
    )
    one.add_argument("--check", action="store_true", help="exit with 1 if anything would change")
    one.add_argument(
        "--pr", action="store_true", help="open or update a pull request, on the remote's base branch, whatever is checked out here"
    )
    group.add_argument("--remote", default="origin", metavar="NAME", help="with --pr: the git remote that it goes to (default: origin)")
    group.add_argument(
        "--base",
        default=None,
        metavar="REF",
        help="work on the files of this commit, not on those of the working tree; with --pr, the branch to go into",
    )
    group.add_argument("--squash", action="store_true", help="with --branch: one commit, not one for each codemod")
    group.add_argument("--signoff", action="store_true", help="with --branch: sign the commits off, also without format.signOff")
    group.add_argument("--force", action="store_true", help="with --branch: replace a branch that is as tfmod left it")
    group.add_argument("-i", "--interactive", action="store_true", help="go through the changes one by one")
    group.add_argument("--lock", action="store_true", help="write what was looked up to tfmod.lock, also where there is none yet")


def _registries(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("registries")
    group.add_argument("--mirror", action="append", default=[], metavar="HOST=URL", help="ask URL in place of a registry; can be repeated")
    group.add_argument(
        "--insecure-registry", action="append", default=[], metavar="HOST", help="use plain http for a host that is not this machine"
    )
    group.add_argument("--offline", action="store_true", help="ask no registry: tfmod.lock and the cache alone")
    group.add_argument("--no-cache", action="store_true", help="neither read nor write the cache of digests")
    group.add_argument("-j", "--jobs", type=_positive, default=8, metavar="N", help="look-ups under way at once (default: 8)")


def _measurements(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("measurements (what containers use; [prometheus] of tfmod.toml says more)")
    one = group.add_mutually_exclusive_group()
    one.add_argument(
        "--prometheus", default=None, metavar="URL", help="ask Prometheus, or Thanos, Mimir, VictoriaMetrics, at this base URL"
    )
    one.add_argument("--usage", type=Path, default=None, metavar="FILE", help="take what --save-usage has saved, and ask no server")
    group.add_argument("--save-usage", type=Path, default=None, metavar="FILE", help="save what the server answers, for runs with --usage")


def _target(text: str) -> Path | None:
    """A file to write to; ``-`` is standard output."""
    return None if text == "-" else Path(text)


def _output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument("--format", choices=NAMES, default=TEXT, help="how to report (default: text)")
    group.add_argument(
        "-o", "--output", type=_target, default=None, metavar="FILE", help="write to a file what would go to standard output"
    )
    group.add_argument(
        "--history", type=Path, default=None, metavar="DIR", help="with --format html: earlier JSON reports, for coverage over time"
    )
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours; auto heeds NO_COLOR, FORCE_COLOR, CLICOLOR and TERM, and leaves pipes without (default: auto)",
    )
    group.add_argument("-q", "--quiet", action="store_true", help="no report, only the diff or the findings")
    group.add_argument("-v", "--verbose", action="store_true", help="say more")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def _number(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return number


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """``HOST=URL`` flags as a mapping."""
    result: dict[str, str] = {}
    for text in texts:
        host, sign, url = text.partition("=")
        if not sign or not host or not url:
            raise UsageError(f"--mirror takes HOST=URL, not {text}")
        result[host] = url
    return result
