"""Which workloads and containers an entry of the configuration means.

::

    [[add-probes.workloads]]
    name = "api-*"                    # every key that is given must match; texts are globs
    namespace = "shop"
    kind = "Deployment"
    stack = "stacks/shop"             # the directory of the module
    labels = { tier = "0-core" }      # of the workload, or of its pods
    image = "ghcr.io/acme/api*"       # of one of its containers: name as written or in full, without tag and digest
    container = "app"

A workload that comes out in several ways (``for_each``) matches if every way does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeAlias, TypeVar

from refactor.kubernetes.selectors import Labels
from refactor.kubernetes.workloads import Container, Workload
from refactor.project.values import Unknown
from refactor.registry.reference import Reference

_TEXTS = ("name", "namespace", "kind", "stack", "image", "container")
KEYS = frozenset({*_TEXTS, "labels"})


@dataclass(frozen=True, slots=True)
class Match:
    """Patterns by key; None matches anything."""

    name: str | None = None
    namespace: str | None = None
    kind: str | None = None
    stack: str | None = None
    image: str | None = None
    container: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, table: Mapping[str, Any]) -> Match:
        """The patterns of an entry; its other keys are left alone.

        Raises:
            ValueError: a pattern is no text, ``labels`` is no table of texts, or there is no pattern at all.
        """
        for key in _TEXTS:
            if not isinstance(table.get(key, ""), str):
                raise ValueError(f"{key} must be a text")
        wanted = table.get("labels", {})
        if not isinstance(wanted, Mapping) or not all(isinstance(v, str) for v in wanted.values()):
            raise ValueError("labels must be a table of texts")
        if not KEYS & set(table):
            raise ValueError(f"says of no workload that it means it (there are: {', '.join(sorted(KEYS))})")
        return cls(**{key: table[key] for key in _TEXTS if key in table}, labels=dict(wanted))

    def workload(self, workload: Workload) -> bool:
        """Whether it means a workload, or one of its containers."""
        names = workload.object.name.texts
        namespaces = workload.object.namespace.texts
        return (
            _all(self.name, names)
            and _all(self.namespace, namespaces)
            and _all(self.kind, (workload.kind.name,))
            and _all(self.stack, (workload.object.module.directory,))
            and all(_labelled(workload.object.labels, k, v) or _labelled(workload.pod_labels, k, v) for k, v in self.labels.items())
            and (self._any_container or any(self._container(c) for c in workload.containers))
        )

    def one(self, container: Container) -> bool:
        """Whether it means a container."""
        return self.workload(container.workload) and self._container(container)

    @property
    def _any_container(self) -> bool:
        return self.image is None and self.container is None

    def _container(self, container: Container) -> bool:
        names = container.name.texts if container.name is not None and container.name.unknown is None else ()
        if not _all(self.container, names):
            return False
        if self.image is None:
            return True
        images = container.images
        return not isinstance(images, Unknown) and all(image_matches(self.image, i) for i in images)


class Entry(Protocol):
    """An entry of a list of tables that says which workloads it means."""

    @property
    def match(self) -> Match: ...


T = TypeVar("T")
E = TypeVar("E", bound=Entry)
Read: TypeAlias = Callable[[str, Match, Mapping[str, Any]], T]
"""Makes something of an entry: of its name for messages, of which workloads it means, and of its table."""


def read_entries(tables: Iterable[Mapping[str, Any]], own: Collection[str], read: Read[T]) -> tuple[T, ...]:
    """What ``read`` makes of each table of a list.

    Raises:
        ValueError: an entry has a key that is neither a pattern nor one of ``own``, or says of no workload that it means it.
    """
    return tuple(_read(f"entry {i}", table, own, read) for i, table in enumerate(tables, 1))


def _read(where: str, table: Mapping[str, Any], own: Collection[str], read: Read[T]) -> T:
    known = {*KEYS, *own}
    unknown = sorted(set(table) - known)
    if unknown:
        raise ValueError(f"{where} has no key {unknown[0]} (there are: {', '.join(sorted(known))})")
    try:
        match = Match.parse(table)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    return read(where, match, table)


def entry_of(entries: Iterable[E], workload: Workload) -> E | None:
    """The first entry that means a workload."""
    return next((e for e in entries if e.match.workload(workload)), None)


def image_matches(pattern: str, image: Reference) -> bool:
    """Whether a glob means an image: its name as written (``nginx``) or in full (``docker.io/library/nginx``)."""
    return fnmatchcase(image.name, pattern) or fnmatchcase(f"{image.registry}/{image.repository}", pattern)


def _all(pattern: str | None, texts: tuple[str, ...] | None) -> bool:
    return pattern is None or (bool(texts) and all(fnmatchcase(t, pattern) for t in texts or ()))


def _labelled(labels: Labels, key: str, pattern: str) -> bool:
    value = labels.entries.get(key)
    return value is not None and _all(pattern, value.texts)
