"""What a command shows: text in colours at a prompt, or one report in another format, on standard output or in a file."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from refactor.arguments import UsageError
from refactor.codemod import Codemod
from refactor.delivery.formats import HTML, TEXT

if TYPE_CHECKING:
    from refactor.codemod import Finding
    from refactor.delivery.checkout import Checkout
    from refactor.delivery.report import Origin, Report
    from refactor.project.workspace import Workspace
    from refactor.run import RunResult

_NEXT_STEP = "Nothing is written: --write does that, --branch commits it to a branch, --pr proposes it."


class NotWritten(Exception):
    """The report could not be written; the message says why."""


def check(options: Namespace) -> None:
    """Refuse, before the run, what cannot be shown after it."""
    check_target(options)
    if options.output is None and options.format != TEXT and getattr(options, "interactive", False):
        raise UsageError(f"--interactive asks on standard output; with --format {options.format}, give the report an --output FILE")
    _check_history(options)


def check_target(options: Namespace) -> None:
    """Refuse a file that cannot be written."""
    if options.output is not None:
        from refactor.delivery.sink import refused

        why = refused(options.output)
        if why is not None:
            raise UsageError(f"--output: {why}")


def _check_history(options: Namespace) -> None:
    directory = getattr(options, "history", None)
    if directory is None:
        return
    if options.format != HTML:
        raise UsageError(f"--history is for --format {HTML}, not {options.format}")
    from refactor.delivery.history import refused

    why = refused(directory)
    if why is not None:
        raise UsageError(f"--history: {why}")


def audited(
    result: RunResult, options: Namespace, workspace: Workspace, codemods: Sequence[Codemod], *, label: str = "audit", diff: bytes = b""
) -> None:
    """Show what an audit has found; as text, with a diff below."""
    if options.format != TEXT:
        _report(_made(result, label, workspace, codemods, options, applied=False), options)
        return
    from refactor.console import paint
    from refactor.delivery.text_report import Paint, audit_report, finding_lines

    look = paint(sys.stdout, options.color) if options.output is None else Paint()
    lines = finding_lines(result, look) if options.quiet else audit_report(result, look, verbose=options.verbose)
    _emit("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace") + diff, options)


def documented(
    result: RunResult,
    options: Namespace,
    workspace: Workspace,
    codemods: Sequence[Codemod],
    wanted: Callable[[Finding], bool],
    asking: frozenset[str],
) -> None:
    """Write the audit as a document."""
    from refactor.delivery.audit_document import Audit, document

    again = [*(["--config", str(options.config)] if options.config is not None else []), *(f"--exclude={e}" for e in options.exclude)]
    report = _made(result, "concerns", workspace, codemods, options, applied=False)
    made = document(Audit(report, wanted, asking, [*map(str, options.paths), *again]))
    _emit(made.encode("utf-8", "backslashreplace"), options)
    if options.output is not None and not options.quiet:
        sys.stderr.write(f"tfmod: the document is in {options.output}\n")


def shown(result: RunResult, options: Namespace, workspace: Workspace, codemods: Sequence[Codemod], label: str, *, applied: bool) -> None:
    """Show what codemods change: as text the diff, with the report on standard error."""
    if options.format != TEXT:
        _report(_made(result, label, workspace, codemods, options, applied=applied), options)
        return
    from refactor.console import paint
    from refactor.delivery.terminal import render
    from refactor.delivery.text_report import fix_report

    colour = options.output is None and paint(sys.stdout, options.color, patch=True).on
    if options.output is not None or not (options.check or options.write or options.interactive):
        _emit(render(result.changeset, colour=colour, mode_of=workspace.mode), options)
    if not options.quiet:
        done = options.write or options.branch is not None or options.check or options.pr
        step = "" if done else _NEXT_STEP
        for line in fix_report(result, paint(sys.stderr, options.color), verbose=options.verbose, next_step=step):
            sys.stderr.write(line + "\n")


def _made(result: RunResult, label: str, workspace: Workspace, codemods: Sequence[Codemod], options: Namespace, *, applied: bool) -> Report:
    from refactor.delivery.report import Report

    kinds = tuple(dict.fromkeys(type(c) for c in codemods))
    history = getattr(options, "history", None)
    return Report(result, label, kinds, workspace.raw, workspace.mode, applied, _warn, workspace, _origin(options), history)


def _origin(options: Namespace) -> Origin | None:
    """The commit that ``--base`` names."""
    checkout: Checkout | None = getattr(options, "checkout", None)
    if checkout is None:
        return None
    from refactor.delivery.report import Origin

    repository = checkout.repository
    return Origin((repository.top or repository.git_dir).name.removesuffix(".git"), checkout.commit, checkout.name)


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
        raise NotWritten(why if options.output is None else f"--output: {why}")
