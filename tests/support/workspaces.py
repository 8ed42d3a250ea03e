"""Trees of files, and the workspaces that open on them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from refactor.project.workspace import NotOpened, Workspace

STACKS: Mapping[str, bytes] = {
    "stacks/api/main.tf": b"a",
    "stacks/api/api.tfvars": b"b",
    "stacks/web/main.tf": b"c",
    "modules/app/main.tf": b"d",
    "modules/app/script.sh.tpl": b"e",
    "terragrunt.hcl": b"f",
    "values.yaml": b"g",
    "README.md": b"h",
}


def put(root: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def opened(directory: Path, *paths: str | Path, exclude: tuple[str, ...] = ()) -> Workspace:
    result = Workspace.open(paths, exclude=exclude, directory=directory)
    assert isinstance(result, Workspace), result
    return result


def refused(directory: Path, *paths: str | Path) -> NotOpened:
    result = Workspace.open(paths, directory=directory)
    assert isinstance(result, NotOpened)
    return result
