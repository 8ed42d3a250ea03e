"""Images in the values of a chart: ``values`` documents one over the other, and over them ``set``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refactor.edits import Span
from refactor.hcl.addresses import attribute_address, block_address
from refactor.hcl.document import Attribute, Block
from refactor.hcl.expressions import Traversal
from refactor.images.reading import Parts, Position, Reading, Where
from refactor.images.values import Found, chart_images, decoded, joined, nested, overlaid
from refactor.project.exploring import Explorer, Made
from refactor.project.scope import Fixed, Scope, iterator_of
from refactor.project.texts import as_text
from refactor.project.values import Known, List, Map, Str, Thunk, Unknown, Value, always, find, found, is_nothing
from refactor.reasons import Reason
from refactor.registry.reference import DOCKER_HUB

_HIDDEN = ("set_sensitive", "set_wo")
_MIRRORED = Unknown(Reason.CHART_DECIDES, "global.imageRegistry counts: the chart decides which images it is put before")


@dataclass(frozen=True, slots=True)
class _Setting:
    name: str
    value: Thunk
    span: Span


@dataclass(frozen=True, slots=True)
class _Values:
    """Merged values; what of them is not known; and what ``set`` says."""

    values: Value
    unknown: tuple[tuple[Where, Unknown], ...]
    settings: tuple[_Setting, ...]
    span: Span

    def is_mirrored(self, parts: Parts) -> bool:
        """Whether ``global.imageRegistry``, which charts (Bitnami's and others) put before repositories, names another registry."""
        around = find(self.values, ("global",))
        entry = around.entries.get("imageRegistry") if isinstance(around, Map) else None
        value = found(entry) if entry is not None else None
        if value is None or is_nothing(value):
            return False
        own = parts.registry.text if parts.registry is not None and parts.registry.text else DOCKER_HUB
        return not isinstance(value, Str) or value.text != own


class ChartReader:
    """Reads ``helm_release``."""

    def __init__(self, explore: Explorer) -> None:
        self.explore = explore
        self.run = explore.run

    def positions(self, block: Block, scope: Scope) -> Iterator[Position]:
        """Every image in the merged values, and what cannot be known of them."""
        head = block_address(block)
        for built, made in self.explore.every(lambda: self._built(block, scope), {}):
            for where, value in built.unknown:
                yield _unknown(where, value, made)
            for image in chart_images(built.values, made, self.explore):
                own = [s for s in built.settings if s.name == image.path or s.name.startswith(f"{image.path}.")]
                span = own[-1].span if own else built.span
                yield _position(Where(scope.document.path, span, f"{head} / {image.path}", ("set" if own else "values",)), image, built)

    def _built(self, block: Block, scope: Scope) -> _Values:
        values: Value = Map({})
        unknown: list[tuple[Where, Unknown]] = []
        span = block.span
        for address, document, at in self._documents(block, scope):
            span = at
            if isinstance(document, Unknown):
                unknown.append((Where(scope.document.path, at, address, ("values",)), document))
            elif isinstance(document, Map):
                values = overlaid(values, document)
        unknown += self._unknown_settings(block, scope)
        settings = tuple(self._settings(block, scope))
        for setting in settings:
            values = overlaid(values, nested(setting.name, setting.value))
        return _Values(values, tuple(unknown), settings, span)

    def _documents(self, block: Block, scope: Scope) -> Iterator[tuple[str, Value, Span]]:
        """The elements of ``values``."""
        attribute = block.body.attribute("values")
        if attribute is None:
            return
        address, span = attribute_address(attribute), attribute.expression.span
        listed = self.run.evaluate(attribute.expression, scope)
        if not isinstance(listed, List):
            if not (isinstance(listed, Known) and listed.value is None):
                yield address, decoded(self.run, listed), span
            return
        for i in range(len(listed.entries)):
            document = found(listed.entries[i])
            if document is not None:
                yield f"{address}[{i}]", decoded(self.run, document), span

    def _settings(self, block: Block, scope: Scope) -> Iterator[_Setting]:
        """What ``set`` says, then what ``set_sensitive`` and ``set_wo`` hide: blocks (provider 2) and lists (provider 3)."""
        for kind in ("set", *_HIDDEN):
            for name, value, span in self._pairs(block, scope, kind):
                key = as_text(name())
                if isinstance(key, Str):
                    hidden = always(Unknown(Reason.COMPUTED, f"{kind} decides it"))
                    yield _Setting(key.text, hidden if kind in _HIDDEN else value, span)

    def _pairs(self, block: Block, scope: Scope, kind: str) -> Iterator[tuple[Thunk, Thunk, Span]]:
        for inner, at in [(b, scope) for b in block.body.blocks(kind)] + list(self._dynamic(block, scope, kind)):
            name, value = inner.body.attribute("name"), inner.body.attribute("value")
            if name is not None and value is not None:
                yield self.run.thunk(name.expression, at), self.run.thunk(value.expression, at), value.expression.span
        attribute = block.body.attribute(kind)
        listed = self.run.evaluate(attribute.expression, scope) if attribute is not None else None
        if attribute is None or not isinstance(listed, List):
            return
        for i in range(len(listed.entries)):
            entry = found(listed.entries[i])
            if isinstance(entry, Map) and "name" in entry.entries and "value" in entry.entries:
                yield entry.entries["name"], entry.entries["value"], attribute.expression.span

    def _dynamic(self, block: Block, scope: Scope, kind: str) -> Iterator[tuple[Block, Scope]]:
        """Blocks that a ``dynamic`` block makes: all of them, for what they set stands together."""
        for dynamic, content, each in _repeated(block, kind):
            collection = self.run.evaluate(each.expression, scope)
            if isinstance(collection, Map):
                pairs = [(k, collection.entries[k]) for k in collection.entries]
            elif isinstance(collection, List):
                pairs = [(str(i), collection.entries[i]) for i in range(len(collection.entries))]
            else:
                continue
            for key, value in pairs:
                yield content, scope.bind(**{iterator_of(dynamic): Fixed(key, value)})

    def _unknown_settings(self, block: Block, scope: Scope) -> Iterator[tuple[Where, Unknown]]:
        """``dynamic "set"`` over what is not known, where its name may be that of an image."""
        for _, content, each in _repeated(block, "set"):
            name = content.body.attribute("name")
            collection = self.run.evaluate(each.expression, scope)
            if name is None or not isinstance(collection, Unknown):
                continue
            if isinstance(name.expression, Traversal) or "mage" in scope.document.text(name.expression.span):
                yield Where(scope.document.path, each.expression.span, attribute_address(each), ("set",)), collection


def _repeated(block: Block, kind: str) -> Iterator[tuple[Block, Block, Attribute]]:
    """``dynamic`` blocks of a kind, with their content and what they walk."""
    for dynamic in block.body.blocks("dynamic"):
        content, each = dynamic.body.block_named("content"), dynamic.body.attribute("for_each")
        if dynamic.labels == (kind,) and content is not None and each is not None:
            yield dynamic, content, each


def _has_digest(parts: Parts) -> bool:
    return (parts.digest is not None and bool(parts.digest.text)) or (parts.tag is not None and "@" in parts.tag.text)


def _unknown(where: Where, value: Unknown, made: Made) -> Position:
    return Position(where, lambda: Reading(where, value), made)


def _position(where: Where, place: Found, built: _Values) -> Position:
    policy = place.around.entries.get("pullPolicy")

    def read() -> Reading | None:
        image = place.read()
        if image is None:
            return None
        value = policy() if policy is not None else None
        text = value.text if isinstance(value, Str) else None
        known = joined(image) if isinstance(image, Parts) else image
        if isinstance(image, Parts) and isinstance(known, Str) and not _has_digest(image) and built.is_mirrored(image):
            known = Unknown(_MIRRORED.reason, _MIRRORED.detail, seen=known.slices)
        parts = image if isinstance(image, Parts) and isinstance(known, Str) else None
        return Reading(where, known, parts, text, policy is not None)

    return Position(where, read, place.made)
