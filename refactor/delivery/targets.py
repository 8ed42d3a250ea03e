"""Where on the disk the files of a changeset are, and whether each may be written, before anything is.

Every path is followed through all symbolic links first: what lies outside the root, or in a ``.git`` directory, is never a target.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from refactor.changeset import FileChange
from refactor.reasons import Reason

_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_SAID = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than the system allows",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
}


@dataclass(frozen=True, slots=True)
class WriteFailure:
    """Why a file was not written: ``text`` is a clause for people, without the path."""

    path: str
    text: str
    reason: Reason = Reason.NOT_WRITABLE


@dataclass(frozen=True, slots=True)
class Original:
    """A file that is there: its real path, and what stat said when its bytes were compared."""

    path: Path
    status: os.stat_result

    def unchanged(self) -> bool:
        """Whether it is still the file that was compared, as far as stat can tell."""
        try:
            now = self.path.lstat()
        except FileNotFoundError:
            return False
        before = self.status
        return (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) == (before.st_dev, before.st_ino, before.st_size, before.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Target:
    """One change and its places: ``path`` is written, or deleted; ``original`` is what is replaced, deleted or moved away."""

    change: FileChange
    path: Path
    original: Original | None


def resolved(root: Path, path: str) -> Path | None:
    """The real path of a path of the repository; None if it is outside of ``root`` (a real path) or in ``.git``."""
    if not path or "\0" in path or any(part in ("", ".", "..") for part in path.split("/")):
        return None
    try:
        real = (root / path).resolve()
    except (OSError, RuntimeError):  # a loop of links is a RuntimeError up to Python 3.12
        return None
    if real == root or not real.is_relative_to(root) or ".git" in real.relative_to(root).parts:
        return None
    return real


def examine(root: Path, changes: Iterable[FileChange]) -> tuple[list[Target], list[WriteFailure]]:
    """Every change's target, or why it has none. ``root`` is a real path. Nothing is written."""
    targets: dict[Path, Target] = {}
    failures: list[WriteFailure] = []
    for change in changes:
        try:
            found = _target(root, change)
        except OSError as error:
            found = WriteFailure(change.path, said(error))
        if isinstance(found, WriteFailure):
            failures.append(found)
        elif found.path not in targets:
            targets[found.path] = found
        elif targets[found.path].change.after != change.after:
            other = targets[found.path].change.path
            failures.append(WriteFailure(change.path, f"it leads to the same file as {other}, which changes in another way"))
    return list(targets.values()), failures


def said(error: OSError) -> str:
    """What the system said, as a clause for people."""
    return _SAID.get(error.errno or 0) or (error.strerror or str(error)).lower()


def _target(root: Path, change: FileChange) -> Target | WriteFailure:
    place = resolved(root, change.path)
    if place is None:
        return WriteFailure(change.path, "it leads out of the repository", Reason.OUTSIDE)
    if change.before is None:
        return _vacancy(root, change.path, place) or Target(change, place, None)
    moved = change.moved_from is not None
    source = change.path if change.moved_from is None else change.moved_from
    real = resolved(root, source)
    if real is None:
        return WriteFailure(source, "it leads out of the repository", Reason.OUTSIDE)
    if (moved or change.after is None) and (root / source).is_symlink():
        return WriteFailure(source, "it is a symbolic link, which is neither moved nor deleted")
    original = _original(source, real, change.before)
    if isinstance(original, WriteFailure):
        return original
    vacancy = _vacancy(root, change.path, place) if moved else None
    return vacancy or Target(change, place, original)


def _original(path: str, real: Path, before: bytes) -> Original | WriteFailure:
    """The file whose bytes are still ``before``. Mode bits count besides access(2), which allows root everything."""
    try:
        status = real.stat()
    except FileNotFoundError:
        return WriteFailure(path, "it is gone since it was read")
    if not stat.S_ISREG(status.st_mode):
        return WriteFailure(path, "it is not a regular file")
    if not status.st_mode & _WRITE_BITS or not os.access(real, os.W_OK):
        return WriteFailure(path, "it is read-only")
    if not _may_change(real.parent):
        return WriteFailure(path, "its directory is read-only")
    if real.read_bytes() != before:
        return WriteFailure(path, "it has changed since it was read")
    return Original(real, status)


def _vacancy(root: Path, path: str, place: Path) -> WriteFailure | None:
    """What keeps a new file from standing at ``place``."""
    if os.path.lexists(place) or (root / path).is_symlink():
        return WriteFailure(path, "a file of this name has come to stand there")
    parent = place.parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        return WriteFailure(path, f"{parent.relative_to(root).as_posix()} is not a directory")
    return None if _may_change(parent) else WriteFailure(path, "its directory is read-only")


def _may_change(directory: Path) -> bool:
    return bool(directory.stat().st_mode & _WRITE_BITS) and os.access(directory, os.W_OK | os.X_OK)
