"""What ``terraform plan`` will show, counted by resource: one that several changes touch counts once for each kind of effect."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from refactor.codemod import EffectKind, Finding


class Affected(NamedTuple):
    """A resource. Its address says which one of its stack or module; two of these can have one of the same name."""

    directory: str
    address: str


def affected(findings: Iterable[Finding], home: Callable[[str], str] = posixpath.dirname) -> Mapping[EffectKind, tuple[Affected, ...]]:
    """Resources by kind of effect, the worst kind first, in the order of the findings; ``home`` is the directory of a file."""
    found: dict[EffectKind, dict[Affected, None]] = {}
    for finding in findings:
        for effect in finding.effects:
            one = Affected(home((finding.read_at or finding.place).path), effect.address)
            found.setdefault(effect.kind, {})[one] = None
    return {kind: tuple(found[kind]) for kind in reversed(EffectKind) if kind in found}


def counted(findings: Iterable[Finding]) -> str:
    """``2 x replace, 5 x rollout``, the worst first; empty where plan will show nothing."""
    return ", ".join(f"{len(resources)} x {kind.value}" for kind, resources in affected(findings).items())
