"""Workloads and their containers: one view of typed resources, manifests and YAML, for all that codemods ask of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from refactor.codemod import Place
from refactor.hcl.document import Block
from refactor.hcl.lifecycle import Entry, entries
from refactor.kubernetes.kinds import WORKLOADS, WorkloadKind
from refactor.kubernetes.known_images import Settings
from refactor.kubernetes.nodes import Field, Node, Typed, Valued
from refactor.kubernetes.objects import KubernetesObject, Objects
from refactor.kubernetes.selectors import Labels, Selector, label_selector, labels
from refactor.kubernetes.spelling import block_type, snake
from refactor.project.project import Project
from refactor.project.values import Unknown
from refactor.reasons import Reason
from refactor.registry.reference import InvalidReference, Reference

NOT_REWRITTEN = Unknown(Reason.NOT_LITERAL, "the object is not written out in the resource")


@dataclass(frozen=True, slots=True)
class Port:
    """A container's port. ``number`` is None where it is not known; ``field`` is its number as it is written."""

    number: int | None
    name: str | None
    protocol: str
    field: Field | None


@dataclass(frozen=True, eq=False)
class Container:
    """``index`` counts containers, and init containers, from 0 in source order."""

    workload: Workload
    node: Node
    index: int
    is_init: bool = False

    @property
    def address(self) -> str:
        return self.node.address

    @property
    def unknown(self) -> Unknown | None:
        """Why nothing is known of it."""
        return self.node.unknown

    @cached_property
    def name(self) -> Field | None:
        return self.node.field("name")

    @property
    def title(self) -> str:
        """Its name for people, else its number."""
        names = self.name.texts if self.name is not None else ()
        return ", ".join(names) or f"container {self.index}"

    @cached_property
    def images(self) -> tuple[Reference, ...] | Unknown:
        """Every image that it may run."""
        plain = self.node.field("image")
        if plain is None:
            return Unknown(Reason.NO_VALUE, "no image is set")
        if plain.unknown is not None or not plain.texts:
            return plain.unknown or Unknown(Reason.NO_VALUE, "no image is set")
        try:
            return tuple(Reference.parse(text) for text in plain.texts)
        except InvalidReference as error:
            return Unknown(Reason.NOT_A_REFERENCE, str(error))

    @cached_property
    def ports(self) -> tuple[Port, ...]:
        """The ports that it declares; a port that comes out in several ways has no number."""
        return tuple(_port(node) for node in self.node.children("ports"))

    @cached_property
    def settings(self) -> Settings:
        """What the code says of it, as the table of known images asks; its tag is that of its only image."""
        images = self.images
        tags = {r.tag for r in images} if not isinstance(images, Unknown) else set()
        command, more_commands = self._words("command")
        args, more_args = self._words("args")
        env: dict[str, str | None] = {}
        more_env = bool(self.node.children("envFrom")) or self.node.has("env") is None
        for variable in self.node.children("env"):
            plain = variable.field("name")
            if variable.repeated or plain is None or plain.text is None:
                more_env = True
            for name in plain.texts if plain is not None else ():
                env[name] = variable.text("value")
        mounts = tuple(m for node in self.node.children("volumeMounts") for m in _mounts(node))
        return Settings(
            tag=tags.pop() if len(tags) == 1 else None,
            command=command,
            args=args,
            env=env,
            mounts=mounts,
            ports=frozenset(p.number for p in self.ports if p.number is not None and p.protocol == "TCP"),
            more_words=more_commands or more_args,
            more_env=more_env,
        )

    def _words(self, name: str) -> tuple[tuple[str, ...] | None, bool]:
        """A list of words, and whether some of them are not known."""
        plain = self.node.field(name)
        if plain is None or plain.is_null:
            return None, False
        listed = plain.elements()
        if listed is None:
            return (), True
        known = tuple(word for word in listed if word is not None)
        return known, len(known) < len(listed)


def _port(node: Node) -> Port:
    plain = node.field("containerPort")
    text = plain.text if plain is not None else None
    number = int(text) if text is not None and text.isdecimal() else None
    protocol = node.field("protocol")
    return Port(number, node.text("name"), "TCP" if protocol is None else (protocol.text or "").upper(), plain)


def _mounts(node: Node) -> Iterator[str]:
    """Paths that a mount covers."""
    plain = node.field("mountPath")
    yield from plain.texts if plain is not None else ()


