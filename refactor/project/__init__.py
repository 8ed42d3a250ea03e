"""A repository: which files count, which modules call which, and what an expression comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refactor.project.project import Project as Project
