"""git's plumbing commands on a repository's object database, with an index and a working tree of our own.

The user's index, working tree and HEAD are never named, so they can't be touched: every command gets ``GIT_DIR``, ``GIT_INDEX_FILE`` and
``GIT_WORK_TREE`` explicitly, whatever an outer git command (a hook) has set, and doesn't see what else that has set.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from refactor.delivery.repository import GitRepository, said

if TYPE_CHECKING:
    from git.cmd import Git

_SETTINGS = {
    # The index holds the whole tree and belongs to nobody else.
    "core.sparseCheckout": "false",
    "index.sparse": "false",
    "core.splitIndex": "false",
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    # Modes come from the files that we write.
    "core.fileMode": "true",
    # Line ends are converted as the repository says, without a question about it.
    "core.safecrlf": "false",
    "i18n.commitEncoding": "UTF-8",
}


class GitFailed(Exception):
    """git ended with an error; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree, or a submodule (mode 160000)."""

    mode: str
    object: str


@contextmanager
def plumbing(repository: GitRepository) -> Iterator[Plumbing]:
    """Commands on a repository, in a temporary directory that nobody else can look into.

    Raises:
        GitFailed: git is not installed.
    """
    try:
        from git.cmd import Git
    except ImportError as error:  # GitPython's answer where the program is missing
        raise GitFailed("git is not installed") from error

    with tempfile.TemporaryDirectory(prefix="tfmod-") as directory:
        place = Path(directory).resolve()
        (place / "tree").mkdir()
        yield Plumbing(Git(place / "tree"), repository, place)


class Plumbing:
    """One temporary index and working tree."""

    def __init__(self, git: Git, repository: GitRepository, place: Path) -> None:
        self._git = git
        self._tree = place / "tree"
        self._index = place / "index"
        self._environment = {
            "GIT_DIR": str(repository.git_dir),
            "GIT_WORK_TREE": str(self._tree),
            "GIT_INDEX_FILE": str(self._index),
            "GIT_LFS_SKIP_SMUDGE": "1",
        }
        # GitPython can add variables, but not take one away.
        foreign = [part for name in repository.foreign_variables() if name not in self._environment for part in ("-u", name)]
        self._program = ["env", *foreign, "git"] if foreign else ["git"]

    @property
    def tree(self) -> Path:
        """The temporary working tree."""
        return self._tree

    @property
    def index(self) -> Path:
        """The temporary index."""
        return self._index

    def run(self, *arguments: str, data: bytes = b"", hooks: bool = False, settings: Mapping[str, str] | None = None) -> bytes:
        """Output of a git command, with settings of its own on top.

        Raises:
            GitFailed: it ended with an error.
        """
        status, output, text = self._execute(arguments, data, hooks=hooks, more=settings or {})
        if status:
            raise GitFailed(said(text) or f"git {arguments[0]} ended with {status}")
        return output

    def line(self, *arguments: str) -> str | None:
        """Output of a command that answers with one line; None if it fails."""
        status, output, _ = self._execute(arguments, b"", hooks=False, more={})
        return output.decode("utf-8", "surrogateescape").strip() if status == 0 else None

    def entries(self, commit: str) -> Mapping[str, Entry]:
        """Every file of a commit, by path."""
        result: dict[str, Entry] = {}
        for line in _split(self.run("ls-tree", "-r", "-z", "--full-tree", commit)):
            head, _, path = line.partition("\t")
            mode, _, name = head.split(" ")
            result[path] = Entry(mode, name)
        return result

    def staged(self) -> list[str]:
        """Every path of the index."""
        return _split(self.run("ls-files", "-z", "--cached"))

    def start(self, commit: str) -> None:
        """An index that holds a commit, and an empty working tree."""
        self._clear()
        self._index.unlink(missing_ok=True)
        self.run("read-tree", commit)

    def update(self, files: Mapping[str, tuple[bytes, int] | None]) -> None:
        """Put files with their permissions into the index as ``git add`` would, filters and line ends included; None: remove it."""
        self._clear()
        for path, file in files.items():
            if file is not None:
                target = self._tree / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file[0])
                target.chmod(file[1])
        self.run("update-index", "--add", "--remove", "-z", "--stdin", data=_joined(files))

    def _clear(self) -> None:
        shutil.rmtree(self._tree)
        self._tree.mkdir()

    def differing(self, commit: str) -> list[str]:
        """Paths in which the index differs from a commit."""
        return _split(self.run("diff-index", "--cached", "--name-only", "-z", commit))

    def filters(self, paths: Iterable[str]) -> Mapping[str, str]:
        """The ``filter`` attribute of each path that has one."""
        fields = _split(self.run("check-attr", "-z", "--stdin", "filter", data=_joined(paths)))
        values = zip(fields[::3], fields[2::3], strict=True)
        return {path: value for path, value in values if value not in ("unspecified", "unset", "set", "")}

    def _execute(self, arguments: tuple[str, ...], data: bytes, *, hooks: bool, more: Mapping[str, str]) -> tuple[int, bytes, str]:
        settings = {**_SETTINGS, **({} if hooks else {"core.hooksPath": "/dev/null"}), **more}
        from git.exc import GitCommandNotFound

        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with tempfile.TemporaryFile() as stdin:
            stdin.write(data)
            stdin.seek(0)
            try:
                return self._git.execute(
                    [*self._program, *options, *arguments],
                    istream=stdin,
                    env=self._environment,
                    with_extended_output=True,
                    with_exceptions=False,
                    stdout_as_string=False,
                    strip_newline_in_stdout=False,
                )
            except GitCommandNotFound as error:
                raise GitFailed("git is not installed") from error


def _joined(paths: Iterable[str]) -> bytes:
    return b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)


def _split(output: bytes) -> list[str]:
    return output.decode("utf-8", "surrogateescape").split("\0")[:-1]