@dataclass(frozen=True, eq=False)
class Workload:
    """An object that makes pods. ``kind`` says what plan shows when its pod template changes."""

    object: KubernetesObject
    kind: WorkloadKind

    @property
    def address(self) -> str:
        return self.object.address

    @property
    def resource(self) -> Block:
        if self.object.resource is None:
            raise TypeError("a workload has a resource")
        return self.object.resource

    @property
    def root(self) -> Node:
        return self.object.root

    @cached_property
    def spec(self) -> Node | None:
        return self.root.child("spec")

    @cached_property
    def template(self) -> Node | None:
        """The pod template; the object itself for a pod."""
        return self.root.at(*self.kind.template)

    @cached_property
    def pod(self) -> Node | None:
        """The pod's specification."""
        return self.template.child("spec") if self.template is not None else None

    @cached_property
    def pod_labels(self) -> Labels:
        metadata = self.template.child("metadata") if self.template is not None else None
        if metadata is None:
            return Labels({}, self.template is not None and self.template.unknown is None)
        return labels(metadata.field("labels")) if metadata.unknown is None else Labels({}, False)

    @cached_property
    def selector(self) -> Selector | None:
        """None where it has none (a pod, or one whose selector the provider fills in)."""
        node = self.spec.child("selector") if self.spec is not None else None
        return label_selector(node) if node is not None else None

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        return self._containers("containers", is_init=False)

    @cached_property
    def init_containers(self) -> tuple[Container, ...]:
        return self._containers("initContainers", is_init=True)

    def _containers(self, name: str, *, is_init: bool) -> tuple[Container, ...]:
        found = self.pod.children(name) if self.pod is not None else []
        return tuple(Container(self, node, i, is_init) for i, node in enumerate(found))

    @property
    def unknown(self) -> Unknown | None:
        """Why its pod template is not known."""
        for node in (self.root, self.spec, self.template, self.pod):
            if node is None:
                return Unknown(Reason.NO_VALUE, "no pod template is written")
            if node.unknown is not None:
                return node.unknown
        return None

    @cached_property
    def ignored(self) -> tuple[Entry, ...]:
        """What ``lifecycle`` keeps Terraform from changing."""
        return tuple(entries(self.resource))

    def ignores(self, node: Node, name: str, *keys: str) -> Entry | None:
        """The entry of ``ignore_changes`` that covers a field of a node of this workload, or what is at ``keys`` in it."""
        if not self.ignored:
            return None
        path = (*_ignored_path(node, name), *keys)
        return next((e for e in self.ignored if e.covers(path)), None)

    def refusal(self, node: Node, name: str, *keys: str) -> Unknown | None:
        """Why a field, or what is at ``keys`` in it, cannot be put into a node of this workload; None if it can."""
        if node.unknown is not None:
            return node.unknown
        entry = self.ignores(node, name, *keys)
        if entry is not None:
            return Unknown(Reason.IGNORED_BY_TERRAFORM, self.object.scope.document.text(entry.element.span))
        return None if isinstance(node, Typed) or (isinstance(node, Valued) and node.written is not None) else NOT_REWRITTEN

    @property
    def repeats(self) -> str:
        """``for_each`` or ``count`` where the resource has one."""
        return next((n for n in ("for_each", "count") if self.resource.body.attribute(n) is not None), "")


def _ignored_path(node: Node, name: str) -> tuple[str | int | None, ...]:
    """A field as ``ignore_changes`` writes it; block numbers count those of a type."""
    if not isinstance(node, Typed):
        steps = node.address.partition(" / ")[2].replace("[", ".").replace("]", "").split(".")
        return (*(int(s) if s.isdecimal() else s for s in steps if s), name)
    path: list[str | int | None] = [snake(name) if node.body.attribute(snake(name)) is not None else block_type(name)]
    inner = node.body.block
    while inner is not None and (outer := inner.parent.block) is not None:
        if inner.type == "content":
            path[:0] = [outer.labels[0], None]  # the dynamic block around it
            inner = outer.parent.block
        else:
            path[:0] = [inner.type, inner.parent.rank(inner).of_type]
            inner = outer
    return tuple(path)


class Workloads:
    """The workloads of a project, and what else codemods look up of its objects. Get one by ``project.view(Workloads)``."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.objects = Objects(project)
        self.all: tuple[Workload, ...] = tuple(Workload(o, WORKLOADS[o.kind]) for o in self.objects.all if o.kind in WORKLOADS)

    def place(self, node: Node) -> Place:
        """Where a node is written: the first line of its block or object."""
        path = node.scope.document.path
        lines = self.project.lines(path)
        start, end = node.span
        if isinstance(node, Typed) and node.body.block is not None:
            end = node.body.block.braces[0] + 1
        return Place(path, start, end, lines.line(start), lines.column(start))

    def selected(self, workload: Workload) -> bool:
        """Whether the user asked about the file that makes it."""
        return self.project.selected(workload.object.path)

    @cached_property
    def by_module(self) -> Mapping[str, tuple[Workload, ...]]:
        result: dict[str, list[Workload]] = {}
        for workload in self.all:
            result.setdefault(workload.object.module.directory, []).append(workload)
        return {directory: tuple(found) for directory, found in result.items()}
