"""Images in Terraform's JSON files, which are reported and not rewritten: programs write these files, and would undo the change.

Terraform language, "JSON Configuration Syntax": a block is an object, or a list of them; a resource stands under its type and its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from refactor.edits import Span
from refactor.images.reading import Where
from refactor.images.resources import RESOURCES, TASK_DEFINITIONS, ImageResource
from refactor.kubernetes.kinds import CHARTS, MANIFESTS
from refactor.project.kinds import Kind
from refactor.project.project import Project
from refactor.project.values import Unknown
from refactor.yaml.document import Mapping, Node, Scalar, Sequence, resolve

_LISTS = frozenset({"containers", "initContainers", "ephemeralContainers"})


Image: TypeAlias = tuple[Where, str]
"""Where an image is, and what is written there: a reference, a template, or a longer text that holds images."""


def json_images(project: Project) -> Iterator[Image]:
    """Every image, in the order of the files."""
    for path, kind in project.workspace.files.items():
        data = project.read(path) if kind is Kind.TERRAFORM_JSON else None
        if data is None or b"resource" not in data:
            continue
        stream = project.embedded(path, None, template=False)
        if isinstance(stream, Unknown):
            project.skips[path] = (stream.reason, stream.detail)
            continue
        for top in _objects(stream.root):
            for types in _objects(top.get("resource")):
                for type_, named in types.items():
                    for names in _objects(named):
                        yield from _resources(path, type_, names)


def _resources(path: str, type_: str, names: Mapping) -> Iterator[Image]:
    for name, node in names.items():
        for body in _objects(node):
            for where, scalar in _images(type_, body):
                yield Where(path, Span(*scalar.content), f"{type_}.{name} / {where}"), scalar.text


def _objects(node: Node | None) -> Iterator[Mapping]:
    """A block's bodies: one object, or those of a list."""
    found = resolve(node) if node is not None else None
    if isinstance(found, Mapping):
        yield found
    elif isinstance(found, Sequence):
        for item in found.items:
            yield from _objects(item)


def _images(type_: str, body: Mapping) -> Iterator[tuple[str, Scalar]]:
    if type_ in RESOURCES:
        yield from _typed(RESOURCES[type_], body, "")
    elif type_ in CHARTS:
        yield from _texts(body.get("values"), "values")
        for i, setting in enumerate(_objects(body.get("set"))):
            name = setting.get("name")
            if isinstance(name, Scalar) and "image" in name.text:
                yield from _scalar(setting, "value", f"set[{i}].")
    else:
        attribute = MANIFESTS.get(type_) or TASK_DEFINITIONS.get(type_, "")
        yield from _texts(body.get(attribute), attribute)


def _typed(resource: ImageResource, body: Mapping, path: str) -> Iterator[tuple[str, Scalar]]:
    if not resource.blocks:
        yield from _scalar(body, resource.attribute, path)
        return
    for key, node in body.items():
        for i, inner in enumerate(_objects(node)):
            below = f"{path}{key}[{i}]."
            if key != "dynamic":
                yield from _entered(resource, key, inner, below)
                continue
            for label, made in inner.items():
                for one in _objects(made):
                    for content in _objects(one.get("content")):
                        yield from _entered(resource, label, content, f"{below}{label}.content.")


def _entered(resource: ImageResource, name: str, body: Mapping, path: str) -> Iterator[tuple[str, Scalar]]:
    if name in resource.blocks:
        yield from _scalar(body, resource.attribute, path)
    elif name in resource.through:
        yield from _typed(resource, body, path)


def _scalar(body: Mapping, name: str, path: str) -> Iterator[tuple[str, Scalar]]:
    node = body.get(name)
    if isinstance(node, Scalar):
        yield path + name, node


def _texts(node: Node | None, path: str) -> Iterator[tuple[str, Scalar]]:
    """Images of containers in a value, and each text in which one may stand."""
    if isinstance(node, Scalar):
        if "image" in node.text:
            yield path, node
    elif isinstance(node, Sequence):
        for i, item in enumerate(node.items):
            yield from _texts(item, f"{path}[{i}]")
    elif isinstance(node, Mapping):
        for key, value in node.items():
            for i, container in enumerate(_objects(value) if key in _LISTS else ()):
                yield from _scalar(container, "image", f"{path}.{key}[{i}].")
            yield from _texts(value, f"{path}.{key}")
