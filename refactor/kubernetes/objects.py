"""Every Kubernetes object of a project, in whatever form it is written: typed resources, manifests, YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from refactor.edits import Span
from refactor.hcl.addresses import attribute_address, block_address
from refactor.hcl.document import Block, Document
from refactor.kubernetes.kinds import CHARTS, MANIFESTS, TYPES
from refactor.kubernetes.nodes import Field, Node, Reader, Typed, Valued, nodes
from refactor.kubernetes.selectors import Labels, Term, labels, term
from refactor.project.kinds import Kind as FileKind
from refactor.project.modules import Module, is_override
from refactor.project.project import Project
from refactor.project.scope import Scope
from refactor.project.values import Value, always

_HOLDS = b"kubernetes_", b"kubectl_", b"helm_release"


@dataclass(frozen=True, eq=False)
class KubernetesObject:
    """``resource`` is the block that makes it, None for a YAML file that no resource reads. ``kind`` is empty where it is not known."""

    kind: str
    root: Node
    scope: Scope
    resource: Block | None = None

    @property
    def address(self) -> str:
        return block_address(self.resource) if self.resource is not None else self.root.address

    @property
    def path(self) -> str:
        return self.scope.document.path

    @property
    def module(self) -> Module:
        return self.scope.module

    @property
    def is_typed(self) -> bool:
        return isinstance(self.root, Typed)

    @cached_property
    def metadata(self) -> Node | None:
        return self.root.child("metadata")

    def named(self, name: str) -> Field | None:
        """A field of the metadata."""
        return self.metadata.field(name) if self.metadata is not None else None

    @cached_property
    def name(self) -> Term:
        return term(self.named("name"))

    @cached_property
    def namespace(self) -> Term:
        return term(self.named("namespace"), "default")

    @cached_property
    def labels(self) -> Labels:
        return labels(self.named("labels"))


class Objects:
    """All objects of a project, in order of path and position. ``charts`` are the resources that install charts."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.reader = Reader(project)
        self.charts: list[Block] = []
        self.all: list[KubernetesObject] = []
        for document in project.search(lambda data: any(word in data for word in _HOLDS)):
            module = project.module_of(document.path)
            for block in document.body.blocks("resource"):
                if len(block.labels) == 2:
                    self.all += self._of(block, module)
        self.all = _merged(self.all)

    @cached_property
    def _by_kind(self) -> Mapping[str, Sequence[KubernetesObject]]:
        found: dict[str, list[KubernetesObject]] = {}
        for each in self.all:
            found.setdefault(each.kind, []).append(each)
        return found

    @cached_property
    def _by_module(self) -> Mapping[tuple[str, str], Sequence[KubernetesObject]]:
        found: dict[tuple[str, str], list[KubernetesObject]] = {}
        for each in self.all:
            found.setdefault((each.kind, each.module.directory), []).append(each)
        return found

    def of_kind(self, kind: str) -> Sequence[KubernetesObject]:
        return self._by_kind.get(kind, ())

    def in_module(self, kind: str, module: Module) -> Sequence[KubernetesObject]:
        """Objects of a kind that a module makes."""
        return self._by_module.get((kind, module.directory), ())

    def _of(self, block: Block, module: Module) -> Iterator[KubernetesObject]:
        kind = block.labels[0]
        scope = self.reader.run.scope_in(block, module)
        if kind in TYPES:
            yield KubernetesObject(TYPES[kind], Typed(self.reader, block.body, scope), scope, block)
        elif kind in CHARTS:
            self.charts.append(block)
        elif kind in MANIFESTS:
            attribute = block.body.attribute(MANIFESTS[kind])
            if attribute is not None:
                thunk = self.reader.run.thunk(attribute.expression, scope)
                address, span = attribute_address(attribute), attribute.expression.span
                for root in nodes(Field(self.reader, scope, address, span, thunk, {}, attribute.expression)):
                    yield KubernetesObject(root.text("kind") or "", root, scope, block)

    def everywhere(self, kind: str) -> tuple[KubernetesObject, ...]:
        """Objects of a kind: of resources, and in files."""
        return (*self.of_kind(kind), *self.in_files(kind))

    def in_files(self, kind: str) -> Iterator[KubernetesObject]:
        """Objects of a kind in YAML files, whether or not a resource reads them, and in Terraform's JSON files."""
        from refactor.project.embedded import decode_all  # only where there is YAML to read

        files = self.project.workspace
        for path in files.files_with([kind.encode()], [FileKind.YAML]):
            for value in decode_all(self.project, path):
                for root in self._roots(path, path, value):
                    listed = root.children("items") if (root.text("kind") or "").endswith("List") else (root,)
                    yield from (KubernetesObject(kind, each, root.scope) for each in listed if each.text("kind") == kind)
        for path in files.files_with([b"kubernetes_", b"kubectl_"], [FileKind.TERRAFORM_JSON]):
            from refactor.kubernetes.json_objects import json_objects

            for address, named, value in json_objects(self.project, path):
                for root in self._roots(path, address, value) if named in (None, kind) else ():
                    if named == kind or root.text("kind") == kind:
                        yield KubernetesObject(kind, root, root.scope)

    def _roots(self, path: str, address: str, value: Value) -> Iterator[Valued]:
        scope = Scope(self.project.module_of(path), Document(path, b""))
        return nodes(Field(self.reader, scope, address, Span(0, 0), always(value), {}))


def _merged(objects: list[KubernetesObject]) -> list[KubernetesObject]:
    """Each object once, where its specification stands: blocks of an override file replace those of their type in the resource.

    Terraform documentation, "Override Files". Of several such files, the last by name counts.
    """
    overriding = [o for o in objects if o.resource is not None and is_override(o.path)]
    if not overriding:
        return objects
    winners: dict[tuple[str, tuple[str, ...]], str] = {}
    for each in sorted(overriding, key=lambda o: o.path):
        if each.resource is not None and "spec" in each.root.names():
            winners[each.module.directory, each.resource.labels] = each.path

    def counts(each: KubernetesObject) -> bool:
        winner = winners.get((each.module.directory, each.resource.labels)) if each.resource is not None else None
        return each.path == winner if winner is not None else not is_override(each.path)

    return [o for o in objects if counts(o)]
