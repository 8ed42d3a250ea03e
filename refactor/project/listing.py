"""Which files there are: what git tracks, or, outside git, what is there and no ``.gitignore`` leaves out.

Symbolic links are followed only to files inside the root. The caches of Terraform and Terragrunt are never listed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from refactor.project.contents import Skip, unreadable
from refactor.project.ignores import Ignores
from refactor.project.kinds import Kind, kind_of
from refactor.reasons import Reason

CACHES = frozenset({".git", ".terraform", ".terragrunt-cache"})
_LINK = "120000"  # git's mode of a symbolic link


@dataclass(slots=True)
class Listing:
    """Paths are relative to the root, with ``/``. ``links`` gives the file that a symbolic link leads to."""

    files: dict[str, Kind] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    skips: dict[str, Skip] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def tracked(root: Path, excluded: Ignores | None) -> Listing | str:
    """What git tracks and is there. Text: git could not say, and why."""
    output = git(root, "ls-files", "-z", "--cached", "--stage")
    if isinstance(output, str):
        return output
    listing = Listing()
    look = _Look(root, listing)
    for entry in output.decode("utf-8", "surrogateescape").split("\0"):
        head, _, path = entry.partition("\t")
        kind = kind_of(path)
        link = head.startswith(_LINK)
        if (kind is None and not link) or not CACHES.isdisjoint(path.split("/")) or (excluded is not None and excluded.excludes(path)):
            continue
        look.at(path, kind)
    return listing


def walked(root: Path, excluded: Ignores | None) -> Listing:
    """What is there and no ``.gitignore`` on the way leaves out."""
    listing = Listing()
    look = _Look(root, listing)
    for path, kind in _walk(str(root), listing):
        if excluded is None or not excluded.excludes(path):
            look.at(path, kind)
    return listing


def git(root: Path, *arguments: str, data: bytes = b"") -> bytes | str:
    """Output of git, run in ``root`` for the repository there, or text that says why there is none. ``data`` is its standard input."""
    import subprocess

    # What an outer git command (a hook) says about its repository must not count for this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith("GIT_CONFIG")}
    command = ["git", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(command, cwd=root, env=environment | {"LC_ALL": "C"}, capture_output=True, check=False, input=data)
    except FileNotFoundError:
        return "git is not installed"
    except OSError as error:
        return f"git does not start: {error.strerror}"
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return (said[0] if said else f"git ended with {done.returncode}").removeprefix("fatal: ")


def leads_to(root: str, path: str) -> str | Skip | None:
    """Where a path leads through all symbolic links, relative to ``root`` (a real path). None: nowhere."""
    try:
        real = os.path.realpath(f"{root}/{path}", strict=True)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return unreadable(error)
    inside = real[len(root) :].lstrip("/") if root == "/" or real.startswith(root + "/") else ""
    return inside or Skip(Reason.OUTSIDE, "through a symbolic link")


class _Look:
    """Looks at paths on the disk and notes in a listing what is there."""

    def __init__(self, root: Path, listing: Listing) -> None:
        self._root = str(root)
        self._listing = listing
        self._directories: dict[str, Skip | bool] = {"": True}

    def at(self, path: str, kind: Kind | None) -> None:
        """Note one path. Without a kind it is of interest only as a link to a directory, which is not followed."""
        place = self._directory(path.rpartition("/")[0])
        if place is not True:
            if place:
                self._listing.skips[path] = place
            return
        try:
            mode = os.lstat(f"{self._root}/{path}").st_mode
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self._listing.skips[path] = unreadable(error)
            return
        if stat.S_ISLNK(mode):
            self._link(path, kind)
        elif kind is not None and stat.S_ISREG(mode):
            self._listing.files[path] = kind
        elif kind is not None and not stat.S_ISDIR(mode):
            self._listing.skips[path] = Skip(Reason.UNREADABLE, "not a regular file")

    def _link(self, path: str, kind: Kind | None) -> None:
        target = leads_to(self._root, path)
        if isinstance(target, Skip):
            # Of a link of another kind only one thing matters: it may be a directory of Terraform files that are not looked at.
            if kind is not None or (target.reason is Reason.OUTSIDE and Path(self._root, path).is_dir()):
                self._listing.skips[path] = target
        elif kind is None:
            return
        elif target is None:
            self._listing.skips[path] = Skip(Reason.UNREADABLE, "the symbolic link leads nowhere")
        elif Path(self._root, target).is_file():
            self._listing.files[path] = kind
            self._listing.links[path] = target

    def _directory(self, path: str) -> Skip | bool:
        """Whether a directory is one by itself. Behind a link its files are not those that git tracks; out of the root it's a skip."""
        known = self._directories.get(path)
        if known is None:
            known = self._directory(path.rpartition("/")[0])
            if known is True:
                known = self._own_directory(path)
            self._directories[path] = known
        return known

    def _own_directory(self, path: str) -> Skip | bool:
        try:
            if stat.S_ISDIR(os.lstat(f"{self._root}/{path}").st_mode):
                return True
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            return unreadable(error)
        target = leads_to(self._root, path)
        return target if isinstance(target, Skip) else False


def _walk(root: str, listing: Listing) -> Iterator[tuple[str, Kind | None]]:
    """Files of known kinds, and links, below ``root``; ignored directories are not entered."""
    todo: list[tuple[str, tuple[_Rules, ...]]] = [("", ())]
    while todo:
        directory, rules = todo.pop()
        try:
            with os.scandir(f"{root}/{directory}") as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            listing.skips[directory or "."] = unreadable(error)
            continue
        if any(entry.name == ".gitignore" for entry in entries):
            rules = (*_rules(root, directory), *rules)
        below = []
        for entry in entries:
            path = f"{directory}/{entry.name}" if directory else entry.name
            if entry.is_symlink():
                if not _ignored(path, rules):
                    yield path, kind_of(path)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name not in CACHES and not _ignored(path, rules, is_directory=True):
                    below.append((path, rules))
            else:
                kind = kind_of(entry.name)
                if kind is not None and not _ignored(path, rules):
                    yield path, kind
        todo += reversed(below)


@dataclass(frozen=True, slots=True)
class _Rules:
    """One ``.gitignore`` and the directory that it speaks of (with a final ``/``, or empty)."""

    prefix: str
    ignores: Ignores


def _rules(root: str, directory: str) -> Iterator[_Rules]:
    try:
        data = Path(root, directory, ".gitignore").read_bytes()
    except OSError:
        return
    yield _Rules(f"{directory}/" if directory else "", Ignores(data.decode("utf-8", "surrogateescape")))


def _ignored(path: str, rules: Iterable[_Rules], *, is_directory: bool = False) -> bool:
    """The nearest file that has a rule for the path decides."""
    for one in rules:
        ignored = one.ignores.decide(path.removeprefix(one.prefix), is_directory=is_directory)
        if ignored is not None:
            return ignored
    return False
