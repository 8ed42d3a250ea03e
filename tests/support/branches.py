"""A repository, a changeset for it, and a commit of it that watches over everything of the user's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from refactor.changeset import FileChange
from refactor.delivery.branch import BranchCreated, commit_on_branch
from refactor.delivery.building import BranchRefused, Source
from refactor.delivery.commits import CommitPlan
from tests.support.git import Repository

FILES: Mapping[str, bytes] = {
    "api/main.tf": b'image = "nginx"\n',
    "api/old.tf": b"moved {}\n" * 9,
    "gone.tf": b"gone\n",
    "with space/größe.tf": b"a\n",
    "other.tf": b"other\n",
}
CHANGES = (
    FileChange("api/main.tf", b'image = "nginx"\n', b'image = "nginx:1"\n'),
    FileChange("gone.tf", b"gone\n", None),
    FileChange("m/moved.tf", b"moved {}\n" * 9, b"moved {}\n" * 9 + b"more\n", "api/old.tf"),
    FileChange("n/e/w.tf", None, b"new"),
    FileChange("with space/größe.tf", b"a\n", b"b\n"),
)
MAIN = CHANGES[:1]


def plans(*changes: tuple[FileChange, ...]) -> list[CommitPlan]:
    """A commit for each of these."""
    return [CommitPlan(("pin-images",), "Pin images\n\nwhy: größe", own) for own in changes]


def commit(
    repository: Repository, changes: tuple[FileChange, ...] = MAIN, name: str = "tfmod", *, source: Source | None = None, **options: object
) -> BranchCreated | BranchRefused:
    """Makes the branch, and holds the user's things against what they were."""
    before = untouched(repository)
    base, force = str(options.get("base", "HEAD")), bool(options.get("force", False))
    result = commit_on_branch(source or repository.root, plans(changes), name, base=base, force=force)
    assert untouched(repository) == before
    return result


def created(result: BranchCreated | BranchRefused) -> BranchCreated:
    assert isinstance(result, BranchCreated), result
    return result


def refused(result: BranchCreated | BranchRefused) -> BranchRefused:
    assert isinstance(result, BranchRefused)
    return result


def untouched(repository: Repository) -> object:
    git_dir = Path(repository.text("rev-parse", "--absolute-git-dir"))
    """Everything that is the user's: files, index, HEAD, stash, configuration, worktrees, and no lock left behind."""
    files = {
        path.relative_to(repository.root): path.read_bytes()
        for path in repository.root.rglob("*")
        if path.is_file() and git_dir not in path.parents
    }
    common = Path(repository.text("rev-parse", "--path-format=absolute", "--git-common-dir"))
    places = (git_dir / "index", git_dir / "HEAD", common / "config", common / "logs/refs/stash", common / "logs/HEAD")
    own = [place.read_bytes() if place.exists() else None for place in places]
    return files, own, sorted((common / "worktrees").glob("*/*")), list(git_dir.rglob("*.lock"))
