"""What every command shares at a prompt: exit codes, and whether to use colour."""

from __future__ import annotations

import os

from refactor.codemod import Outcome
from refactor.delivery.text_report import Paint
from refactor.run import RunResult

DONE, FOUND, USAGE, INCOMPLETE = 0, 1, 2, 3


def paint(stream: object) -> Paint:
    """Colour on a terminal, unless NO_COLOR says otherwise (https://no-color.org) or the terminal is dumb."""
    is_terminal = bool(getattr(stream, "isatty", lambda: False)())
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Paint(on=is_terminal and not plain)


def incomplete(result: RunResult) -> bool:
    """Whether something that was asked for could not be done."""
    return bool(result.skipped) or any(
        f.outcome is Outcome.FAILED or (f.outcome is Outcome.SKIPPED and f.reason is not None and not f.reason.is_choice)
        for f in result.findings
    )


def exit_code(result: RunResult, *, check: bool) -> int:
    """Of a command that changes things."""
    if check and result.changeset.changes:
        return FOUND
    return INCOMPLETE if incomplete(result) else DONE
