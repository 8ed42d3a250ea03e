"""Where texts that are YAML or JSON hold something: what stands at a byte, and what a template file makes of its variables."""

from __future__ import annotations

from collections.abc import Iterator

from refactor.edits import Span
from refactor.hcl.document import Document
from refactor.hcl.expressions import Call, Traversal, references
from refactor.project.contexts import Pattern, Role, consumed, context_at, is_only_tested, through
from refactor.project.embedded import TextPaths
from refactor.project.evaluate import PREFIX
from refactor.project.project import Project
from refactor.project.values import Keys, Unknown
from refactor.yaml.template import Mark, MarkKind


class Stranger(Exception):
    """Something reads a text that is no image. ``path`` and ``offset`` are its place."""

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(f"{path}:{offset}")
        self.path = path
        self.offset = offset


class Texts:
    """YAML texts: whole files, or heredocs."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[tuple[str, Span | None], TextPaths | None] = {}

    def keys_at(self, path: str, span: Span | None, offset: int) -> list[Keys]:
        """Keys to what stands at an offset, but for those of values that are only there to be referred to (``x-...``).

        Raises:
            Stranger: nothing known stands there.
        """
        key = (path, span)
        if key not in self._known:
            stream = self._project.embedded(path, span, template=True)
            self._known[key] = None if isinstance(stream, Unknown) else TextPaths(stream)
        texts = self._known[key]
        found = texts.at(offset) if texts is not None and texts.complete else []
        if not found:
            raise Stranger(path, offset)
        return [k for k in found if not (k and k[0].startswith("x-"))]

    def printed(self, path: str, keys: Pattern) -> Iterator[Pattern]:
        """Keys of the text that a template file makes, to wherever it writes the part at ``keys`` of its variables.

        Raises:
            Stranger: the template does something else with it.
        """
        stream = self._project.embedded(path, None, template=True)
        if isinstance(stream, Unknown):
            raise Stranger(path, 0)
        for mark in stream.source.marks:
            source = stream.source.data[mark.inner.start : mark.inner.end]
            if mark.kind is MarkKind.ESCAPE or (keys[0] is not None and keys[0].encode() not in source):
                continue
            for below in _written(path, mark, source, keys):
                for found in self.keys_at(path, None, mark.start):
                    yield (*found, *below)


def _written(path: str, mark: Mark, source: bytes, keys: Pattern) -> Iterator[Pattern]:
    """What a piece of template syntax writes of the text at ``keys`` of the template's variables."""
    writes = mark.kind is MarkKind.INTERPOLATION
    document = Document(path, PREFIX + (source if writes else source.removeprefix(b"if ")) + b"\n")
    if document.error is not None:
        raise Stranger(path, mark.start)
    for reference in references(document.data, document.root):
        rest = consumed(reference.steps, keys[1:]) if keys[0] in (None, reference.root) else None
        if rest is None or (not writes and is_only_tested(document, reference.span.start, rest)):
            continue
        if not writes:
            raise Stranger(path, mark.start)
        yield from _outwards(document, reference, rest, path, mark.start)


def _outwards(document: Document, reference: Traversal, keys: Pattern, path: str, offset: int) -> Iterator[Pattern]:
    """From a reference in an interpolation to what that writes."""
    context = context_at(document, reference.span.start)
    if context is None or not isinstance(context.inner, Traversal):
        raise Stranger(path, offset)
    for frame in reversed(context.frames):
        on = through(frame.around, int(frame.key or 0), keys) if isinstance(frame.around, Call) else None
        if frame.role is Role.PART and not keys:
            on = [()]
        if on is None or len(on) > 1:
            raise Stranger(path, offset)
        if not on:
            return
        keys = on[0]
    yield keys
