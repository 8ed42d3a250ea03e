"""Finding every image of a project, in whatever form it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from refactor.codemod import EffectKind
from refactor.hcl.addresses import attribute_address, block_address
from refactor.hcl.document import Attribute, Block, Body
from refactor.hcl.expressions import Template
from refactor.images.reading import Parts, Reading, Where
from refactor.images.resources import CHARTS, MANIFESTS, RESOURCES, TASK_DEFINITIONS, ImageResource
from refactor.images.values import chart_images, container_images, nested, overlaid, pod_images
from refactor.project.choices import Choices, TooMany, every
from refactor.project.evaluate import Absent, Evaluator, as_text, made
from refactor.project.project import Project
from refactor.project.scope import Scope, scope_of
from refactor.project.values import List, Map, Raw, Slice, Str, Unknown, Value
from refactor.reasons import Reason

_TYPES = (*RESOURCES, *MANIFESTS, *TASK_DEFINITIONS, *CHARTS)
_MAY_HOLD = re.compile("|".join(sorted({re.escape(t) for t in _TYPES}, key=len, reverse=True)).encode())


@dataclass(frozen=True, slots=True)
class Site:
    """A place that reads an image, with every way in which it comes out there."""

    resource: Block
    effect: EffectKind
    readings: tuple[Reading, ...]

    @property
    def address(self) -> str:
        return block_address(self.resource)


Read = Callable[[], list[Reading]]


class ImageFinder:
    """Finds the image sites of a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.evaluator = Evaluator(project)

    def sites(self) -> list[Site]:
        """Every site, in order of path and position."""
        result: list[Site] = []
        for document in self.project.search(lambda data: _MAY_HOLD.search(data) is not None):
            module = self.project.module_of(document.path)
            for block in document.body.blocks("resource"):
                if len(block.labels) == 2 and block.labels[0] in _TYPES:
                    for effect, read in self._reads(block, scope_of(block, module)):
                        readings = self._every(read, block)
                        if readings:
                            result.append(Site(block, effect, readings))
        return result

    def _every(self, read: Read, block: Block) -> tuple[Reading, ...]:
        found: dict[tuple[object, ...], Reading] = {}

        def once(choices: Choices) -> None:
            self.evaluator.choices = choices
            try:
                readings = read()
            except Absent:
                return
            for reading in readings:
                found.setdefault(reading.key, reading)

        try:
            for _ in every(once):
                pass
        except TooMany:
            where = Where(block.parent.document.path, block.span, block_address(block))
            return (Reading(where, Unknown(Reason.COMPUTED, "too many combinations of values")),)
        return tuple(found.values())

    def _reads(self, block: Block, scope: Scope) -> Iterator[tuple[EffectKind, Read]]:
        kind = block.labels[0]
        if kind in RESOURCES:
            for read in self._typed(block, RESOURCES[kind], scope):
                yield RESOURCES[kind].effect, read
        elif kind in MANIFESTS:
            attribute = block.body.attribute(MANIFESTS[kind])
            if attribute is not None:
                yield EffectKind.UPDATE, partial(self._manifest, attribute, scope)
        elif kind in TASK_DEFINITIONS:
            attribute = block.body.attribute(TASK_DEFINITIONS[kind])
            if attribute is not None:
                yield EffectKind.REPLACE, partial(self._definitions, attribute, scope)
        else:
            yield EffectKind.UPDATE, partial(self._chart, block, scope)

    # Typed blocks

    def _typed(self, block: Block, resource: ImageResource, scope: Scope) -> Iterator[Read]:
        for body, inner, path in _bodies(block.body, resource, scope, ()):
            attribute = body.attribute(resource.attribute)
            if attribute is not None:
                yield self._attribute(block, body, attribute, inner, (*path, resource.attribute))

    def _attribute(self, block: Block, body: Body, attribute: Attribute, scope: Scope, path: tuple[str | int | None, ...]) -> Read:
        where = Where(scope.document.path, attribute.expression.span, attribute_address(attribute), path)
        policy = body.attribute("image_pull_policy")
        literal = policy.expression.literal if policy is not None and isinstance(policy.expression, Template) else None
        built = block.labels[0] == "docker_image" and block.body.block_named("build") is not None

        def read() -> list[Reading]:
            value: Value
            if built:
                value = Unknown(Reason.MANAGED_ELSEWHERE, "the image is built here")
            else:
                value = self.evaluator.evaluate(attribute.expression, scope)
            return [Reading(where, as_text(value), pull_policy=literal, has_pull_policy=policy is not None)]

        return read

    # Values

    def _decoded(self, attribute: Attribute, scope: Scope) -> Value:
        value = self.evaluator.evaluate(attribute.expression, scope)
        return self.evaluator.decoded(value) if isinstance(value, Raw) else value

    @staticmethod
    def _where(attribute: Attribute, scope: Scope, path: str = "", ignored: tuple[str | int | None, ...] = ()) -> Where:
        address = attribute_address(attribute)
        full = address if not path else f"{address}{path}" if path.startswith("[") else f"{address}.{path}"
        return Where(scope.document.path, attribute.expression.span, full, ignored or (attribute.name,))

    def _manifest(self, attribute: Attribute, scope: Scope) -> list[Reading]:
        value = self._decoded(attribute, scope)
        if isinstance(value, Unknown):
            return [Reading(self._where(attribute, scope), value)] if _may_hold_pods(attribute, scope) else []
        found = pod_images(value)
        return [self._in_container(self._where(attribute, scope, path), image, container) for path, image, container in found]

    def _definitions(self, attribute: Attribute, scope: Scope) -> list[Reading]:
        value = self._decoded(attribute, scope)
        if not isinstance(value, List):
            unknown = value if isinstance(value, Unknown) else Unknown(Reason.NOT_LITERAL, "no list of containers")
            return [Reading(self._where(attribute, scope), unknown)]
        return [self._in_container(self._where(attribute, scope, path), image, entry) for path, image, entry in container_images(value)]

    @staticmethod
    def _in_container(where: Where, image: Value | Parts, container: Map) -> Reading:
        policy = container.entries.get("imagePullPolicy")
        value = policy() if policy is not None else None
        text = value.text if isinstance(value, Str) else None
        known = as_text(image) if not isinstance(image, Parts) else joined(image)
        return Reading(where, known, pull_policy=text, has_pull_policy=policy is not None)

    def _chart(self, block: Block, scope: Scope) -> list[Reading]:
        readings: list[Reading] = []
        values: Value = Map({})
        holder: Attribute | Block = block
        attribute = block.body.attribute("values")
        if attribute is not None:
            holder = attribute
            listed = self.evaluator.evaluate(attribute.expression, scope)
            entries = listed.entries if isinstance(listed, List) else [lambda: listed]
            for i, thunk in enumerate(entries):
                value = thunk()
                value = self.evaluator.decoded(value) if isinstance(value, Raw) else value
                if isinstance(value, Map):
                    values = overlaid(values, value)
                elif isinstance(value, Unknown):
                    readings.append(Reading(self._where(attribute, scope, f"[{i}]"), value))
        for name, setting in self._settings(block, scope):
            values = overlaid(values, nested(name, setting))
        address = block_address(block)
        span = holder.span if isinstance(holder, Block) else holder.expression.span
        for path, image, _ in chart_images(values):
            where = Where(scope.document.path, span, f"{address} / {path}", ("values",))
            if isinstance(image, Parts):
                readings.append(Reading(where, joined(image), image))
            else:
                readings.append(Reading(where, as_text(image)))
        return readings

    def _settings(self, block: Block, scope: Scope) -> Iterator[tuple[str, Value]]:
        """``set`` blocks (provider 2) and the ``set`` list (provider 3), in order."""
        for inner, at in [(b, scope) for b in block.body.blocks("set")] + list(_dynamic_sets(block, scope)):
            name, value = inner.body.attribute("name"), inner.body.attribute("value")
            if name is not None and value is not None:
                key = as_text(self.evaluator.evaluate(name.expression, at))
                if isinstance(key, Str):
                    yield key.text, self.evaluator.evaluate(value.expression, at)
        attribute = block.body.attribute("set")
        listed = self.evaluator.evaluate(attribute.expression, scope) if attribute is not None else None
        if isinstance(listed, List):
            for thunk in listed.entries:
                entry = thunk()
                if isinstance(entry, Map) and "name" in entry.entries and "value" in entry.entries:
                    key = as_text(entry.entries["name"]())
                    if isinstance(key, Str):
                        yield key.text, entry.entries["value"]()


