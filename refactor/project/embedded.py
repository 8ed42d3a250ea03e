"""YAML and JSON text as values: heredocs, files and template files whose scalars are literals that can be edited."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refactor.edits import Edit, Span
from refactor.project.project import Project
from refactor.project.texts import put_together
from refactor.project.values import Keys, Known, List, Map, Raw, Slice, Str, Thunk, Unknown, Value, Via, always, carried
from refactor.reasons import Reason
from refactor.yaml import document as yaml
from refactor.yaml.scalars import Interpolation, Literal
from refactor.yaml.template import MarkKind

_MOST = 1_000_000  # nodes of a document that are walked
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class YamlText:
    """A literal part of a scalar as a :class:`refactor.project.values.Source`. ``first`` is the part's first character in the scalar."""

    path: str
    scalar: yaml.Scalar
    part: Literal
    first: int

    @property
    def span(self) -> Span:
        return Span(self.part.start, self.part.end)

    def byte(self, index: int) -> int:
        written = self.part.end - self.part.start
        if written == len(self.part.text):
            return self.part.start + index
        return self.part.start if index == 0 else self.part.end

    def put(self, start: int, end: int, text: str) -> list[Edit] | None:
        from refactor.yaml.edit import replace_in_scalar  # only a run that changes something needs it

        edits = replace_in_scalar(self.scalar, self.first + start, self.first + end, text)
        return edits if isinstance(edits, list) else None


def decode(project: Project, raw: Raw) -> Value:
    """The first document of the text. Its nodes are read when asked for."""
    stream = project.embedded(raw.path, raw.span, template=raw.fill is not None)
    if isinstance(stream, Unknown):
        return stream
    root = stream.root
    value: Value = Known(None) if root is None else _value(root, raw)
    return carried(value, raw.via or Via(raw.path, raw.span.start if raw.span is not None else 0))


def decode_all(project: Project, path: str) -> list[Value]:
    """Every document of a file; none where it cannot be read."""
    stream = project.embedded(path, None, template=True)
    raw = Raw(path, None, None)
    return [] if isinstance(stream, Unknown) else [_value(d.root, raw) for d in stream.documents]


def _value(node: yaml.Node, raw: Raw) -> Value:
    found = yaml.resolve(node)
    if isinstance(found, yaml.Mapping):
        return Map(_Entries(found, raw))
    if isinstance(found, yaml.Sequence):
        return List([_Node(n, raw) for n in found.items])
    if isinstance(found, yaml.Scalar):
        return _scalar(found, raw)
    return Unknown(Reason.COMPUTED, "an alias without an anchor")


class _Node:
    """A node's value, read when it is asked for. ``may_hold``: see :func:`refactor.project.values.may_hold`."""

    __slots__ = ("node", "raw")

    def __init__(self, node: yaml.Node, raw: Raw) -> None:
        self.node = node
        self.raw = raw

    def __call__(self) -> Value:
        return _value(self.node, self.raw)

    @property
    def may_hold(self) -> bool:
        return not (isinstance(self.node, yaml.Scalar) and self.node.is_literal)


class _Entries(Mapping[str, Thunk]):
    """Entries of a mapping, those that it merges in (``<<``) included."""

    def __init__(self, node: yaml.Mapping, raw: Raw) -> None:
        self._node = node
        self._raw = raw
        self._names = dict.fromkeys(_names(node, set()))

    def __getitem__(self, key: str) -> Thunk:
        if key not in self._names:
            raise KeyError(key)
        node = self._node.lookup(key)
        return always(Unknown(Reason.COMPUTED, "an alias without an anchor")) if node is None else _Node(node, self._raw)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _names(node: yaml.Mapping, seen: set[int]) -> Iterator[str]:
    if id(node) in seen:
        return
    seen.add(id(node))
    for name, value in node.items():
        if name != "<<":
            yield name
            continue
        merged = yaml.resolve(value)
        for part in merged.items if isinstance(merged, yaml.Sequence) else (value,):
            inner = yaml.resolve(part)
            if isinstance(inner, yaml.Mapping):
                yield from _names(inner, seen)


def _scalar(scalar: yaml.Scalar, raw: Raw) -> Value:
    """Text as slices. A number stays the text that was written: ``tag: 1.10`` is read as a number by YAML, but 1.10 is what was meant."""
    if scalar.is_literal:
        plain = scalar.value
        if plain is None or isinstance(plain, bool):
            return Known(plain)
    pieces: list[Value] = []
    first = 0
    for part in scalar.parts:
        if isinstance(part, Literal):
            pieces.append(Str((Slice(YamlText(raw.path, scalar, part, first), 0, len(part.text), part.text),)))
        else:
            pieces.append(_filled(part, scalar, raw))
        first += len(part.text)
    if not pieces:
        empty = Literal(scalar.content.end, scalar.content.end, "")
        return Str((Slice(YamlText(raw.path, scalar, empty, 0), 0, 0, ""),))
    return pieces[0] if len(pieces) == 1 else put_together(pieces)


def _filled(part: Interpolation, scalar: yaml.Scalar, raw: Raw) -> Value:
    if part.kind is not MarkKind.INTERPOLATION or raw.fill is None:
        return Unknown(Reason.COMPUTED, part.text)
    source = scalar.source.data[part.expr_start : part.expr_end].decode("utf-8", "replace")
    return raw.fill(part.start, part.expr_start, source)


class TextPaths:
    """Keys that lead to each scalar of a stream's first document, as readers see it: aliases and merge keys are followed."""

    def __init__(self, stream: yaml.YamlStream) -> None:
        self._paths: dict[int, list[Keys]] = {}
        self._ends: dict[int, int] = {}
        self.complete = True
        if stream.root is not None:
            self._walk(stream.root)
        self._starts = sorted(self._paths)

    def _walk(self, root: yaml.Node) -> None:
        waiting: list[tuple[yaml.Node, Keys]] = [(root, ())]
        for _ in range(_MOST):
            if not waiting:
                return
            node, keys = waiting.pop()
            if len(keys) > _DEEPEST:
                break
            found = yaml.resolve(node)
            if isinstance(found, yaml.Mapping):
                waiting += ((value, (*keys, n)) for n in dict.fromkeys(_names(found, set())) if (value := found.lookup(n)) is not None)
            elif isinstance(found, yaml.Sequence):
                waiting += ((item, (*keys, str(i))) for i, item in enumerate(found.items))
            elif isinstance(found, yaml.Scalar):
                self._paths.setdefault(found.content.start, []).append(keys)
                self._ends[found.content.start] = found.content.end
        self.complete = False

    def at(self, offset: int) -> list[Keys]:
        """The keys to the scalar that holds an offset; none where no scalar does."""
        at = bisect_right(self._starts, offset) - 1
        if at < 0 or offset > self._ends[self._starts[at]]:
            return []
        return self._paths[self._starts[at]]
