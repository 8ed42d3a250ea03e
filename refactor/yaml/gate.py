"""The second opinion: what changed between two texts, as read by parsers that share no code with the editor.

The editor trusts libyaml for where things are. Were libyaml, or our use of it, wrong about a place, it would be wrong about the result as
well, and a check by the same parser would agree with the mistake. So here PyYAML's scanner and parser in pure Python read both texts (and
the standard library's ``json`` those that are JSON), and every value is compared by its path over all documents. Aliases are not replaced
by what they stand for: the same aliases of the same anchors read the same values. Only the masking of template syntax is shared with the
editor; therefore each piece of it is compared as it is written, wherever it stands.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import yaml

from refactor.yaml import paths
from refactor.yaml.masking import Mask, masks
from refactor.yaml.template import MarkKind, Unparsable, find_marks

_CORE_TAG = "tag:yaml.org,2002:"
_BOM = b"\xef\xbb\xbf"
_MAX_DEPTH = 500  # PyYAML's scanner and our paths take time by the square of it; the editor reads less deep
_TABS = re.compile(rb"(?<=\S)[ \t]*\t[ \t]*")
_ESCAPE = re.compile(r"([$%])\1(?=\{)")


class Atom(NamedTuple):
    """A value as text, and what it is read as: ``str``, ``int``, ``float``, ``bool``, ``null``, ``timestamp``, a tag, ``template`` (text as
    written, with interpolations), ``alias``, ``anchor``, or an empty or tagged ``mapping`` or ``sequence``."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One path whose value is not the same; None is for a path that is not there.

    Paths are those of :mod:`refactor.yaml.paths`; ``&`` behind one is its anchor, ``%[n]`` template syntax outside of all scalars.
    """

    path: str
    old: Atom | None
    new: Atom | None


def difference(before: bytes, after: bytes, *, template: bool = False) -> list[Difference] | Unparsable:
    """Every value that differs between two YAML streams, in the order of the first and then of the second.

    Args:
        before, after: whole texts (a file, a heredoc's content).
        template: as for :func:`refactor.yaml.parse`.
    """
    if before == after:
        return []
    pair = _read_both_json(before, after, template) or _read_both_yaml(before, after, template)
    if isinstance(pair, Unparsable):
        return pair
    old, new = pair
    return [Difference(path, old.get(path), new.get(path)) for path in {**old, **new} if old.get(path) != new.get(path)]


_Values = dict[str, Atom]


# --- JSON


def _read_both_json(before: bytes, after: bytes, template: bool) -> tuple[_Values, _Values] | None:
    if template and (_has_syntax(before) or _has_syntax(after)):
        return None  # the standard library sees no difference between "${x}" and what prints that
    old = _read_json(before, template)
    new = _read_json(after, template) if old is not None else None
    return None if old is None or new is None else (old, new)


def _has_syntax(text: bytes) -> bool:
    """Whether template syntax but escapes stands in the text, or some that nothing closes."""
    marks = find_marks(text, 0, len(text))
    return isinstance(marks, Unparsable) or any(mark.kind is not MarkKind.ESCAPE for mark in marks)


def _read_json(text: bytes, template: bool) -> _Values | None:
    try:
        root: object = json.loads(
            text.removeprefix(_BOM),
            object_pairs_hook=lambda pairs: ("mapping", pairs),
            parse_int=lambda number: Atom(number, "int"),
            parse_float=lambda number: Atom(number, "float"),
            parse_constant=lambda number: Atom(number, "float"),
        )
    except (ValueError, RecursionError):
        return None
    values: _Values = {}
    waiting: list[tuple[str, object]] = [("", root)]
    while waiting:
        path, value = waiting.pop()
        children: list[tuple[str, object]] = []
        if isinstance(value, Atom):
            values[path] = value
        elif isinstance(value, str):
            values[path] = Atom(_unescaped(value, template), "str")
        elif isinstance(value, tuple):
            children = _repeated(path, value[1], template)
            if not children:
                values[path] = Atom("", "mapping")
        elif isinstance(value, list):
            children = [(paths.item_path(path, i), item) for i, item in enumerate(value)]
            if not children:
                values[path] = Atom("", "sequence")
        else:
            values[path] = _json_atom(value)
        waiting.extend(reversed(children))
    return values


def _json_atom(value: object) -> Atom:
    if isinstance(value, bool):
        return Atom("true" if value else "false", "bool")
    return Atom("null", "null")


def _unescaped(text: str, template: bool) -> str:
    return _ESCAPE.sub(r"\1", text) if template else text


def _repeated(path: str, pairs: list[tuple[str, object]], template: bool) -> list[tuple[str, object]]:
    seen: dict[str, int] = {}
    result = []
    for raw, value in pairs:
        key = _unescaped(raw, template)
        seen[key] = repeat = seen.get(key, 0) + 1
        result.append((paths.key_path(path, key, repeat), value))
    return result


# --- YAML


def _read_both_yaml(before: bytes, after: bytes, template: bool) -> tuple[_Values, _Values] | Unparsable:
    """Both texts under the first kind of mask with which both can be read."""
    failure: Unparsable | None = None
    before, after = before.removeprefix(_BOM), after.removeprefix(_BOM)
    old_masks, new_masks = _masks(before, template), _masks(after, template)
    if isinstance(old_masks, Unparsable):
        return old_masks
    if isinstance(new_masks, Unparsable):
        return new_masks
    for old_mask, new_mask in zip(old_masks, new_masks, strict=False):
        pair = _read_pair(before, old_mask, after, new_mask, template)
        if not isinstance(pair, Unparsable):
            return pair
        failure = failure or pair
    return failure or Unparsable("nothing to read", 0)


def _read_pair(before: bytes, old: Mask, after: bytes, new: Mask, template: bool) -> tuple[_Values, _Values] | Unparsable:
    """libyaml takes tabs between tokens, PyYAML's scanner does not: the second text gets the leniency that the first one needs."""
    failure: Unparsable | None = None
    for spaced in (_as_it_is, _inner_tabs_spaced, _tabs_spaced):
        if failure and b"\t" not in old.data:
            break
        values = _Reader(before, old, template).read(spaced(old.data))
        if not isinstance(values, Unparsable):
            others = _Reader(after, new, template).read(spaced(new.data))
            return others if isinstance(others, Unparsable) else (values, others)
        failure = failure or values
    return failure or Unparsable("nothing to read", 0)


def _as_it_is(masked: bytes) -> bytes:
    return masked


def _inner_tabs_spaced(masked: bytes) -> bytes:
    return _TABS.sub(lambda blanks: b" " * len(blanks[0]), masked)


def _tabs_spaced(masked: bytes) -> bytes:
    return masked.replace(b"\t", b" ")


def _masks(text: bytes, template: bool) -> Iterator[Mask] | Unparsable:
    return masks(text, 0, len(text)) if template else iter([Mask(text, [])])


@dataclass(slots=True)
class _Level:
    """A collection that is being read. ``key`` is the path for the next value of a mapping, None where a key comes next."""

    path: str
    is_mapping: bool
    seen: dict[str, int]
    count: int = 0
    complex_keys: int = 0
    key: str | None = None


def _complex_key(level: _Level) -> str:
    level.complex_keys += 1
    return paths.complex_key_path(level.path, level.complex_keys - 1)


def _resolved(event: yaml.ScalarEvent) -> str:
    """What a scalar without a tag is by YAML 1.1's rules, the strictest in use."""
    if not event.implicit[0]:
        return "str"
    for first in (event.value[:1], None):
        for tag, pattern in yaml.SafeLoader.yaml_implicit_resolvers.get(first, []):
            if pattern.match(event.value):
                return str(tag)
    return "str"


class _Reader:
    def __init__(self, text: bytes, mask: Mask, template: bool) -> None:
        self._template = template
        self._values: _Values = {}
        self._levels: list[_Level] = []
        self._documents = 0
        self._in_key = 0  # levels inside a key that is a collection
        self._marks: list[tuple[int, int, str]] = []  # in characters of the mask
        at = chars = 0
        for mark in mask.marks:
            if mark.kind is not MarkKind.ESCAPE:
                chars += len(mask.data[at : mark.start].decode())
                stop = chars + mark.end - mark.start
                self._marks.append((chars, stop, text[mark.start : mark.end].decode()))
                at, chars = mark.end, stop
        self._starts = [start for start, _, _ in self._marks]
        self._ends = [end for _, end, _ in self._marks]
        self._used: set[int] = set()
        self._text = ""

    def read(self, masked: bytes) -> _Values | Unparsable:
        try:
            self._text = masked.decode()
            for event in yaml.parse(self._text, Loader=yaml.SafeLoader):
                self._take(event)
                if len(self._levels) > _MAX_DEPTH:
                    return Unparsable(f"nested more than {_MAX_DEPTH} deep", 0)
        except UnicodeDecodeError as error:
            return Unparsable("not UTF-8", error.start)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            said = ", ".join(part for part in (error.context, error.problem) if part)
            return Unparsable(said, len(self._text[: mark.index].encode()) if mark else 0)
        except yaml.YAMLError:
            return Unparsable("a character that YAML does not allow", 0)
        outside = [raw for i, (_, _, raw) in enumerate(self._marks) if i not in self._used]
        self._values.update({f"%[{i}]": Atom(raw, "template") for i, raw in enumerate(outside)})
        return self._values

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._value(Atom(f"*{event.anchor}", "alias"), None)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        raw = self._raw(event)
        if raw is not None:
            atom = Atom(raw, "template" if event.tag is None else event.tag)
        else:
            text = _unescaped(event.value, self._template)
            tag = event.tag
            if tag is None or tag == "!":
                tag = _resolved(event)
            atom = Atom(text, tag.removeprefix(_CORE_TAG))
        self._value(atom, event.anchor)

    def _raw(self, event: yaml.ScalarEvent) -> str | None:
        """The scalar as it is written, if template syntax stands in it."""
        if event.start_mark is None or event.end_mark is None:
            return None
        at, end = event.start_mark.index, event.end_mark.index
        if event.style in ("|", ">"):  # what is blank behind the last line may be template syntax of its own
            end = at + len(self._text[at:end].rstrip())
        first, last = bisect_right(self._ends, at), bisect_left(self._starts, end)
        if first >= last:
            return None
        written = ""
        for i in range(first, last):
            start, stop, raw = self._marks[i]
            self._used.add(i)
            written += self._text[at:start] + raw
            at = stop
        return written + self._text[at:end]

    def _value(self, atom: Atom, anchor: str | None) -> None:
        """Take a scalar or an alias, which is a key or a value."""
        level = self._levels[-1] if self._levels else None
        if level is not None and level.is_mapping and level.key is None:
            level.count += 1
            if atom.kind == "alias":
                level.key = _complex_key(level)
                self._put(level.key + "?", atom, anchor)
            else:
                repeat = level.seen[atom.text] = level.seen.get(atom.text, 0) + 1
                level.key = paths.key_path(level.path, atom.text, repeat)
                if anchor:
                    self._values[level.key + "?&"] = Atom(anchor, "anchor")
            return
        self._put(self._next_path(), atom, anchor)

    def _put(self, path: str, atom: Atom, anchor: str | None) -> None:
        self._values[path] = atom
        if anchor:
            self._values[path + "&"] = Atom(anchor, "anchor")

    def _next_path(self) -> str:
        """Where the next value stands."""
        if not self._levels:
            self._documents += 1
            return paths.document_path(self._documents - 1)
        level = self._levels[-1]
        if level.is_mapping:
            path, level.key = level.key or level.path, None
            return path
        level.count += 1
        return paths.item_path(level.path, level.count - 1)

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        level = self._levels[-1] if self._levels else None
        if level is not None and level.is_mapping and level.key is None:  # a key that is a collection
            level.count += 1
            level.key = _complex_key(level)
            path = level.key + "?"
        else:
            path = self._next_path()
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        # For the time being: it goes again as soon as a value follows, unless it says more than that.
        self._put(path, Atom(event.tag or "", "mapping" if is_mapping else "sequence"), event.anchor)
        self._levels.append(_Level(path, is_mapping, {}))

    def _end(self) -> None:
        level = self._levels.pop()
        if level.count and not self._values[level.path].text:
            del self._values[level.path]
