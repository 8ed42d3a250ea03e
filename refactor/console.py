"""What every command shares at a prompt: exit codes, and how its text looks where it is shown."""

from __future__ import annotations

import os

from refactor.codemod import Outcome
from refactor.delivery.text_report import Paint
from refactor.run import RunResult

DONE, FOUND, USAGE, INCOMPLETE = 0, 1, 2, 3

_NARROWEST = 20  # a terminal that says that it is narrower says nothing of use (0 is what serial lines and some CI say)


def paint(stream: object, when: str = "auto", *, patch: bool = False) -> Paint:
    """Colours and width for what goes to ``stream``. ``when`` is the answer of ``--color``: auto, always or never.

    For auto, in this order: NO_COLOR (https://no-color.org), then FORCE_COLOR (https://force-color.org) and CLICOLOR_FORCE, then
    CLICOLOR=0 (https://bixense.com/clicolors), then whether the stream is a terminal that knows colours. A ``patch`` is not coloured by
    the environment where it is piped, as ``git apply`` would refuse it: CI jobs often set FORCE_COLOR for everything.
    """
    is_terminal = bool(getattr(stream, "isatty", lambda: False)())
    return Paint(on=_coloured(when, is_terminal, patch=patch), width=_width(stream) if is_terminal else None)


def _coloured(when: str, is_terminal: bool, *, patch: bool) -> bool:
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return is_terminal or not patch
    return is_terminal and os.environ.get("CLICOLOR") != "0" and os.environ.get("TERM") not in ("dumb", "")


def _width(stream: object) -> int | None:
    """Columns of a terminal: what COLUMNS says, else what the terminal does; None where nobody knows."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and int(said) >= _NARROWEST:
        return int(said)
    try:
        columns = os.get_terminal_size(getattr(stream, "fileno", lambda: -1)()).columns
    except OSError:
        return None
    return columns if columns >= _NARROWEST else None


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
