"""Groups: which changes go into one pull request, what the group is called, and the branch that is its own. Pure."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from refactor.bot.settings import GroupBy
from refactor.codemod import Finding, Outcome

_SLUG = 60
_KINDS = {GroupBy.STACK: "stack", GroupBy.DIRECTORY: "directory", GroupBy.OWNER: "owner"}
ASKED = "pr"
"""The kind of the groups of ``--pr``: the bot leaves them alone."""

NameOf = Callable[[str], str]
"""A file's path to what it belongs to: a stack, a directory, its owners."""


@dataclass(frozen=True, slots=True)
class Group:
    """One pull request's worth of changes.

    Attributes:
        name: the same in every run: a codemod's name, or ``stack:stacks/web``.
        title: for people: ``stacks/web``.
        codemods: names of those that run for it, in order.
        members: what its files belong to; None: all files are its own.
    """

    name: str
    title: str
    codemods: tuple[str, ...]
    members: frozenset[str] | None = None

    @property
    def kind(self) -> str:
        return kind_of(self.name)


def kind_of(name: str) -> str:
    """``stack`` of ``stack:stacks/web``; ``codemod`` of a codemod's name."""
    kind, colon, _ = name.partition(":")
    return kind if colon else GroupBy.CODEMOD.value


def branch_of(prefix: str, name: str) -> str:
    """The branch of a group: always the same for the same name, and another for every other name.

    A name that is no part of a branch's name as it stands is written with dashes, and a digest of six digits: ``a/b`` and ``a-b`` differ,
    and ``a`` can be there beside ``a/b``, which git's files could not both hold as directories.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if slug == name and len(slug) <= _SLUG:
        return prefix + slug
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:6]
    return prefix + "-".join(part for part in (slug[:_SLUG].strip("-"), digest) if part)


def per_codemod(codemods: Iterable[str]) -> list[Group]:
    """A group for each codemod, each on the base alone: one does not wait for the other to be merged."""
    return [Group(name, name, (name,)) for name in dict.fromkeys(codemods)]


def asked(label: str, codemods: Iterable[str], paths: Sequence[str] = ()) -> Group:
    """The one group of ``--pr``: everything that this command changes."""
    what = " ".join((label, *sorted(paths)))
    return Group(f"{ASKED}:{what}", what, tuple(codemods))


def files_of(finding: Finding) -> tuple[str, ...]:
    """Every file that a finding's fix touches."""
    fix = finding.fix
    if fix is None:
        return ()
    return tuple(dict.fromkeys((*(f.path for f in fix.files), *fix.create, *fix.delete, *fix.move, *fix.move.values())))


def grouped(by: GroupBy, name_of: NameOf, findings: Iterable[Finding], codemods: Sequence[str]) -> list[Group]:
    """Groups of the changes of one run of all codemods.

    What one fix changes has to go together: where it touches files of two groups, these become one, named after the first of them.
    """
    parents: dict[str, str] = {}
    used: dict[str, set[str]] = {}
    for finding in findings:
        if finding.outcome is not Outcome.CHANGED:
            continue
        names = sorted({name_of(path) for path in (finding.place.path, *files_of(finding))})
        for name in names:
            used.setdefault(name, set()).add(finding.codemod)
            parents.setdefault(name, name)
        for other in names[1:]:
            first, second = sorted((_root(parents, names[0]), _root(parents, other)))
            parents[second] = first
    members: dict[str, set[str]] = {}
    for name in parents:
        members.setdefault(_root(parents, name), set()).add(name)
    kind = _KINDS[by]
    return [
        Group(f"{kind}:{root}", _title(by, sorted(own)), _in_order(codemods, own, used), frozenset(own))
        for root, own in sorted(members.items())
    ]


def _root(parents: Mapping[str, str], name: str) -> str:
    while parents[name] != name:
        name = parents[name]
    return name


def _in_order(codemods: Sequence[str], members: Iterable[str], used: Mapping[str, set[str]]) -> tuple[str, ...]:
    own = set().union(*(used[m] for m in members))
    return tuple(name for name in codemods if name in own)


def _title(by: GroupBy, members: Sequence[str]) -> str:
    shown = [("the root directory" if m == "." else m) if by is not GroupBy.OWNER else m for m in members]
    return ", ".join(shown) if len(shown) <= 3 else f"{shown[0]}, {shown[1]} and {len(shown) - 2} more"


def directory_of(path: str) -> str:
    return posixpath.dirname(path) or "."


UNOWNED = "nobody"


def owners_of(owners: Callable[[str], Sequence[str]] | None) -> NameOf:
    """The name of a file's owners: those of one file together are one group."""
    return lambda path: (" ".join(owners(path)) if owners is not None else "") or UNOWNED
