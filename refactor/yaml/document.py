"""A YAML stream as typed nodes that know their bytes.

Nodes are views on the file: every span is absolute, nothing is copied out and written back. A node that is
reached through an alias is not repeated: the alias says where its anchor is, and everything below an anchor
says how many aliases read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from refactor.edits import Span
from refactor.yaml import paths
from refactor.yaml.resolve import Plain, core_value
from refactor.yaml.scalars import Interpolation, Literal, Part, Style
from refactor.yaml.source import Anchor, Source
from refactor.yaml.template import Mark, MarkKind, Unparsable

_CORE_TAG = "tag:yaml.org,2002:"


class CollectionStyle(StrEnum):
    BLOCK = "block"
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar. ``span`` takes in its anchor and tag, ``content`` is the written value with its quotes or its
    ``|`` header.

    The content of a block scalar ends before the line break of its last line. ``flow`` is true inside ``[]``
    and ``{}``. ``parsed`` is the parser's value of the masked text: use :attr:`text`.
    """

    source: Source = field(repr=False, compare=False)
    span: Span
    content: Span
    style: Style
    parsed: str
    flow: bool
    tag: str = ""
    anchor: str = ""

    @property
    def text(self) -> str:
        """The scalar's text, unescaped and unfolded; interpolations stand in it as they are written
        (``repo:${var.tag}``).
        """
        if not self._is_marked():
            return self.parsed
        return "".join(part.text for part in self.parts)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Literal text and interpolations, in order. What cannot be told apart is one interpolation."""
        parts = self.source.parts(self)
        if parts is not None:
            return parts
        if not self._is_marked():
            return (Literal(*self.content, self.parsed),)
        raw = self.source.data[self.content.start : self.content.end].decode()
        return (Interpolation(*self.content, raw, *self.content, kind=MarkKind.INTERPOLATION),)

    @property
    def is_literal(self) -> bool:
        """Whether no template syntax but escapes stands in it, or where it is empty, fills its place."""
        if not self.source.marks:
            return True
        if self.content.start == self.content.end and self.source.is_filled(self.content.end):
            return False
        return all(m.kind is MarkKind.ESCAPE for m in self.source.marks_in(*self.content))

    @property
    def value(self) -> Plain:
        """The value by YAML 1.2's core schema: quoted, tagged (but for ``!!int`` and the like) and
        interpolated scalars are strings.
        """
        text = self.text
        if not self.is_literal:
            return text
        if self.tag:
            core = self.tag.startswith(_CORE_TAG) and self.tag.removeprefix(_CORE_TAG) != "str"
            return core_value(text) if core else text
        return core_value(text) if self.style is Style.PLAIN else text

    @property
    def aliases(self) -> int:
        """How many aliases read this place; an edit here changes what each of them sees."""
        return self.source.aliases(self.span)

    @property
    def nesting(self) -> int:
        """How many conditionals and loops of the template it stands in."""
        return self.source.nesting(self.content.start)

    def _is_marked(self) -> bool:
        return bool(self.source.marks) and bool(self.source.marks_in(*self.content))


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value. ``name`` is the key's text; None for a key that is no scalar."""

    key: Node
    value: Node
    name: str | None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping. ``span`` takes in its anchor and tag, and ends with its last entry; ``duplicates`` are keys
    that occur more than once.
    """

    source: Source = field(repr=False, compare=False)
    span: Span
    style: CollectionStyle
    entries: tuple[Entry, ...]
    duplicates: frozenset[str]
    index: dict[str, int] = field(repr=False, compare=False)
    tag: str = ""
    anchor: str = ""

    def entry(self, key: str) -> Entry | None:
        """The entry with this key; the last one if it occurs more than once."""
        at = self.index.get(key)
        return None if at is None else self.entries[at]

    def get(self, key: str) -> Node | None:
        """The value of ``key`` in the mapping itself, which may be an :class:`Alias`."""
        entry = self.entry(key)
        return None if entry is None else entry.value

    def lookup(self, key: str) -> Scalar | Mapping | Sequence | None:
        """The value of ``key`` as a reader sees it: through aliases and merge keys (``<<``). See
        :attr:`aliases` before editing it.
        """
        seen: set[int] = set()
        waiting: list[Node] = [self]
        while waiting:
            node = resolve(waiting.pop(0))
            if isinstance(node, Sequence):
                waiting[:0] = node.items
            elif isinstance(node, Mapping) and id(node) not in seen:
                seen.add(id(node))
                entry = node.entry(key)
                if entry is not None:
                    return resolve(entry.value)
                waiting.extend(e.value for e in node.entries if e.name == "<<")
        return None

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys that are scalars, with their values, in the order of the file."""
        return ((entry.name, entry.value) for entry in self.entries if entry.name is not None)

    @property
    def aliases(self) -> int:
        return self.source.aliases(self.span)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence. ``span`` takes in its anchor and tag, and ends with its last item."""

    source: Source = field(repr=False, compare=False)
    span: Span
    style: CollectionStyle
    items: tuple[Node, ...]
    tag: str = ""
    anchor: str = ""

    @property
    def aliases(self) -> int:
        return self.source.aliases(self.span)


@dataclass(frozen=True, slots=True)
class Alias:
    """``*name``."""

    source: Source = field(repr=False, compare=False)
    span: Span
    target: Anchor = field(repr=False, compare=False)


Node: TypeAlias = Scalar | Mapping | Sequence | Alias


def resolve(node: Node) -> Scalar | Mapping | Sequence | None:
    """The node itself, or the one that an alias stands for; None for an alias inside its own anchor that was
    never finished.
    """
    if isinstance(node, Alias):
        target = node.target.node
        return None if isinstance(target, Alias) else target
    return node


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a stream; the root of one that has nothing in it is an empty scalar."""

    index: int
    root: Node

    def walk(self) -> Iterator[tuple[str, Node]]:
        """Every value with its path, in the order of the file; keys are not values, aliases are not
        followed.
        """
        waiting: list[tuple[str, Node]] = [(paths.document_path(self.index), self.root)]
        while waiting:
            path, node = waiting.pop()
            yield path, node
            if isinstance(node, Mapping):
                waiting.extend(reversed(list(_entry_paths(path, node))))
            elif isinstance(node, Sequence):
                items = [(paths.item_path(path, i), item) for i, item in enumerate(node.items)]
                waiting.extend(reversed(items))

    def find(self, path: str) -> Node | None:
        """The node at a path such as ``spec.containers[0].image`` (without document prefix); aliases are not
        followed.
        """
        steps = paths.parse_path(path)
        if isinstance(steps, Unparsable):
            return None
        node: Node | None = self.root
        for step in steps:
            if isinstance(node, Mapping) and isinstance(step, str):
                node = node.get(step)
            elif isinstance(node, Sequence) and isinstance(step, int):
                node = node.items[step] if step < len(node.items) else None
            else:
                return None
        return node


def _entry_paths(path: str, mapping: Mapping) -> Iterator[tuple[str, Node]]:
    seen: dict[str, int] = {}
    complex_keys = 0
    for entry in mapping.entries:
        if entry.name is None:
            yield paths.complex_key_path(path, complex_keys), entry.value
            complex_keys += 1
        else:
            seen[entry.name] = repeat = seen.get(entry.name, 0) + 1
            yield paths.key_path(path, entry.name, repeat), entry.value


@dataclass(frozen=True, slots=True)
class YamlStream:
    """All documents of a text; a text with no document has none."""

    source: Source = field(repr=False)
    documents: tuple[Document, ...]

    def walk(self) -> Iterator[tuple[str, Node]]:
        """Every value of every document with its path."""
        for document in self.documents:
            yield from document.walk()

    @property
    def root(self) -> Node | None:
        """The root of the first document."""
        return self.documents[0].root if self.documents else None

    @property
    def directives(self) -> tuple[Mark, ...]:
        """The template syntax of the text, escapes left out."""
        return tuple(mark for mark in self.source.marks if mark.kind is not MarkKind.ESCAPE)
