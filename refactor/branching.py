"""``--branch`` and ``--base`` at a prompt: the files of a commit to run on, and the branch that a run becomes."""

from __future__ import annotations

import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from refactor.arguments import UsageError
from refactor.config import ConfigFileError
from refactor.console import DONE, INCOMPLETE

if TYPE_CHECKING:
    from refactor.codemod import Codemod
    from refactor.delivery.building import Source
    from refactor.delivery.repository import GitRepository
    from refactor.project.workspace import Workspace
    from refactor.run import RunResult

_MOST_NAME = 80


def check_flags(options: Namespace) -> None:
    """Refuse flags that say nothing together."""
    if options.branch is None:
        for flag in ("squash", "signoff", "force"):
            if getattr(options, flag):
                raise UsageError(f"--{flag} goes with --branch")
    if options.base is not None and options.write:
        raise UsageError("--base works on a commit's files and --write on the working tree's; --branch commits to a branch")


@contextmanager
def at_base(options: Namespace) -> Iterator[None]:
    """With ``--base``, check the commit out for the time of the run; ``options.start`` is where the paths given are to be looked for.

    Paths mean what they would mean in the current directory if the commit were checked out; in a bare repository, from its root.

    Raises:
        UsageError: flags don't go together, or there is no such commit.
    """
    check_flags(options)
    options.start, options.checkout = Path.cwd(), None
    if options.base is None:
        yield
        return
    from refactor.delivery.checkout import checked_out
    from refactor.delivery.plumbing import GitFailed
    from refactor.delivery.repository import find_repository

    repository = find_repository(Path.cwd(), outer=True)
    if isinstance(repository, str):
        raise UsageError(f"--base: {repository}")
    try:
        with checked_out(repository, options.base) as checkout:
            options.checkout = checkout
            options.start = checkout.root / repository.prefix
            options.paths = [inside(path, repository, checkout.root) for path in options.paths]
            try:
                yield
            except (UsageError, ConfigFileError) as error:  # where the files are for the moment says nothing to anybody
                raise type(error)(str(error).replace(f"{checkout.root}/", f"{options.base}:")) from error
    except GitFailed as failure:
        raise UsageError(f"--base: {failure}") from failure


def bare_hint(directory: Path) -> str:
    """The end of a message about a directory without files, where that is a bare repository."""
    is_bare = (directory / "HEAD").is_file() and (directory / "objects").is_dir()
    return " (it looks like a bare repository: --base REF takes the files of a commit)" if is_bare else ""


def inside(path: Path, repository: GitRepository, root: Path) -> Path:
    """A path that was given, as one of the checkout at ``root``.

    Raises:
        UsageError: it leads out of the repository.
    """
    if not path.is_absolute():
        if Path(os.path.normpath(repository.prefix / path)).parts[:1] == ("..",):
            raise UsageError(f"{path} leads out of the repository")
        return path
    if repository.top is None or not path.resolve().is_relative_to(repository.top):
        raise UsageError(f"{path} is not in the repository {repository.top or repository.git_dir}")
    return root / path.resolve().relative_to(repository.top)


def branch(result: RunResult, workspace: Workspace, options: Namespace, codemods: Sequence[Codemod], label: str) -> int:
    """Commit a run to a branch, and say so; returns the exit code."""
    from refactor.delivery.branch import commit_on_branch
    from refactor.delivery.building import BranchRefused
    from refactor.delivery.commits import commits_of

    plans = commits_of(result, [type(c) for c in codemods], squash=options.squash)
    if not plans:
        _say("nothing to commit")
        return DONE
    source: Source = options.checkout or workspace.root
    done = commit_on_branch(source, plans, options.branch or _name(label), force=options.force, sign_off=options.signoff)
    if isinstance(done, BranchRefused):
        _say(done.text + "".join(f"\n  {path}" for path in done.paths))
        return INCOMPLETE
    count = f"{len(done.commits)} commits, the last is {done.commit[:12]}," if len(done.commits) > 1 else f"committed {done.commit[:12]}"
    replaced = f", in place of {done.replaced[:12]}" if done.replaced is not None else ""
    sys.stderr.write(f"{count} on branch {done.name}{replaced}\n")
    return DONE


def _name(label: str) -> str:
    """A branch's name for a command or a recipe, which may have any name."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", label)[:_MOST_NAME].strip("-")
    return f"tfmod/{plain or 'fix'}"


def _say(text: str) -> None:
    sys.stderr.write(f"tfmod: {text}\n")
