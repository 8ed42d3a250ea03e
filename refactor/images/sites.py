"""Finding every image of a project, in whatever form it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from refactor.codemod import EffectKind
from refactor.hcl.addresses import attribute_address, block_address
from refactor.hcl.document import Attribute, Block, Body
from refactor.hcl.expressions import Template
from refactor.images.charts import ChartReader
from refactor.images.reading import Position, Reading, Where
from refactor.images.resources import CHARTS, MANIFESTS, RESOURCES, TASK_DEFINITIONS, ImageResource
from refactor.images.values import Found, container_images, pod_images
from refactor.project.choices import Absent, Choices, TooMany, every
from refactor.project.evaluate import Evaluator
from refactor.project.project import Project
from refactor.project.scope import Scope
from refactor.project.texts import as_text
from refactor.project.values import List, Map, Raw, Str, Thunk, Unknown, Value
from refactor.reasons import Reason

_TYPES = (*RESOURCES, *MANIFESTS, *TASK_DEFINITIONS, *CHARTS)
_MAY_HOLD = re.compile("|".join(sorted({re.escape(t) for t in _TYPES}, key=len, reverse=True)).encode())
_MAY_NAME = re.compile(
    # an image is spelled out, or something stands where a chart, a container list or a pod template has to be looked up
    rb"image|ontainer|helm_release|docker_|"
    rb'(?:manifest|yaml_body|spec|[tT]emplate|object)"?[ \t]*[=:][ \t]*[^\s{]'
)
_TOO_MANY = Unknown(Reason.COMPUTED, "too many combinations of values")


@dataclass(frozen=True, slots=True)
class Site:
    """A resource, or one attribute of it, that reads images, with every way in which they come out there."""

    resource: Block
    effect: EffectKind
    readings: tuple[Reading, ...]

    @property
    def address(self) -> str:
        return block_address(self.resource)


Lay = Callable[[], list[Position]]
"""Where images are in a value, under the choices of the moment."""


class ImageFinder:
    """Finds the image sites of a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.evaluator = Evaluator(project)
        self._charts = ChartReader(self.evaluator, self.look)

    def sites(self) -> Iterator[Site]:
        """Every site, in order of path and position."""
        for document in self.project.search(lambda data: _MAY_NAME.search(data) is not None and _MAY_HOLD.search(data) is not None):
            module = self.project.module_of(document.path)
            for block in document.body.blocks("resource"):
                if len(block.labels) == 2 and block.labels[0] in _TYPES:
                    for effect, lay in self._layouts(block, self.evaluator.scope_in(block, module)):
                        readings = self._every(lay, block)
                        if readings:
                            yield Site(block, effect, readings)

    def _every(self, lay: Lay, block: Block) -> tuple[Reading, ...]:
        """All readings: first each way in which the value is built, then each in which the image at one place in it comes out."""
        found: dict[tuple[object, ...], Reading] = {}
        try:
            for positions, made in every(partial(self._laid, lay)):
                for position in positions:
                    for reading in every(partial(self._read, position), made):
                        if reading is not None:
                            found.setdefault(reading.key, reading)
        except TooMany:
            where = Where(block.parent.document.path, block.span, block_address(block))
            reading = Reading(where, _TOO_MANY)
            found.setdefault(reading.key, reading)
        return tuple(found.values())

    def _laid(self, lay: Lay, choices: Choices) -> tuple[list[Position], Mapping[Hashable, str]]:
        self.evaluator.choices = choices
        try:
            return lay(), choices.made
        except Absent:
            return [], choices.made

    def _read(self, position: Position, choices: Choices) -> Reading | None:
        self.evaluator.choices = choices
        try:
            return position.read()
        except Absent:
            return None

    def look(self, thunk: Thunk) -> Value:
        """A value of which only the entries matter: what was chosen for it is forgotten where it has none either way."""
        choices = self.evaluator.choices
        state = choices.state()
        value = thunk()
        if choices.state()[0] == state[0] or isinstance(value, Map | List):
            return value
        choices.forget(state)

        def again(others: Choices) -> bool:
            self.evaluator.choices = others
            try:
                return isinstance(thunk(), Map | List)
            except Absent:
                return False

        try:
            matters = any(every(again, dict(choices.made), limit=256))
        except TooMany:
            matters = True
        self.evaluator.choices = choices
        return thunk() if matters else value

    def _layouts(self, block: Block, scope: Scope) -> Iterator[tuple[EffectKind, Lay]]:
        kind = block.labels[0]
        if kind in RESOURCES:
            for position in self._typed(block, RESOURCES[kind], scope):
                yield RESOURCES[kind].effect, partial(_one, position)
        elif kind in MANIFESTS:
            attribute = block.body.attribute(MANIFESTS[kind])
            if attribute is not None:
                yield EffectKind.UPDATE, partial(self._manifest, attribute, scope)
        elif kind in TASK_DEFINITIONS:
            attribute = block.body.attribute(TASK_DEFINITIONS[kind])
            if attribute is not None:
                yield EffectKind.REPLACE, partial(self._definitions, attribute, scope)
        else:
            yield EffectKind.UPDATE, partial(self._charts.positions, block, scope)

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

    def _decoded(self, attribute: Attribute, scope: Scope) -> Value:
        value = self.evaluator.evaluate(attribute.expression, scope)
        return decoded(self.evaluator, value)

    def _manifest(self, attribute: Attribute, scope: Scope) -> list[Position]:
        value = self._decoded(attribute, scope)
        if isinstance(value, Unknown):
            return [_unknown(_where(attribute, scope), value)]
        return [_in_container(_where(attribute, scope, f.path), f) for f in pod_images(value, self.look)]

    def _definitions(self, attribute: Attribute, scope: Scope) -> list[Position]:
        value = self._decoded(attribute, scope)
        if not isinstance(value, List):
            unknown = value if isinstance(value, Unknown) else Unknown(Reason.NOT_LITERAL, "no list of containers")
            return [_unknown(_where(attribute, scope), unknown)]
        return [_in_container(_where(attribute, scope, f.path), f) for f in container_images(value, self.look)]


def decoded(run: Evaluator, value: Value) -> Value:
    """What a provider reads: text as YAML or JSON. Text that names no image has none, whether or not it can be read."""
    if isinstance(value, Str):
        return Unknown(Reason.NOT_LITERAL, "YAML or JSON in a quoted string") if "image" in value.text else Map({})
    if not isinstance(value, Raw):
        return value
    found = run.decoded(value)
    if isinstance(found, Unknown):
        data = run.project.read(value.path) or b""
        text = data if value.span is None else data[value.span.start : value.span.end]
        return found if b"mage" in text or b"ontainers" in text or b"${" in text else Map({})
    return found


def _one(position: Position) -> list[Position]:
    return [position]


def _where(attribute: Attribute, scope: Scope, path: str = "") -> Where:
    address = attribute_address(attribute)
    full = address if not path else f"{address}{path}" if path.startswith("[") else f"{address}.{path}"
    return Where(scope.document.path, attribute.expression.span, full, (attribute.name,))


def _unknown(where: Where, value: Unknown) -> Position:
    return Position(where, lambda: Reading(where, value))


def _in_container(where: Where, found: Found) -> Position:
    policy = found.around.entries.get("imagePullPolicy")

    def read() -> Reading | None:
        image = found.read()
        value = policy() if policy is not None else None
        text = value.text if isinstance(value, Str) else None
        return Reading(where, image, pull_policy=text, has_pull_policy=policy is not None) if isinstance(image, Str | Unknown) else None

    return Position(where, read)


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
