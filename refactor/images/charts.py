"""Images in the values of a chart: ``values`` documents one over the other, and over them ``set``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refactor.edits import Span
from refactor.hcl.addresses import attribute_address, block_address
from refactor.hcl.document import Block
from refactor.images.reading import Parts, Position, Reading, Where
from refactor.images.values import Found, chart_images, decoded, joined, nested, overlaid
from refactor.project.exploring import Explorer, Made
from refactor.project.scope import Fixed, Scope, iterator_of
from refactor.project.texts import as_text
from refactor.project.values import Known, List, Map, Str, Thunk, Unknown, Value, found


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
                yield _position(Where(scope.document.path, span, f"{head} / {image.path}", ("set" if own else "values",)), image)

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
        """``set`` blocks (provider 2) and the ``set`` list (provider 3), in order."""
        for inner, at in [(b, scope) for b in block.body.blocks("set")] + list(self._dynamic(block, scope)):
            name, value = inner.body.attribute("name"), inner.body.attribute("value")
            if name is not None and value is not None:
                key = as_text(self.run.evaluate(name.expression, at))
                if isinstance(key, Str):
                    yield _Setting(key.text, self.run.thunk(value.expression, at), value.expression.span)
        attribute = block.body.attribute("set")
        listed = self.run.evaluate(attribute.expression, scope) if attribute is not None else None
        if attribute is None or not isinstance(listed, List):
            return
        for i in range(len(listed.entries)):
            entry = found(listed.entries[i])
            if isinstance(entry, Map) and "name" in entry.entries and "value" in entry.entries:
                key = as_text(entry.entries["name"]())
                if isinstance(key, Str):
                    yield _Setting(key.text, entry.entries["value"], attribute.expression.span)

    def _dynamic(self, block: Block, scope: Scope) -> Iterator[tuple[Block, Scope]]:
        """``set`` blocks that a ``dynamic`` block makes: all of them, for what they set stands together."""
        for dynamic in block.body.blocks("dynamic"):
            content, each = dynamic.body.block_named("content"), dynamic.body.attribute("for_each")
            if dynamic.labels != ("set",) or content is None or each is None:
                continue
            collection = self.run.evaluate(each.expression, scope)
            if isinstance(collection, Map):
                pairs = [(k, collection.entries[k]) for k in collection.entries]
            elif isinstance(collection, List):
                pairs = [(str(i), collection.entries[i]) for i in range(len(collection.entries))]
            else:
                continue
            for key, value in pairs:
                yield content, scope.bind(**{iterator_of(dynamic): Fixed(key, value)})


def _unknown(where: Where, value: Unknown, made: Made) -> Position:
    return Position(where, lambda: Reading(where, value), made)


def _position(where: Where, place: Found) -> Position:
    policy = place.around.entries.get("pullPolicy")

    def read() -> Reading | None:
        image = place.read()
        if image is None:
            return None
        value = policy() if policy is not None else None
        text = value.text if isinstance(value, Str) else None
        known = joined(image) if isinstance(image, Parts) else image
        parts = image if isinstance(image, Parts) and isinstance(known, Str) else None
        return Reading(where, known, parts, text, policy is not None)

    return Position(where, read, place.made)
