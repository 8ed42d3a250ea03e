"""Keys of mappings: set one, add one as its neighbours are written, remove one.

A new key goes behind the last entry, or behind a named one, with the indentation and the line break of the
mapping; in a flow mapping (JSON too) it goes on its own line where the entries before it do. Comments stay
with the lines that they are on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from refactor.edits import Edit, Span
from refactor.yaml.document import CollectionStyle, Entry, Mapping, Node, Scalar, Sequence
from refactor.yaml.edit import CannotEdit, set_scalar, write_at
from refactor.yaml.scalars import Style
from refactor.yaml.source import Source
from refactor.yaml.writing import write_flow, write_json

_PREFIX = re.compile(rb"(?:[ ]*-[ ]+)*[ ]*\Z")
_GAP = re.compile(rb"(?:[ \t\r\n]+|#[^\n]*)*")
_FAR = 65536
_REST = re.compile(rb"[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)")


def set_key(mapping: Mapping, key: str, text: str, *, as_string: bool = True, after: str | None = None) -> list[Edit] | CannotEdit:
    """Set ``key`` to the scalar ``text``; add it if the mapping hasn't got it.

    Args:
        as_string: the value is a string; otherwise ``1.25`` and ``true`` are written without quotes, as a
            number and a boolean. after: the key behind which a new one goes, by default the last.
    """
    if key in mapping.duplicates:
        return CannotEdit("the key occurs more than once")
    entry = mapping.entry(key)
    if entry is not None:
        if not isinstance(entry.value, Scalar):
            return CannotEdit("the key's value is not a scalar")
        return set_scalar(entry.value, text, as_string=as_string)
    if _is_pair(mapping):
        return CannotEdit("it is a pair in a list, which has one key only")
    if not mapping.entries:
        return _add_first(mapping, key, text, as_string)
    sibling = mapping.entry(after) if after is not None else _last_entry(mapping)
    if sibling is None:
        return CannotEdit("there is no entry behind which it could go")
    add = _add_in_flow if mapping.style is CollectionStyle.FLOW else _add_in_block
    return add(mapping, sibling, _write_entry(mapping, key, text, as_string))


def _is_pair(mapping: Mapping) -> bool:
    """``[key: value]`` holds a mapping without braces."""
    start = mapping.span.start - mapping.source.start
    if mapping.style is CollectionStyle.BLOCK or not mapping.entries:
        return False
    return mapping.entries[0].key.span.start == mapping.span.start or mapping.source.masked[start : start + 1] == b"?"


def _last_entry(mapping: Mapping) -> Entry | None:
    """The last entry that is in as many conditionals and loops of the template as the mapping itself."""
    source = mapping.source
    level = _level(mapping)
    for entry in reversed(mapping.entries):
        if source.nesting(entry.key.span.start) == source.nesting(_line_end(source, entry.value.span.end)) == level:
            return entry
    return None


def _level(mapping: Mapping) -> int:
    """In how many conditionals and loops of the template a mapping is as a whole: its first entry may be in
    one more.
    """
    source = mapping.source
    if mapping.style is CollectionStyle.FLOW:
        return source.nesting(mapping.span.start)
    return source.nesting(mapping.span.start - len(_blanks_before(source, mapping.span.start)))


def _blanks_before(source: Source, at: int) -> bytes:
    local = at - source.start
    before = source.masked[max(0, local - _FAR) : local]
    return before[len(before.rstrip(b" \t\r\n")) :]


def _write_entry(mapping: Mapping, key: str, text: str, as_string: bool) -> str:
    flow = mapping.style is CollectionStyle.FLOW
    quoted = [e.key.style is Style.DOUBLE for e in mapping.entries if isinstance(e.key, Scalar)]
    if flow and (all(quoted) if quoted else mapping.source.is_json):
        return f"{write_json(key, as_string=True)}: {write_json(text, as_string=as_string)}"
    style = Style.DOUBLE if quoted and all(quoted) else Style.PLAIN
    return f"{write_flow(key, style, flow=flow, as_string=True)}: {write_flow(text, Style.PLAIN, flow=flow, as_string=as_string)}"


def _add_first(mapping: Mapping, key: str, text: str, as_string: bool) -> list[Edit] | CannotEdit:
    source = mapping.source
    close = mapping.span.end - 1
    if b"#" in source.masked[mapping.span.start - source.start : close - source.start]:
        return CannotEdit("there is a comment in the empty mapping")
    inside = Span(close - len(_blanks_before(source, close)), close)
    return write_at(source, inside, _write_entry(mapping, key, text, as_string))


# --- block mappings


def _add_in_block(mapping: Mapping, sibling: Entry, written: str) -> list[Edit] | CannotEdit:
    source = mapping.source
    indent = _indentation(source, mapping, sibling)
    if indent is None:
        return CannotEdit("the mapping's indentation is not clear")
    at = _line_end(source, sibling.value.span.end)
    if source.nesting(at) != _level(mapping):
        return CannotEdit("the place is inside a conditional or a loop of the template")
    if source.is_filled(at, column=len(indent) + 1):
        return CannotEdit("an interpolation below may belong to the entry before")
    if at == source.end and _ends_in_block_scalar(sibling.value):
        return CannotEdit("the block scalar before it would get a line break at its end")
    return write_at(source, Span(at, at), f"{source.newline_at(at)}{indent}{written}")


def _line_end(source: Source, at: int) -> int:
    """Where the line of ``at`` ends, before its line break."""
    feed = source.data.find(b"\n", at, source.end)
    end = source.end if feed == -1 else feed
    return end - 1 if end > at and source.data[end - 1] == 13 and feed != -1 else end


def _ends_in_block_scalar(node: Node) -> bool:
    while isinstance(node, Mapping | Sequence) and node.style is CollectionStyle.BLOCK:
        node = node.entries[-1].value if isinstance(node, Mapping) else node.items[-1]
    return isinstance(node, Scalar) and node.style.is_block


def _indentation(source: Source, mapping: Mapping, sibling: Entry) -> str | None:
    """The mapping's indentation, from an entry that is first on its line, or stands behind dashes only."""
    widths = []
    for entry in (sibling, *mapping.entries[:2]):
        prefix = _line_prefix(source, entry.key.span.start)
        if _PREFIX.match(prefix):
            widths.append(len(prefix))
    return " " * widths[0] if widths else None


