"""What a review has found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from refactor.project.workspace import Workspace
from refactor.review.changes import Change
from refactor.review.compare import Comparison
from refactor.run import RunResult


@dataclass(frozen=True, slots=True)
class Review:
    """``workspace`` is the head, and ``result`` what a report shows of it. ``fixed`` is the same after fixes were worked out; None: they
    were not. ``lines`` gives the lines of a file that the change added or altered."""

    change: Change
    comparison: Comparison
    workspace: Workspace
    result: RunResult
    fixed: RunResult | None
    lines: Callable[[str], frozenset[int]]
