"""Write a changeset to the working tree: all of it or nothing, and each file whole at any moment.

All targets are checked before the first is touched; every new content is staged in a temporary file beside its target and flushed to
the disk; then each is renamed into place, and deletions come last. What fails before the renames has changed nothing. What fails among
them, an interrupt included, is taken back. Only a kill or a power cut can leave some files new and some old (and temporary files named
``.tfmod-*.tmp``), but no file half written: rename(2) replaces a file as a whole.
"""

from __future__ import annotations

import os
import secrets
import signal
import stat
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from refactor.changeset import FileChange
from refactor.delivery.targets import Target, WriteFailure, examine, said

_NEW_FILE = 0o666  # less the umask
_STAGED = 0o600  # until it has the mode of the file it replaces


@dataclass(frozen=True, slots=True)
class Written:
    """Everything was written; the paths are those of the changeset."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotWritten:
    """Nothing was written, and why. ``left`` names files that could not be put back and have their new content: usually none."""

    failures: tuple[WriteFailure, ...]
    left: tuple[str, ...] = ()


class Disk:
    """The calls that change a disk, in one place so that a test can make each of them fail."""

    def create(self, path: Path, mode: int) -> int:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)

    def write(self, descriptor: int, data: memoryview) -> int:
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def make_directory(self, path: Path) -> None:
        path.mkdir()

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)

    def remove(self, path: Path) -> None:
        path.unlink()


def check(root: Path, changes: Iterable[FileChange]) -> tuple[WriteFailure, ...]:
    """What would keep the changes from being written now. Nothing is written."""
    return tuple(examine(root.resolve(), changes)[1])


def write(root: Path, changes: Iterable[FileChange], disk: Disk | None = None) -> Written | NotWritten:
    """Write all changes below ``root``, or none.

    Refused, with every reason: a path that leads out of the root; a file that is read-only, no regular file, or no longer what was
    read; a new file's name that is taken. A symbolic link inside the root is written through.

    Raises:
        KeyboardInterrupt: after everything was put back.
    """
    changes = tuple(changes)
    targets, failures = examine(root.resolve(), changes)
    if failures:
        return NotWritten(tuple(failures))
    job = _Job(targets, disk or Disk())
    try:
        job.run()
    except (OSError, _Stale) as error:
        text = said(error) if isinstance(error, OSError) else "it changed while it was being written"
        return NotWritten((WriteFailure(job.at, text),), job.undo())
    except BaseException:
        job.undo()
        raise
    return Written(tuple(change.path for change in changes))


class _Stale(Exception):
    """A target is no longer the file that was checked."""


class _Job:
    """One write, and how to take it back. What is about to be done is noted first, so that an interrupt can come between any two steps."""

    def __init__(self, targets: list[Target], disk: Disk) -> None:
        self.at = ""
        self._targets = targets
        self._disk = disk
        self._temporary: dict[Path, None] = {}
        self._directories: list[Path] = []
        self._touched: list[Target] = []

    def run(self) -> None:
        staged = [(target, self._staged(target)) for target in self._targets if target.change.after is not None]
        for target, temporary in staged:
            self._begin(target, new=target.original is None or target.change.moved_from is not None)
            self._disk.replace(temporary, target.path)
        for target in self._targets:
            if target.original is not None and (target.change.after is None or target.change.moved_from is not None):
                self._begin(target, new=False)
                self._disk.remove(target.original.path)
        for directory in {target.path.parent for target in self._targets}:
            self._sync_directory(directory)

    def undo(self) -> tuple[str, ...]:
        """Put everything back. Returns the paths where that failed."""
        left: list[str] = []
        with _no_interrupts():
            for target in reversed(self._touched):
                try:
                    self._restore(target)
                except OSError:
                    left.append(target.change.path)
            for path in self._temporary:
                with suppress(OSError):
                    path.unlink()
            for directory in reversed(self._directories):
                with suppress(OSError):
                    directory.rmdir()
        return tuple(dict.fromkeys(reversed(left)))

    def _begin(self, target: Target, *, new: bool) -> None:
        """Last look before a target is touched: everything must still be as it was checked."""
        self.at = target.change.path
        if (new and os.path.lexists(target.path)) or (target.original is not None and not target.original.unchanged()):
            raise _Stale
        self._touched.append(target)

    def _staged(self, target: Target) -> Path:
        self.at = target.change.path
        missing = [parent for parent in (target.path.parent, *target.path.parent.parents) if not parent.exists()]
        for directory in reversed(missing):
            self._directories.append(directory)
            self._disk.make_directory(directory)
        return self._copy(target, target.change.after or b"", target.path.parent)

    def _copy(self, target: Target, data: bytes, directory: Path) -> Path:
        """A flushed temporary file with the data, and the mode, owner and attributes of the target's original."""
        path = directory / f".tfmod-{secrets.token_hex(8)}.tmp"
        self._temporary[path] = None
        descriptor = self._disk.create(path, _STAGED if target.original else _NEW_FILE)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._disk.write(descriptor, rest) :]
            if target.original is not None:
                _dress(descriptor, target.original.path, target.original.status)
            self._disk.sync(descriptor)
        finally:
            os.close(descriptor)
        return path

    def _restore(self, target: Target) -> None:
        original, before = target.original, target.change.before
        if (original is None or original.path != target.path) and _content(target.path) == target.change.after:
            self._disk.remove(target.path)
        if original is not None and before is not None and _content(original.path) != before:
            self._disk.replace(self._copy(target, before, original.path.parent), original.path)

    def _sync_directory(self, directory: Path) -> None:
        """Make the renames last; some file systems can't, and then the files are as safe as they can be."""
        with suppress(OSError):
            descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                self._disk.sync(descriptor)
            finally:
                os.close(descriptor)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _dress(descriptor: int, original: Path, status: os.stat_result) -> None:
    """Give a file the owner, mode and extended attributes (access lists are among them) of another, as far as allowed."""
    with suppress(OSError):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(original):
                os.setxattr(descriptor, name, os.getxattr(original, name))


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Ctrl-C waits its turn while files are put back. Only the main thread can be interrupted by it, or ask for this."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
