"""What a command shows: text in colours at a prompt, or one report in another format, on standard output or in a file."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from refactor.arguments import UsageError
from refactor.codemod import Codemod
from refactor.delivery.formats import TEXT

if TYPE_CHECKING:
    from refactor.delivery.report import Report
    from refactor.project.workspace import Workspace
    from refactor.run import RunResult


class NotWritten(Exception):
    """The report could not be written; the message says why."""


def check(options: Namespace) -> None:
    """Refuse, before the run, what cannot be shown after it."""
    if options.output is not None:
        from refactor.delivery.sink import refused

        why = refused(options.output)
        if why is not None:
            raise UsageError(f"--output: {why}")
    elif options.format != TEXT and getattr(options, "interactive", False):
        raise UsageError(f"--interactive asks on standard output; with --format {options.format}, give the report an --output FILE")


def audited(result: RunResult, options: Namespace, workspace: Workspace, codemods: Sequence[Codemod]) -> None:
    """Show what an audit has found."""
    if options.format != TEXT:
        _report(_made(result, "audit", workspace, codemods, applied=False), options)
        return
    from refactor.console import paint
    from refactor.delivery.text_report import Paint, audit_report, finding_lines

    look = paint(sys.stdout) if options.output is None else Paint()
    lines = finding_lines(result, look) if options.quiet else audit_report(result, look, verbose=options.verbose)
    _emit("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"), options)


def shown(result: RunResult, options: Namespace, workspace: Workspace, codemods: Sequence[Codemod], label: str, *, applied: bool) -> None:
    """Show what codemods change: as text the diff, with the report on standard error."""
    if options.format != TEXT:
        _report(_made(result, label, workspace, codemods, applied=applied), options)
        return
    from refactor.console import paint
    from refactor.delivery.terminal import render
    from refactor.delivery.text_report import fix_report

    colour = options.output is None and paint(sys.stdout).on
    if options.output is not None or not (options.check or options.write or options.interactive):
        _emit(render(result.changeset, colour=colour, mode_of=workspace.mode), options)
    if not options.quiet:
        done = options.write or options.branch is not None or options.check
        step = "" if done else "Nothing is written: --write does that, --branch commits it to a branch."
        for line in fix_report(result, paint(sys.stderr), verbose=options.verbose, next_step=step):
            sys.stderr.write(line + "\n")


def _made(result: RunResult, label: str, workspace: Workspace, codemods: Sequence[Codemod], *, applied: bool) -> Report:
    from refactor.delivery.report import Report

    kinds = tuple(dict.fromkeys(type(c) for c in codemods))
    return Report(result, label, kinds, workspace.raw, workspace.mode, applied, _warn)


def _warn(text: str) -> None:
    sys.stderr.write(f"tfmod: {text}\n")


def _report(report: Report, options: Namespace) -> None:
    from refactor.delivery.report import render

    _emit(render(report, options.format), options)
    if options.output is not None and not options.quiet:
        sys.stderr.write(f"tfmod: the {options.format} report is in {options.output}\n")


def _emit(data: bytes, options: Namespace) -> None:
    from refactor.delivery.sink import emit

    why = emit(data, options.output)
    if why is not None:
        raise NotWritten(f"--output: {why}")
