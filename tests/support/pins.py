"""Run pin-images on files of a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codemods.pin_images import PinImages
from refactor.codemod import Finding
from refactor.project.workspace import Workspace
from refactor.run import RunResult, run
from refactor.services import Services
from refactor.testing import Scripted


def pinned(root: Path, files: Mapping[str, str], images: Mapping[str, str], **options: Any) -> RunResult:
    """The result of one run; ``images`` is the table of :class:`refactor.testing.Scripted`."""
    for name, text in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    workspace = Workspace.open([root])
    assert isinstance(workspace, Workspace), workspace.text
    return run(workspace, [PinImages(**options)], Services(Scripted(images)), deep=True)


def outcome(finding: Finding) -> str:
    """``changed``, or the reason for anything else."""
    return finding.reason.value if finding.reason is not None else finding.outcome.value


def outcomes(result: RunResult) -> list[str]:
    """What became of each image, in the order of the files."""
    return [outcome(f) for f in result.findings if f.thing == "image"]


def text(result: RunResult, path: str) -> str:
    """A file as the run leaves it; empty where it does not change it."""
    return next(((c.after or b"").decode() for c in result.changeset if c.path == path), "")