def _line_prefix(source: Source, at: int) -> bytes:
    local = at - source.start
    masked = source.masked
    start = max(masked.rfind(b"\n", 0, local), masked.rfind(b"\r", 0, local)) + 1
    return masked[start:local]


# --- flow mappings


@dataclass(frozen=True, slots=True)
class _Behind:
    """What follows an entry: the offset behind its comma (or None), and where its line ends if only a comment
    follows there.
    """

    comma: int | None
    line_end: int | None


def _behind(source: Source, at: int) -> _Behind:
    masked, local = source.masked, at - source.start
    gap = _GAP.match(masked, local)
    stop = gap.end() if gap else local
    comma = stop + 1 if masked[stop : stop + 1] == b"," else None
    rest = _REST.match(masked, comma or local)
    if comma is not None and b"\n" in masked[local:stop]:
        rest = None  # commas at the starts of lines
    return _Behind(None if comma is None else comma + source.start, rest.end() + source.start if rest else None)


def _add_in_flow(mapping: Mapping, sibling: Entry, written: str) -> list[Edit] | CannotEdit:
    source = mapping.source
    value_end = sibling.value.span.end
    if source.nesting(value_end) != _level(mapping):
        return CannotEdit("the place is inside a conditional or a loop of the template")
    prefix = _line_prefix(source, sibling.key.span.start)
    if prefix.strip(b" \t"):
        return write_at(source, Span(value_end, value_end), f", {written}")
    newline = source.newline_at(sibling.key.span.start)
    lead = newline + prefix.decode()
    behind = _behind(source, value_end)
    if behind.line_end is None:
        return write_at(source, Span(value_end, value_end), f",{lead}{written}")
    is_last = sibling is mapping.entries[-1]
    line = write_at(source, Span(behind.line_end, behind.line_end), f"{lead}{written}{'' if is_last and behind.comma is None else ','}")
    if isinstance(line, CannotEdit) or behind.comma is not None:
        return line
    return [Edit(value_end, value_end, b","), *line]


# --- removal


