"""The files of a repository: which there are, which of them the user asked about, and their content.

All paths are relative to the root, with ``/``. The root is git's top directory; outside git it is the directory given, or the one
that holds all that were given. Paths given by the user narrow what is reported and changed, not what can be read.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from refactor.project.contents import Opener, Skip, read_file, unreadable, unusable
from refactor.project.ignores import Ignores, excluding
from refactor.project.kinds import TERRAFORM_KINDS, Kind, kind_of
from refactor.project.listing import Listing, git, leads_to, tracked, walked
from refactor.reasons import Reason

_NONE: Mapping[str, bytes | Skip | None] = {}


@dataclass(frozen=True, slots=True)
class NotOpened:
    """A path that tfmod can't work on, as the user gave it, and a message. All of these are wrong usage."""

    path: str
    text: str


class NoSuchPath(NotOpened):
    """Nothing is there, or it can't be looked at."""

    __slots__ = ()


class NotTerraform(NotOpened):
    """A file of a kind that no codemod changes."""

    __slots__ = ()


class NoTerraform(NotOpened):
    """Directories without a Terraform file."""

    __slots__ = ()


class OtherRepository(NotOpened):
    """A path that is not in the repository of the first one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Selection:
    """What the user asked about: whole directories (with a final ``/``; empty: everything) and single files."""

    directories: tuple[str, ...]
    files: frozenset[str]

    def __contains__(self, path: str) -> bool:
        return path.startswith(self.directories) or path in self.files


class Workspace:
    """A repository's files. ``files`` is ordered by path; ``skips`` are those that were found and can't be read or followed."""

    def __init__(self, root: Path, listing: Listing, selection: _Selection, opener: Opener) -> None:
        self.root = root
        self.skips: Mapping[str, Skip] = listing.skips
        self.warnings: Sequence[str] = listing.warnings
        self._listing = listing
        self._selection = selection
        self._open = opener
        self._base = str(root).rstrip("/")
        self._places: dict[str, str | Skip | None] = {}
        self._content: dict[str, bytes | Skip | None] = {}
        self._files: Mapping[str, Kind] = dict(sorted(listing.files.items()))
        self._overlay: Mapping[str, bytes | Skip | None] = _NONE
        self._version: Mapping[str, bytes | Skip | None] = _NONE

    @classmethod
    def open(
        cls,
        paths: Sequence[str | Path] = (),
        *,
        exclude: Iterable[str] = (),
        directory: Path | None = None,
        opener: Opener = read_file,
        may_be_empty: bool = False,
    ) -> Workspace | NotOpened:
        """The workspace for paths that the user gave, relative to ``directory`` (none: that directory itself).

        ``exclude`` are patterns in the syntax of ``.gitignore``, relative to the root. A file that is given by name counts even if
        it is not tracked, ignored or excluded. ``may_be_empty`` makes a warning of directories without a Terraform file: what once was
        there may be wanted.
        """
        start = directory or Path.cwd()
        given = [_given(start, str(path)) for path in paths or (".",)]
        for one in given:
            if isinstance(one, NotOpened):
                return one
        arguments = [one for one in given if isinstance(one, _Argument)]
        top = _top(arguments[0].directory)
        root = top or Path(os.path.commonpath([one.directory for one in arguments]))
        for one in arguments:
            if _top(one.directory) != top:
                return OtherRepository(one.text, f"{one.text} is not in the repository {root}")
        listing = _listing(root, excluding(exclude), in_git=top is not None)
        selection = _Selection(
            tuple(_prefix(root, one.place) for one in arguments if one.is_directory),
            frozenset(_names(root, (one for one in arguments if not one.is_directory), listing)),
        )
        refusal = _refusal(root, arguments, listing, selection)
        if isinstance(refusal, NoTerraform) and may_be_empty:
            listing.warnings.append(refusal.text)
            refusal = None
        return refusal or cls(root, listing, selection, opener)

    @property
    def files(self) -> Mapping[str, Kind]:
        """Every file of a known kind, by path."""
        return self._files

    def selected(self, path: str) -> bool:
        """Whether the user asked about the path."""
        return path in self._selection

    def read(self, path: str) -> bytes | Skip | None:
        """The content of any file of the repository, listed or not. None: there is no such file.

        A path that leads out of the root, or into ``.git``, is never read.
        """
        place = self.place(path)
        if place is None or isinstance(place, Skip):
            return place
        if place in self._overlay:
            return self._overlay[place]
        if place not in self._content:
            data = self._raw(place)
            self._content[place] = unusable(data) or data if isinstance(data, bytes) else data
        return self._content[place]

    def raw(self, path: str) -> bytes | None:
        """The bytes of a file, usable or not; None if there are none. The base of :class:`refactor.changeset.Overlay`."""
        found = self.read(path)
        if not isinstance(found, Skip):
            return found
        place = self.place(path)
        data = self._raw(place) if isinstance(place, str) else None
        return data if isinstance(data, bytes) else None

    def place(self, path: str) -> str | Skip | None:
        """The path of the file itself, which is another one behind symbolic links: edits belong there. None: there is no such file."""
        if path in self._overlay or (path in self._listing.files and path not in self._listing.links):
            return path
        if path not in self._places:
            self._places[path] = self._leads_to(path)
        return self._places[path]

    def mode(self, path: str) -> int:
        """The file's mode in git's sense: 0o100755 if its owner may execute it, else 0o100644."""
        place = self.place(path)
        try:
            executable = isinstance(place, str) and os.lstat(f"{self._base}/{place}").st_mode & 0o100
        except OSError:
            executable = False
        return 0o100755 if executable else 0o100644

    def files_with(self, words: Collection[bytes], kinds: Collection[Kind] | None = None) -> list[str]:
        """Readable files of these kinds (None: all) that hold at least one of the words."""
        result: list[str] = []
        for path, kind in self._files.items():
            if kinds is None or kind in kinds:
                data = self.read(path)
                if isinstance(data, bytes) and any(word in data for word in words):
                    result.append(path)
        return result

    def with_overlay(self, contents: Mapping[str, bytes | None]) -> Workspace:
        """The same files with these contents in place of what is on the disk; None: the file is gone.

        What was read stays read. Overlays replace each other.
        """
        return self._with({**self._version, **contents})

    def at_version(self, contents: Mapping[str, bytes | None]) -> Workspace:
        """The same repository as another commit has it, which differs in these files. Overlays lie on top of that."""
        version = {path: (unusable(data) or data) if data is not None else None for path, data in contents.items()}
        result = self._with(version)
        result._version = version
        return result

    def only(self, paths: Collection[str]) -> Workspace:
        """The same files, but the user has asked about these paths alone, as far as about them at all."""
        result = self._with(self._overlay)
        result._selection = _Selection((), frozenset(path for path in paths if self.selected(path)))
        return result

    def _with(self, contents: Mapping[str, bytes | Skip | None]) -> Workspace:
        result = Workspace.__new__(Workspace)
        result.__dict__.update(self.__dict__)
        result._overlay = dict(contents)
        files = {path: kind for path, kind in self._listing.files.items() if contents.get(path, b"") is not None}
        for path, data in contents.items():
            kind = kind_of(path)
            if data is not None and kind is not None:
                files[path] = kind
        result._files = dict(sorted(files.items()))
        result._places = {}
        return result

    def _raw(self, place: str) -> bytes | Skip | None:
        try:
            return self._open(f"{self._base}/{place}")
        except FileNotFoundError:
            return None
        except OSError as error:
            return unreadable(error)

    def _leads_to(self, path: str) -> str | Skip | None:
        link = self._listing.links.get(path)
        if link is not None:
            return None if self._overlay.get(link, b"") is None else link
        normal = posixpath.normpath(path)
        if path.startswith("/") or normal == ".." or normal.startswith("../") or ".git" in normal.split("/") or "\0" in path:
            return Skip(Reason.OUTSIDE, "")
        if normal in self._overlay:
            return normal
        found = leads_to(self._base or "/", normal) if normal != "." else None
        if isinstance(found, str) and ".git" in found.split("/"):
            return Skip(Reason.OUTSIDE, "through a symbolic link")
        return found


@dataclass(frozen=True, slots=True)
class _Argument:
    """A path that the user gave. ``place`` is real up to its last part, which may be a link to a file."""

    text: str
    place: Path
    is_directory: bool

    @property
    def directory(self) -> Path:
        return self.place if self.is_directory else self.place.parent


def _given(start: Path, text: str) -> _Argument | NotOpened:
    path = start / text
    try:
        if path.is_dir():
            return _Argument(text, path.resolve(), is_directory=True)
        if path.is_file():
            return _Argument(text, path.parent.resolve() / path.name, is_directory=False)
        there = os.path.lexists(path)
    except (OSError, RuntimeError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return NoSuchPath(text, f"{text}: {said.lower()}")
    if not there:
        return NoSuchPath(text, f"{text}: no such file or directory")
    if path.is_symlink():
        return NoSuchPath(text, f"{text}: the symbolic link leads nowhere")
    return NotTerraform(text, f"{text} is neither a file nor a directory")


def _top(directory: Path) -> Path | None:
    """The repository that a directory is in: the nearest one that holds ``.git`` (a file, in linked worktrees and submodules)."""
    return next((place for place in (directory, *directory.parents) if os.path.lexists(place / ".git")), None)


def _listing(root: Path, excluded: Ignores | None, *, in_git: bool) -> Listing:
    if not in_git:
        return walked(root, excluded)
    found = tracked(root, excluded)
    if isinstance(found, Listing):
        return found
    listing = walked(root, excluded)
    listing.warnings.append(f"what git tracks is not known ({found}); all files count that no .gitignore leaves out")
    return listing


def _prefix(root: Path, place: Path) -> str:
    inside = place.relative_to(root).as_posix()
    return "" if inside == "." else inside + "/"


def _names(root: Path, arguments: Iterable[_Argument], listing: Listing) -> Iterable[str]:
    """The paths of files given by name, and of what they lead to; they are listed if they weren't."""
    for one in arguments:
        path = one.place.relative_to(root).as_posix()
        kind = kind_of(path)
        target = leads_to(str(root), path)
        if kind is None or not isinstance(target, str) or ".git" in target.split("/"):
            continue
        listing.files[path] = kind
        listing.skips.pop(path, None)
        yield path
        if target != path:
            listing.links[path] = target
            yield target


