"""What a report is made from, whatever its format."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from refactor.codemod import Codemod, Rule
from refactor.delivery.diff import ModeOf, unified
from refactor.delivery.formats import FORMATS
from refactor.run import RunResult
from refactor.suppressions import RULES

if TYPE_CHECKING:
    from refactor.project.workspace import Workspace

Read = Callable[[str], bytes | None]
"""Path, relative to the root, to the file's bytes as they are on the disk; None where it cannot be read."""


def _unsaid(_: str) -> None:
    pass


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where files come from that are not those of the working tree: the repository's name, a full commit, and what it was asked for by."""

    name: str
    commit: str
    ref: str


@dataclass(frozen=True, slots=True)
class Report:
    """A run, and what a renderer may want to know about it.

    ``label`` is the command (``audit``, a codemod, a recipe); ``codemods`` are the classes that ran, in order. ``applied`` says that the
    changes are being written or committed, not only shown. ``warn`` takes a notice for the person at the prompt. ``workspace`` is what was
    looked at, ``origin`` where its files come from, if not from the working tree; ``history`` is a directory of earlier reports in JSON;
    ``now`` says when the report is made.
    """

    result: RunResult
    label: str
    codemods: tuple[type[Codemod], ...] = ()
    read: Read = lambda _: None
    mode_of: ModeOf = lambda _: 0o100644
    applied: bool = False
    warn: Callable[[str], None] = _unsaid
    workspace: Workspace | None = None
    origin: Origin | None = None
    history: Path | None = None
    now: Callable[[], datetime] = _now

    def diff(self) -> bytes:
        """The changeset as a patch."""
        return unified(self.result.changeset, self.mode_of)

    def rules(self) -> list[tuple[Rule, type[Codemod] | None]]:
        """Every rule that could have been found, with its codemod; those about ``tfmod:ignore`` comments have none. Codes are unique."""
        found: dict[str, tuple[Rule, type[Codemod] | None]] = {}
        for kind in self.codemods:
            found.update((rule.code, (rule, kind)) for rule in kind.rules)
        for rule in (*RULES, *(f.rule for f in self.result.findings if f.rule is not None)):
            found.setdefault(rule.code, (rule, None))
        return list(found.values())


Renderer = Callable[[Report], str]
"""A report as text that ends with a newline."""


def render(report: Report, name: str) -> bytes:
    """The report in a format of :data:`FORMATS`, as UTF-8.

    What UTF-8 cannot hold (a byte of a file name that is not UTF-8) is written as ``\\udcff``, which JSON reads.
    """
    module = importlib.import_module(f"refactor.delivery.{FORMATS[name]}")
    return cast(Renderer, module.render)(report).encode("utf-8", "backslashreplace")
