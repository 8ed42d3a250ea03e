"""Reads a text as YAML: libyaml finds the nodes, this module gives them bytes.

libyaml's marks count characters of the decoded text, ``\\r\\n`` as two and a byte order mark as none. It is
asked for its events, not for composed nodes: events show aliases as such, arrive one by one (so that depth
and size are bounded while reading), and take no recursion.
"""

from __future__ import annotations

import codecs
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from refactor.edits import Span
from refactor.yaml.document import Alias, CollectionStyle, Document, Entry, Mapping, Node, Scalar, Sequence, YamlStream
from refactor.yaml.masking import Mask, masks
from refactor.yaml.scalars import Style, block_of
from refactor.yaml.source import Anchor, Source
from refactor.yaml.template import Unparsable

MAX_DEPTH = 200
MAX_EXPANSION = 5_000_000  # nodes, if every alias were replaced by a copy of what it stands for


def parse(data: bytes, *, start: int = 0, end: int | None = None, template: bool = False) -> YamlStream | Unparsable:
    """Read ``data[start:end]`` as a YAML stream (JSON is one too); all spans are offsets of ``data``.

    Args:
        template: the text is a string template of Terraform (a heredoc, a file of ``templatefile``) or of Go
            (a Helm chart's): ``${...}``, ``%{...}`` and ``{{ ... }}`` are kept apart from the YAML.
    """
    end = len(data) if end is None else end
    bom = data.startswith(codecs.BOM_UTF8, start, end)
    start += len(codecs.BOM_UTF8) if bom else 0
    try:
        data[start:end].decode()
    except UnicodeDecodeError as error:
        return Unparsable("not UTF-8", start + error.start)
    candidates: Iterator[Mask] | Unparsable = iter([Mask(data[start:end], [])])
    if template:
        candidates = masks(data, start, end)
    if isinstance(candidates, Unparsable):
        return candidates
    failure: Unparsable | None = None
    for mask in candidates:
        source = Source(data, start, end, template, mask.data, mask.marks)
        found = _Builder(source).read()
        if not isinstance(found, Unparsable):
            return found
        failure = failure or found
    return failure or Unparsable("nothing to read", start)


class _Mark(Protocol):
    @property
    def index(self) -> int: ...


class _Offsets:
    """Character index of the parser's to byte offset of the file."""

    def __init__(self, text: str, base: int) -> None:
        self._base = base
        self._at: array[int] | None = None
        if text.isascii():
            return
        self._at = array("Q")
        self._extra = array("Q", [0])
        extra = 0
        for i, char in enumerate(text):
            if char > "\x7f":
                extra += 1 if char < "\u0800" else 2 if char < "\U00010000" else 3
                self._at.append(i)
                self._extra.append(extra)

    def __call__(self, index: int) -> int:
        if self._at is None:
            return self._base + index
        return self._base + index + self._extra[bisect_left(self._at, index)]


@dataclass(slots=True)
class _Open:
    """A collection that is being read. ``size`` counts its nodes with aliases expanded."""

    start: int
    end: int
    is_mapping: bool
    flow: bool
    tag: str
    anchor: Anchor | None
    nodes: list[Node] = field(default_factory=list)
    size: int = 1


