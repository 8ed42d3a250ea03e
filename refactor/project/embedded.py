"""YAML and JSON text as values: heredocs, files and template files whose scalars are literals that can be edited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refactor.edits import Edit, Span
from refactor.project.project import Project
from refactor.project.values import Known, List, Map, Raw, Slice, Str, Thunk, Unknown, Value
from refactor.reasons import Reason
from refactor.yaml import document as yaml
from refactor.yaml.edit import replace_in_scalar
from refactor.yaml.scalars import Interpolation, Literal
from refactor.yaml.template import MarkKind


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
        if self.scalar.aliases:
            return None
        edits = replace_in_scalar(self.scalar, self.first + start, self.first + end, text)
        return edits if isinstance(edits, list) else None


def decode(project: Project, raw: Raw) -> Value:
    """The first document of the text. Its nodes are read when asked for."""
    stream = project.embedded(raw.path, raw.span, template=raw.fill is not None)
    if isinstance(stream, Unknown):
        return stream
    root = stream.root
    return Known(None) if root is None else _value(root, raw)


def _value(node: yaml.Node, raw: Raw) -> Value:
    found = yaml.resolve(node)
    if isinstance(found, yaml.Mapping):
        return Map(_Entries(found, raw))
    if isinstance(found, yaml.Sequence):
        return List([_thunk(n, raw) for n in found.items])
    if isinstance(found, yaml.Scalar):
        return _scalar(found, raw)
    return Unknown(Reason.COMPUTED, "an alias without an anchor")


def _thunk(node: yaml.Node, raw: Raw) -> Thunk:
    return lambda: _value(node, raw)


class _Entries(Mapping[str, Thunk]):
    """Entries of a mapping, those that it merges in (``<<``) included."""

    def __init__(self, node: yaml.Mapping, raw: Raw) -> None:
        self._node = node
        self._raw = raw
        self._names = dict.fromkeys(_names(node, set()))

    def __getitem__(self, key: str) -> Thunk:
        if key not in self._names:
            raise KeyError(key)
        return lambda: self._read(key)

    def _read(self, key: str) -> Value:
        node = self._node.lookup(key)
        return Unknown(Reason.COMPUTED, "an alias without an anchor") if node is None else _value(node, self._raw)

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
    slices: list[Slice] = []
    first = 0
    for part in scalar.parts:
        if isinstance(part, Literal):
            slices.append(Slice(YamlText(raw.path, scalar, part, first), 0, len(part.text), part.text))
        else:
            value = _filled(part, scalar, raw)
            if not isinstance(value, Str):
                return value if isinstance(value, Unknown) else Unknown(Reason.COMPUTED, part.text)
            slices.extend(value.slices)
        first += len(part.text)
    if not slices:
        empty = Literal(scalar.content.end, scalar.content.end, "")
        slices.append(Slice(YamlText(raw.path, scalar, empty, 0), 0, 0, ""))
    return Str(tuple(slices))


def _filled(part: Interpolation, scalar: yaml.Scalar, raw: Raw) -> Value:
    if part.kind is not MarkKind.INTERPOLATION or raw.fill is None:
        return Unknown(Reason.COMPUTED, part.text)
    from refactor.project.evaluate import as_text

    source = scalar.source.data[part.expr_start : part.expr_end].decode("utf-8", "replace")
    return as_text(raw.fill(part.start, source))