def _dynamic_sets(block: Block, scope: Scope) -> Iterator[tuple[Block, Scope]]:
    for dynamic in block.body.blocks("dynamic"):
        content = dynamic.body.block_named("content")
        if dynamic.labels == ("set",) and content is not None:
            yield content, scope.inside_dynamic(dynamic)


def _bodies(
    body: Body, resource: ImageResource, scope: Scope, path: tuple[str | int | None, ...]
) -> Iterator[tuple[Body, Scope, tuple[str | int | None, ...]]]:
    """Bodies that hold the image attribute, with the scope in them and their path as ``ignore_changes`` writes it."""
    if not resource.blocks:
        yield body, scope, path
        return
    counts: dict[str, int] = {}
    for block in body.blocks():
        inner: Block | None = block
        name, at, index = block.type, scope, counts.get(block.type, 0)
        step: int | None = index
        if block.type == "dynamic" and block.labels:
            name, at, step = block.labels[0], scope.inside_dynamic(block), None
            inner = block.body.block_named("content")
        counts[name] = index + 1
        if inner is None:
            continue
        below = (*path, name, step)
        if name in resource.blocks:
            yield inner.body, at, below
        elif name in resource.through:
            yield from _bodies(inner.body, resource, at, below)


def _may_hold_pods(attribute: Attribute, scope: Scope) -> bool:
    """Most manifests hold no pods; one that cannot be read is only worth a word where it says something of images."""
    text = scope.document.data[attribute.span.start : attribute.span.end]
    return b"image" in text or b"ontainers" in text or b"file(" in text


def joined(parts: Parts) -> Str | Unknown:
    """The reference that the parts say together; separators stand in no file."""
    if (parts.tag is None or not parts.tag.text) and (parts.digest is None or not parts.digest.text):
        return Unknown(Reason.CHART_DECIDES, "no tag is set: the chart's own default counts")
    slices: list[Slice] = []
    if parts.registry is not None and parts.registry.text:
        slices += [*parts.registry.slices, *made("/").slices]
    slices += parts.repository.slices
    if parts.tag is not None and parts.tag.text:
        slices += [*made(":").slices, *parts.tag.slices]
    if parts.digest is not None and parts.digest.text:
        slices += [*made("@").slices, *parts.digest.slices]
    return Str(tuple(slices))
