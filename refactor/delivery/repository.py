"""Which git repository a directory belongs to, as git itself finds it, and the environment in which git is asked about it.

It is git that looks, so it is git that refuses: a repository of another user (``safe.directory``) is refused in its own words, before any
filter, hook or signing program of its configuration could run.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOCAL = (
    # What an outer git command (a hook) says about its repository: `git rev-parse --local-env-vars`, without the user's configuration
    # (GIT_CONFIG_*), and GIT_QUARANTINE_PATH (git-receive-pack(1)).
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
_OF_THE_PLACE = frozenset({"GIT_DIR", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"})
_NO_REPOSITORY = "not a git repository"


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A repository on this machine.

    Attributes:
        git_dir: the git directory; that of a linked worktree is its own.
        top: the working tree's root, None in a bare repository.
        prefix: of the directory that was asked about, from the root, with a final ``/``; empty for the root, and in a bare repository.
        from_environment: it is the one that ``GIT_DIR`` names, so that the rest of that environment speaks of it too (a hook of it runs).
    """

    git_dir: Path
    top: Path | None
    prefix: str = ""
    from_environment: bool = False

    def foreign_variables(self) -> tuple[str, ...]:
        """Variables of the environment that speak of a repository, and that git must not see beside ``GIT_DIR`` and the like."""
        return tuple(name for name in LOCAL if name in os.environ and not (self.from_environment and name not in _OF_THE_PLACE))

    def environment(self) -> dict[str, str]:
        """The environment for git commands on this repository that need no working tree."""
        return environment(*self.foreign_variables()) | {"GIT_DIR": str(self.git_dir)}


def environment(*without: str) -> dict[str, str]:
    """This process's environment without some variables, with git speaking English, as we read what it says."""
    return {name: value for name, value in os.environ.items() if name not in without} | {"LC_ALL": "C", "LANGUAGE": "C"}


def find_repository(directory: Path, *, outer: bool = False) -> GitRepository | str:
    """The repository that ``directory`` is in, or a text that says why there is none.

    ``outer`` lets ``GIT_DIR`` of the environment decide, as git does.
    """
    from_environment = outer and "GIT_DIR" in os.environ
    variables = environment() if outer else environment(*LOCAL)
    if not directory.is_dir():
        return f"{directory} is {_NO_REPOSITORY}"
    try:
        bare = _asked(directory, variables, "--is-bare-repository") == "true"
        git_dir = Path(_asked(directory, variables, "--absolute-git-dir")).resolve()
        if bare:
            return GitRepository(git_dir, None, "", from_environment)
        top = Path(_asked(directory, variables, "--show-toplevel")).resolve()
        return GitRepository(git_dir, top, _asked(directory, variables, "--show-prefix"), from_environment)
    except FileNotFoundError:
        return "git is not installed"
    except _SaidNo as error:
        text = str(error)
        return f"{directory} is {_NO_REPOSITORY}" if text.startswith(_NO_REPOSITORY) else f"git refused: {text}"
    except OSError as error:
        return f"git does not start: {error.strerror}"


class _SaidNo(Exception):
    pass


def _asked(directory: Path, variables: Mapping[str, str], question: str) -> str:
    done = subprocess.run(
        ["git", "rev-parse", question], cwd=directory, env=variables, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise _SaidNo(said(done.stderr.decode("utf-8", "replace")) or f"git rev-parse ended with {done.returncode}")
    return os.fsdecode(done.stdout).removesuffix("\n")


def said(text: str) -> str:
    """git's errors in one line, without its hints."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith(("hint:", "warning:"))]
    return "; ".join(line.removeprefix("fatal: ").removeprefix("error: ") for line in lines if line)