class _Limit(Exception):
    def __init__(self, detail: str, offset: int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.offset = offset


class _Builder:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._masked = source.masked
        self._base = source.start
        text = source.masked.decode()
        self._text = text
        self._offset = _Offsets(text, source.start)
        self._documents: list[Document] = []
        self._anchors: dict[str, Anchor] = {}
        self._sizes: dict[int, int] = {}  # by id of the anchor
        self._open: list[_Open] = []

    def read(self) -> YamlStream | Unparsable:
        if self._text.startswith("\ufeff"):
            return Unparsable("more than one byte order mark", self._base)
        try:
            for event in yaml.parse(self._text, Loader=yaml.CSafeLoader):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            said = [text for text in (error.context, error.problem) if text]
            return Unparsable(", ".join(said) or "not YAML", self._at(error.problem_mark or error.context_mark))
        except yaml.reader.ReaderError as error:
            return Unparsable(f"YAML does not allow the character U+{_code(error.character):04X}", self._base)
        except _Limit as limit:
            return Unparsable(limit.detail, limit.offset)
        return YamlStream(self._source, tuple(self._documents))

    def _at(self, mark: _Mark | None) -> int:
        """Byte offset of a mark of the parser's."""
        return self._offset(mark.index if mark else 0)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            anchor = self._anchor(event)
            scalar = self._scalar(event)
            self._add(scalar, anchor, 1)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._finish(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors = {}

    def _anchor(self, event: yaml.NodeEvent) -> Anchor | None:
        if event.anchor is None:
            return None
        start = self._at(event.start_mark)
        anchor = Anchor(event.anchor, Span(start, start))
        self._anchors[event.anchor] = anchor
        self._source.anchors.append(anchor)
        return anchor

    def _alias(self, event: yaml.AliasEvent) -> None:
        anchor = self._anchors.get(event.anchor or "")
        if anchor is None:
            raise _Limit("an alias without an anchor", self._at(event.start_mark))
        anchor.aliases += 1
        span = Span(self._at(event.start_mark), self._at(event.end_mark))
        self._add(Alias(self._source, span, anchor), None, self._sizes.get(id(anchor), 1))

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _Limit(f"nested more than {MAX_DEPTH} deep", self._at(event.start_mark))
        start, end = self._at(event.start_mark), self._at(event.end_mark)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        anchor = self._anchor(event)
        self._open.append(_Open(start, end, is_mapping, bool(event.flow_style), event.tag or "", anchor))

    def _finish(self, event: yaml.CollectionEndEvent) -> None:
        done = self._open.pop()
        last = done.nodes[-1].span.end if done.nodes else done.end
        has_braces = done.flow and not (done.nodes and done.nodes[0].span.start == done.start)
        span = Span(done.start, self._at(event.end_mark) if has_braces else max(last, done.end))
        style = CollectionStyle.FLOW if done.flow else CollectionStyle.BLOCK
        name = done.anchor.name if done.anchor else ""
        node: Node
        if done.is_mapping:
            node = self._mapping(done, span, style, name)
        else:
            node = Sequence(self._source, span, style, tuple(done.nodes), done.tag, name)
        self._add(node, done.anchor, done.size)

    def _mapping(self, done: _Open, span: Span, style: CollectionStyle, anchor: str) -> Mapping:
        entries: list[Entry] = []
        index: dict[str, int] = {}
        repeated: set[str] = set()
        for key, value in zip(done.nodes[::2], done.nodes[1::2], strict=True):
            name = key.text if isinstance(key, Scalar) else None
            if name is not None:
                if name in index and name != "<<":
                    repeated.add(name)
                index[name] = len(entries)
            entries.append(Entry(key, value, name))
        duplicates = frozenset(repeated)
        return Mapping(self._source, span, style, tuple(entries), duplicates, index, done.tag, anchor)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = self._at(event.start_mark), self._at(event.end_mark)
        style = Style(event.style or "")
        first = start if event.anchor is None and event.tag is None else self._behind_properties(start, end, event.anchor or "")
        if style.is_block:
            end = self._block_end(first, end, event.value)
        if self._source.marks and style not in (Style.SINGLE, Style.DOUBLE) and end > first:
            cut = self._source.marks_in(end - 1, end)  # an interpolation of several lines: the mask has only its first
            end = max(end, cut[-1].end) if cut else end
        flow = bool(self._open) and self._open[-1].flow
        tag, anchor = event.tag or "", event.anchor or ""
        return Scalar(self._source, Span(start, end), Span(first, end), style, event.value, flow, tag, anchor)

    def _block_end(self, start: int, end: int, parsed: str) -> int:
        block = block_of(self._masked, start - self._base, end - self._base, parsed)
        if "+" in block.chomping:  # blank lines count, but not the template syntax that is masked by them
            text_end = max((line.end for line in block.lines if not line.blank), default=block.header.end) + self._base
            if self._source.marks_in(text_end, block.end + self._base):
                return text_end
        return block.end + self._base

    def _behind_properties(self, start: int, end: int, anchor: str) -> int:
        """Where the content starts behind an anchor and a tag."""
        masked, at, stop = self._masked, start - self._base, end - self._base
        while at < stop:
            byte = masked[at : at + 1]
            if byte in b" \t\r\n":
                at += 1
            elif byte == b"#":
                feed = masked.find(b"\n", at, stop)
                at = stop if feed == -1 else feed
            elif byte == b"&":
                at += 1 + len(anchor.encode())
            elif byte == b"!":
                at = _word_end(masked, at, stop)
            else:
                break
        return self._base + min(at, stop)

    def _add(self, node: Node, anchor: Anchor | None, size: int) -> None:
        if anchor is not None:
            anchor.span, anchor.node = node.span, node
            self._sizes[id(anchor)] = size
        if not self._open:
            self._documents.append(Document(len(self._documents), node))
            return
        around = self._open[-1]
        around.nodes.append(node)
        around.size += size
        if around.size > MAX_EXPANSION:
            raise _Limit(f"its aliases expand to more than {MAX_EXPANSION} nodes", node.span.start)


def _word_end(masked: bytes, at: int, stop: int) -> int:
    if masked.startswith(b"!<", at):
        close = masked.find(b">", at, stop)
        return stop if close == -1 else close + 1
    while at < stop and masked[at] not in b" \t\r\n,[]{}":
        at += 1
    return at


def _code(character: object) -> int:
    return character if isinstance(character, int) else ord(character) if isinstance(character, str) else 0
