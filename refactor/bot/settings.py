"""The table ``[bot]`` of ``tfmod.toml``::

[bot]
group_by = "codemod"                # or stack, directory, owner
recipe = "harden"                   # or codemods = ["pin-images"]; default: all codemods
limit = 10                          # pull requests open at once; 0: any number
base = "main"                       # default: the project's default branch
branch_prefix = "tfmod/"
labels = ["tfmod"]
reviewers = ["ada", "team/platform"]
assignees = ["ada"]
draft = false
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

LIMIT = 10
PREFIX = "tfmod/"
_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*[/-]?")
_REF = re.compile(r"(?!-)[^\x00-\x20\x7f ~^:?*\[\\]+")


class GroupBy(StrEnum):
    """What one pull request is about."""

    CODEMOD = "codemod"
    STACK = "stack"
    DIRECTORY = "directory"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class BotSettings:
    """What ``[bot]`` says. ``limit`` 0: any number; ``base`` empty: the project's default branch; ``codemods`` empty, with no ``recipe``:
    all that there are."""

    group_by: GroupBy = GroupBy.CODEMOD
    limit: int = LIMIT
    recipe: str = ""
    codemods: tuple[str, ...] = ()
    base: str = ""
    branch_prefix: str = PREFIX
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    draft: bool = False

    @property
    def most(self) -> int | None:
        """How many may be open; None for any number."""
        return self.limit or None

    def with_flags(self, options: Namespace) -> BotSettings:
        """Flags win."""
        found = self
        if getattr(options, "group_by", None) is not None:
            found = replace(found, group_by=GroupBy(options.group_by))
        if getattr(options, "limit", None) is not None:
            found = replace(found, limit=options.limit)
        if getattr(options, "recipe", None) is not None:
            found = replace(found, recipe=options.recipe, codemods=())
        if getattr(options, "base", None) is not None:
            found = replace(found, base=options.base)
        return found


class BotConfigError(ValueError):
    """A setting of ``[bot]`` is wrong; the message names it."""


def load_bot(table: Mapping[str, object]) -> BotSettings:
    """Read the table.

    Raises:
        BotConfigError: it holds something that is no setting, or of another type.
    """
    known = [field.name for field in fields(BotSettings)]
    for name in table:
        if name not in known:
            raise BotConfigError(f"bot.{name} is no setting ({', '.join(known)})")
    group_by = _text(table, "group_by", GroupBy.CODEMOD.value)
    if group_by not in list(GroupBy):
        raise BotConfigError(f"bot.group_by: {group_by!r} is none of {', '.join(GroupBy)}")
    found = BotSettings(
        GroupBy(group_by),
        _limit(table),
        _text(table, "recipe", ""),
        _texts(table, "codemods"),
        _text(table, "base", ""),
        _text(table, "branch_prefix", PREFIX),
        _texts(table, "labels"),
        _texts(table, "reviewers"),
        _texts(table, "assignees"),
        _flag(table, "draft"),
    )
    _check(found)
    return found


def _check(found: BotSettings) -> None:
    if found.recipe and found.codemods:
        raise BotConfigError("bot.recipe and bot.codemods are two ways to say the same: keep one")
    # A part of a branch's name may not end with a dot or ".lock" (git-check-ref-format(1)).
    ends_badly = any(part.endswith((".", ".lock")) for part in found.branch_prefix.split("/")[:-1])
    if not _PREFIX.fullmatch(found.branch_prefix) or ".." in found.branch_prefix or ends_badly or len(found.branch_prefix) > 60:
        raise BotConfigError(f"bot.branch_prefix: {found.branch_prefix!r} is no beginning of a branch's name, such as 'tfmod/'")
    if found.base and not _REF.fullmatch(found.base):
        raise BotConfigError(f"bot.base: {found.base!r} is no name of a branch")


def _limit(table: Mapping[str, object]) -> int:
    value = table.get("limit", LIMIT)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BotConfigError("bot.limit must be a whole number, 0 for no limit")
    return value


def _text(table: Mapping[str, object], name: str, default: str) -> str:
    value = table.get(name, default)
    if not isinstance(value, str):
        raise BotConfigError(f"bot.{name} must be a text")
    return value.strip()


def _texts(table: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
        raise BotConfigError(f"bot.{name} must be a list of texts")
    return tuple(dict.fromkeys(entry.strip() for entry in value))


def _flag(table: Mapping[str, object], name: str) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise BotConfigError(f"bot.{name} must be true or false")
    return value
