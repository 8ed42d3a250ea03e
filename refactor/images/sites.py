"""Finding every image of a project, in whatever form it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from refactor.codemod import EffectKind
from refactor.hcl.addresses import attribute_address, block_address
from refactor.hcl.document import Attribute, Block, Body
from refactor.hcl.expressions import Template
from refactor.images.charts import ChartReader
from refactor.images.reading import Position, Reading, Where
from refactor.images.resources import RESOURCES, TASK_DEFINITIONS, ImageResource
from refactor.images.values import Found, container_images, decoded, pod_images
from refactor.kubernetes.kinds import CHARTS, MANIFESTS
from refactor.project.choices import TooMany
from refactor.project.evaluate import Evaluator
from refactor.project.exploring import TOO_MANY, Explorer, Made
from refactor.project.modules import Module, is_override
from refactor.project.project import Project
from refactor.project.scope import Scope
from refactor.project.texts import as_text
from refactor.project.values import List, Map, Str, Unknown
from refactor.reasons import Reason

_TYPES = (*RESOURCES, *MANIFESTS, *TASK_DEFINITIONS, *CHARTS)
_MAY_HOLD = re.compile("|".join(sorted({re.escape(t) for t in _TYPES}, key=len, reverse=True)).encode())
_MAY_NAME = re.compile(
    # an image is spelled out, or something stands where a chart, a container list or a pod template has to be looked up
    rb"image|ontainer|helm_release|docker_|"
    rb'(?:manifest|yaml_body|spec|[tT]emplate|object)"?[ \t]*[=:][ \t]*[^\s{]'
)
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class Site:
    """A resource, or one attribute of it, that reads images, with every way in which they come out there.

    ``override`` is the resource's block in an override file.
    """

    resource: Block
    effect: EffectKind
    readings: tuple[Reading, ...]
    override: Block | None = None

    @property
    def address(self) -> str:
        return block_address(self.resource)


class ImageFinder:
    """Finds the image sites of a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.evaluator = Evaluator(project)
        self._explore = Explorer(self.evaluator)
        self._charts = ChartReader(self._explore)

    def sites(self) -> Iterator[Site]:
        """Every site, in order of path and position."""
        for document in self.project.search(lambda data: _MAY_NAME.search(data) is not None and _MAY_HOLD.search(data) is not None):
            module = self.project.module_of(document.path)
            for block in document.body.blocks("resource"):
                if len(block.labels) == 2 and block.labels[0] in _TYPES:
                    effect, positions = self._positions(block, self.evaluator.scope_in(block, module))
                    override = _override(block, module)
                    readings = self._every(positions, block)
                    if readings:
                        yield Site(block, effect, readings if override is None else _without_replaced(readings, override), override)

    def _every(self, positions: Iterator[Position], block: Block) -> tuple[Reading, ...]:
        """Each way in which the image at each position comes out; what is not known for one reason is one reading."""
        results: dict[tuple[object, ...], Reading] = {}
        where = Where(block.parent.document.path, block.span, block_address(block))
        try:
            for position in positions:
                where = position.where
                for reading, _ in self._explore.every(position.read, position.made):
                    known = results.setdefault(reading.key, reading)
                    if known is not reading:
                        results[reading.key] = known.with_seen(reading)
        except TooMany:
            reading = Reading(where, TOO_MANY)
            results[reading.key] = reading
        return tuple(results.values())

    def _positions(self, block: Block, scope: Scope) -> tuple[EffectKind, Iterator[Position]]:
        kind = block.labels[0]
        if kind in RESOURCES:
            return RESOURCES[kind].effect, self._typed(block, RESOURCES[kind], scope)
        if kind in CHARTS:
            return EffectKind.UPDATE, self._charts.positions(block, scope)
        attribute = block.body.attribute(MANIFESTS[kind] if kind in MANIFESTS else TASK_DEFINITIONS[kind])
        if attribute is None:
            return EffectKind.NONE, iter(())
        if kind in MANIFESTS:
            return EffectKind.UPDATE, self._manifest(attribute, scope)
        return EffectKind.REPLACE, self._definitions(attribute, scope)

    # Typed blocks

    def _typed(self, block: Block, resource: ImageResource, scope: Scope) -> Iterator[Position]:
        for body, inner, path in _bodies(block.body, resource, scope, ()):
            attribute = body.attribute(resource.attribute)
            if attribute is not None:
                yield self._attribute(block, body, attribute, inner, (*path, resource.attribute))

    def _attribute(self, block: Block, body: Body, attribute: Attribute, scope: Scope, path: tuple[str | int | None, ...]) -> Position:
        where = Where(scope.document.path, attribute.expression.span, attribute_address(attribute), path)
        policy = body.attribute("image_pull_policy")
        literal = policy.expression.literal if policy is not None and isinstance(policy.expression, Template) else None
        built = block.labels[0] == "docker_image" and block.body.block_named("build") is not None

        def read() -> Reading:
            if built:
                return Reading(where, Unknown(Reason.MANAGED_ELSEWHERE, "the image is built here"))
            value = as_text(self.evaluator.evaluate(attribute.expression, scope))
            return Reading(where, value, pull_policy=literal, has_pull_policy=policy is not None)

        return Position(where, read)

    # Values

    def _manifest(self, attribute: Attribute, scope: Scope) -> Iterator[Position]:
        for value, made in self._values(attribute, scope):
            if isinstance(value, Unknown):
                yield _unknown(_where(attribute, scope), value, made)
            for found in pod_images(value, made, self._explore):
                yield _in_container(_where(attribute, scope, found.path), found)

    def _definitions(self, attribute: Attribute, scope: Scope) -> Iterator[Position]:
        for value, made in self._values(attribute, scope):
            if not isinstance(value, List):
                unknown = value if isinstance(value, Unknown) else Unknown(Reason.NOT_LITERAL, "no list of containers")
                yield _unknown(_where(attribute, scope), unknown, made)
                continue
            for found in container_images(value, made, self._explore):
                yield _in_container(_where(attribute, scope, found.path), found)

    def _values(self, attribute: Attribute, scope: Scope) -> list[tuple[Map | List | Unknown, Made]]:
        return self._explore.parts(lambda: decoded(self.evaluator, self.evaluator.evaluate(attribute.expression, scope)), {})