def remove_key(mapping: Mapping, key: str) -> list[Edit] | CannotEdit:
    """Remove an entry. The last one of a mapping leaves ``{}``; comments on lines of their own stay."""
    if key in mapping.duplicates:
        return CannotEdit("the key occurs more than once")
    entry = mapping.entry(key)
    if entry is None:
        return []
    if _is_pair(mapping):
        return CannotEdit("it is a pair in a list, which has one key only")
    if _holds_read_anchor(entry.key) or _holds_read_anchor(entry.value):
        return CannotEdit("an alias elsewhere reads the value")
    at = mapping.entries.index(entry)
    span = Span(entry.key.span.start, entry.value.span.end)
    source = mapping.source
    if not source.is_whole(*span):
        return CannotEdit("the entry starts or ends a conditional or a loop of the template")
    remove = _remove_in_flow if mapping.style is CollectionStyle.FLOW else _remove_in_block
    return remove(mapping, at, span)


def _holds_read_anchor(node: Node) -> bool:
    waiting: list[Node] = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            waiting.extend(n for entry in node.entries for n in (entry.key, entry.value))
        elif isinstance(node, Sequence):
            waiting.extend(node.items)
        if isinstance(node, Scalar | Mapping | Sequence) and node.anchor and node.source.reads(node.anchor, node.span):
            return True
    return False


def _remove_in_block(mapping: Mapping, at: int, span: Span) -> list[Edit] | CannotEdit:
    source = mapping.source
    data = source.data
    prefix = _line_prefix(source, span.start)
    if _PREFIX.match(prefix) is None:
        return CannotEdit("the entry does not start its line")
    if len(mapping.entries) == 1:
        blanks = _blanks_before(source, span.start)
        key_end = span.start - len(blanks)
        behind_key = data[key_end - 1 : key_end] == b":" and b"#" not in _line_prefix(source, key_end)
        behind_key = behind_key and not source.marks_in(key_end, span.start)
        return [Edit(key_end, span.end, b" {}") if behind_key else Edit(*span, b"{}")]
    if b"-" in prefix:  # the dash stays, and the next entry moves up to it
        following = mapping.entries[at + 1].key.span.start if at + 1 < len(mapping.entries) else None
        if following is None or source.nesting(following) != source.nesting(span.start):
            return CannotEdit("the entry starts an item of a list")
        between = data[span.end : following]
        if b"#" in between:
            line_end = _line_end(source, span.end)
            stop = line_end + len(data[line_end:following]) - len(data[line_end:following].lstrip(b" \r\n"))
            return [Edit(span.start, stop, b"")]
        return [Edit(span.start, following, b"")]
    start = span.start - len(prefix)
    stop = _line_end(source, span.end)
    feed = data.find(b"\n", stop, source.end)
    if feed != -1:
        return [Edit(start, feed + 1, b"")]
    if at and not _ends_in_block_scalar(mapping.entries[at - 1].value):  # it is the last line, and has no break
        start -= 2 if data[start - 2 : start] == b"\r\n" else 1
    return [Edit(start, stop, b"")]


def _is_explicit(source: Source, key: int) -> bool:
    """``{? key: value}``: in a flow mapping, only the indicator can stand before a key like that."""
    at = key - len(_blanks_before(source, key)) - source.start
    return source.masked[at - 1 : at] == b"?"


def _remove_in_flow(mapping: Mapping, at: int, span: Span) -> list[Edit] | CannotEdit:
    source = mapping.source
    entries = mapping.entries
    if any(_is_explicit(source, entry.key.span.start) for entry in entries[at : at + 2]):
        return CannotEdit("the key has a question mark before it")
    if at + 1 < len(entries):
        following = entries[at + 1].key.span.start
        if b"#" in source.masked[span.end - source.start : following - source.start]:
            comma = _behind(source, span.end).comma
            return CannotEdit("there is no comma behind the entry") if comma is None else [Edit(span.start, comma, b"")]
        return [Edit(span.start, following, b"")]
    if at == 0:
        stop = _behind(source, span.end).comma or span.end
        blanks = _blanks_before(source, span.start)
        if source.masked[stop - source.start : mapping.span.end - 1 - source.start].strip(b" \t\r\n"):
            return [Edit(span.start, stop, b"")]
        return [Edit(span.start - len(blanks), mapping.span.end - 1, b"")]
    previous = entries[at - 1].value.span.end
    between = source.masked[previous - source.start : span.start - source.start]
    if b"#" not in between:
        return [Edit(previous, span.end, b"")]
    comma = _behind(source, previous).comma
    if comma is None:
        return CannotEdit("there is no comma before the entry")
    trailing = _behind(source, span.end).comma
    if trailing is not None:
        return [Edit(span.start, trailing, b"")]
    return [Edit(comma - 1, comma, b""), Edit(span.start, span.end, b"")]
