"""Images in the values of a chart: ``values`` documents one over the other, and over them ``set``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refactor.edits import Span
from refactor.hcl.addresses import attribute_address, block_address
from refactor.hcl.document import Block
from refactor.images.reading import Parts, Position, Reading, Where
from refactor.images.values import Found, Look, chart_images, joined, nested, overlaid
from refactor.project.evaluate import Evaluator
from refactor.project.scope import Fixed, Scope, iterator_of
from refactor.project.texts import as_text
from refactor.project.values import Known, List, Map, Str, Thunk, Unknown, Value


@dataclass(frozen=True, slots=True)
class _Setting:
    name: str
    value: Thunk
    span: Span


class ChartReader:
    """Reads ``helm_release``."""

    def __init__(self, run: Evaluator, look: Look) -> None:
        self.run = run
        self.look = look

    def positions(self, block: Block, scope: Scope) -> list[Position]:
        """Every image in the merged values, and what cannot be known of them."""
        values: Value = Map({})
        result: list[Position] = []
        span = block.span
        for address, document, at in self._documents(block, scope):
            span = at
            if isinstance(document, Unknown):
                result.append(_unknown(Where(scope.document.path, at, address, ("values",)), document))
            elif isinstance(document, Map):
                values = overlaid(values, document)
        settings = list(self._settings(block, scope))
        for setting in settings:
            values = overlaid(values, nested(setting.name, setting.value))
        head = block_address(block)
        for found in chart_images(values, self.look):
            own = [s for s in settings if s.name == found.path or s.name.startswith(f"{found.path}.")]
            where = Where(scope.document.path, own[-1].span if own else span, f"{head} / {found.path}", ("set" if own else "values",))
            result.append(_position(where, found))
        return result

    def _documents(self, block: Block, scope: Scope) -> Iterator[tuple[str, Value, Span]]:
        """The elements of ``values``."""
        from refactor.images.sites import decoded

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
            yield f"{address}[{i}]", decoded(self.run, listed.entries[i]()), span

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
            entry = self.look(listed.entries[i])
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


def _unknown(where: Where, value: Unknown) -> Position:
    return Position(where, lambda: Reading(where, value))


def _position(where: Where, found: Found) -> Position:
    policy = found.around.entries.get("pullPolicy")

    def read() -> Reading | None:
        image = found.read()
        if image is None:
            return None
        value = policy() if policy is not None else None
        text = value.text if isinstance(value, Str) else None
        known = joined(image) if isinstance(image, Parts) else image
        parts = image if isinstance(image, Parts) and isinstance(known, Str) else None
        return Reading(where, known, parts, text, policy is not None)

    return Position(where, read)