def _override(block: Block, module: Module) -> Block | None:
    """What an override file says of the resource (Terraform language, "Override Files")."""
    if not any(map(is_override, module.paths)) or is_override(block.parent.document.path):
        return None
    first = module.block("resource", *block.labels)
    return first if first is not None and is_override(first.parent.document.path) else None


def _without_replaced(readings: tuple[Reading, ...], override: Block) -> tuple[Reading, ...]:
    """Readings, with those that the override replaces as not known: it replaces attributes, and all blocks of a type."""
    names = {a.name for a in override.body.attributes}
    names |= {b.labels[0] if b.type == "dynamic" and b.labels else b.type for b in override.body.blocks()}
    detail = f"{override.parent.document.path} replaces it"
    return tuple(
        replace(r, value=Unknown(Reason.MANAGED_ELSEWHERE, detail, seen=r.slices), parts=None) if names & set(r.where.ignored[:1]) else r
        for r in readings
    )


def _where(attribute: Attribute, scope: Scope, path: str = "") -> Where:
    address = attribute_address(attribute)
    full = address if not path else f"{address}{path}" if path.startswith("[") else f"{address}.{path}"
    ignored: tuple[str | int | None, ...] = (attribute.name,)
    if attribute.name == "manifest":  # an object; the others are texts, which change as a whole
        ignored += tuple(int(step) if step.isdecimal() else step for step in _STEP.findall(path))
    return Where(scope.document.path, attribute.expression.span, full, ignored)


def _unknown(where: Where, value: Unknown, made: Made) -> Position:
    return Position(where, lambda: Reading(where, value), made)


def _in_container(where: Where, found: Found) -> Position:
    policy = found.around.entries.get("imagePullPolicy")

    def read() -> Reading | None:
        image = found.read()
        value = policy() if policy is not None else None
        text = value.text if isinstance(value, Str) else None
        return Reading(where, image, pull_policy=text, has_pull_policy=policy is not None) if isinstance(image, Str | Unknown) else None

    return Position(where, read, found.made)


def _bodies(
    body: Body, resource: ImageResource, scope: Scope, path: tuple[str | int | None, ...]
) -> Iterator[tuple[Body, Scope, tuple[str | int | None, ...]]]:
    """Bodies that hold the image attribute, with the scope in them and their path as ``ignore_changes`` writes it."""
    if not resource.blocks:
        yield body, scope, path
        return
    counts: dict[str, int | None] = {}
    for block in body.blocks():
        inner: Block | None = block
        name, at = block.type, scope
        if block.type == "dynamic" and block.labels:
            name, at = block.labels[0], scope.inside_dynamic(block)
            inner = block.body.block_named("content")
            counts[name] = None  # how many there are is not known, so neither are the numbers of those that follow
        step = counts.setdefault(name, 0)
        if step is not None:
            counts[name] = step + 1
        if inner is None:
            continue
        below = (*path, name, step)
        if name in resource.blocks:
            yield inner.body, at, below
        elif name in resource.through:
            yield from _bodies(inner.body, resource, at, below)
