"""Who owns a file, by the CODEOWNERS file of the forge that the repository is on. Pure.

GitHub ("About code owners"): patterns as in ``.gitignore`` without ``!`` and ``[``, the last that matches decides. GitLab ("Code Owners",
"Sections"): the same within each section, and each section has its owners; ``!`` takes files out. Gitea and Forgejo ("CODEOWNERS File"):
regular expressions for the whole path, ``!`` for the paths that do not match, and every rule that matches counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from refactor.forges.settings import ForgeKind
from refactor.project.ignores import Ignores

PLACES = {
    ForgeKind.GITHUB: (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    ForgeKind.GITLAB: ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    ForgeKind.GITEA: ("CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS"),
}
"""Where each forge looks; the first that is there counts."""

Matches = Callable[[str], bool]

_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)")
_BLANK = re.compile(r"(?<!\\)[ \t]+")


@dataclass(frozen=True, slots=True)
class _Rule:
    """``section`` is the name of GitLab's, in lower case. ``owners`` None: the files have none in this section, and none before it."""

    matches: Matches
    owners: tuple[str, ...]
    section: str = ""
    excludes: bool = False


class Owners:
    """The rules of one file. ``problems`` are lines that mean nothing."""

    def __init__(self, kind: ForgeKind, text: str) -> None:
        self._kind = kind
        self.problems: list[str] = []
        self._rules = list(self._read(text.removeprefix("\ufeff")))

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file, sorted; none for a file that nobody owns."""
        if self._kind is ForgeKind.GITEA:
            return tuple(sorted({owner for rule in self._rules if rule.matches(path) for owner in rule.owners}))
        found: dict[str, tuple[str, ...]] = {}
        out: set[str] = set()
        for rule in self._rules:
            if rule.matches(path):
                found[rule.section] = rule.owners
                if rule.excludes:
                    out.add(rule.section)
        return tuple(sorted({owner for section, owners in found.items() if section not in out for owner in owners}))

    def _read(self, text: str) -> Iterator[_Rule]:
        section = ""
        defaults: tuple[str, ...] = ()
        for line in text.splitlines():
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            head = _SECTION.fullmatch(stripped) if self._kind is ForgeKind.GITLAB else None
            if head is not None:
                section, defaults = head["name"].strip().lower(), _owners(head["owners"].split())
                continue
            rule = self._rule(stripped, section, defaults)
            if rule is None:
                self.problems.append(stripped)
            else:
                yield rule

    def _rule(self, line: str, section: str, defaults: tuple[str, ...]) -> _Rule | None:
        pattern, *rest = _BLANK.split(_without_comment(line))
        owners = _owners(rest)
        if self._kind is ForgeKind.GITEA:
            matches = _expression(pattern)
            return _Rule(matches, owners) if matches is not None and owners else None
        if self._kind is ForgeKind.GITLAB:
            excludes = pattern.startswith("!")
            return _Rule(_globbed(pattern.removeprefix("!")), owners or defaults, section, excludes)
        if pattern.startswith(("!", "\\#")) or "[" in pattern:
            return None
        return _Rule(_globbed(pattern), owners)


def _without_comment(line: str) -> str:
    """All three allow a comment behind a rule."""
    return re.split(r"[ \t]+#", line, maxsplit=1)[0]


def _owners(words: list[str]) -> tuple[str, ...]:
    """``@login``, ``@org/team``, a role of GitLab (``@@developer``), or an address."""
    return tuple(word for word in words if "@" in word)


def _globbed(pattern: str) -> Matches:
    """Whether a path is meant: itself, or with a directory that is. ``docs/*`` means no files further below."""
    plain = pattern.replace("\\ ", " ")
    ignores = Ignores(f"\\{plain}" if plain.startswith("#") else plain)
    flat = plain.endswith("/*")
    return lambda path: bool(ignores.decide(path, is_directory=False)) if flat else ignores.excludes(path)


def _expression(pattern: str) -> Matches | None:
    negative = pattern.startswith("!")
    try:
        regex = re.compile(re.sub(r"\\([ #])", r"\1", pattern.removeprefix("!")))
    except re.error:
        return None
    return lambda path: (regex.fullmatch(path) is None) is negative


def owners_in(kind: ForgeKind, read: Callable[[str], bytes | None]) -> Owners | None:
    """The rules of the repository's CODEOWNERS; None if it has none. ``read`` gives a file's bytes by its path."""
    for place in PLACES[kind]:
        data = read(place)
        if data is not None:
            return Owners(kind, data.decode("utf-8", "replace"))
    return None