def _refusal(root: Path, arguments: Sequence[_Argument], listing: Listing, selection: _Selection) -> NotOpened | None:
    """What makes the arguments useless: a file that is no Terraform, or no Terraform file in any of them."""
    for one in arguments:
        if not one.is_directory and kind_of(one.place.name) in (None, Kind.OTHER_HCL):
            return NotTerraform(one.text, f"{one.text} is not a Terraform file")
        if not one.is_directory and one.place.relative_to(root).as_posix() not in selection:
            return NotTerraform(one.text, f"{one.text} leads out of the repository {root}")
    empty = [one for one in arguments if one.is_directory and not _holds_terraform(_prefix(root, one.place), listing)]
    if len(empty) == len(arguments):
        names = ", ".join(one.text for one in empty)
        return NoTerraform(empty[0].text, f"no Terraform files in {names}{_untracked(root, empty)}")
    listing.warnings += [f"no Terraform files in {one.text}" for one in empty]
    return None


def _holds_terraform(prefix: str, listing: Listing) -> bool:
    return any(kind in TERRAFORM_KINDS and path.startswith(prefix) for path, kind in listing.files.items())


def _untracked(root: Path, arguments: Iterable[_Argument]) -> str:
    """A hint for somebody whose files git doesn't track yet."""
    output = git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", *(str(one.place) for one in arguments))
    paths = output.decode("utf-8", "surrogateescape").split("\0") if isinstance(output, bytes) else []
    count = sum(kind_of(path) in TERRAFORM_KINDS for path in paths)
    if not count:
        return ""
    return f" that git tracks (untracked: {count}; git add them, or name each file)"
