"""A changeset as a patch in git's format, which ``git apply`` takes byte for byte.

The lines of a hunk come from the known spans of the edits, so the cost follows the edits and not the square of a file's length. Paths
are quoted, files without a final newline marked, and hunks headed as git does it (git-diff(1), "Generating patch text with -p").
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from refactor.changeset import FileChange
from refactor.edits import Edit, images

CONTEXT = 3
_HEADING_BYTES = 80
_NO_NEWLINE = b"\n\\ No newline at end of file\n"
_ESCAPES = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}

ModeOf = Callable[[str], int]
"""Path to the file's mode in git's sense: 0o100644 or 0o100755."""


@dataclass(frozen=True, slots=True)
class Change:
    """Consecutive lines ``old`` that become ``new``. ``before`` and ``after`` count the lines above, in either version."""

    before: int
    after: int
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changes with the lines around them. Each line is unchanged text (bytes, line end included) or a :class:`Change`.

    ``before`` and ``after`` are the numbers of lines above the hunk; ``heading`` is the last line above that starts a block.
    """

    before: int
    after: int
    heading: bytes
    lines: tuple[bytes | Change, ...]

    @property
    def header(self) -> bytes:
        kept = sum(isinstance(line, bytes) for line in self.lines)
        changes = [line for line in self.lines if isinstance(line, Change)]
        old = _extent(self.before, kept + sum(len(change.old) for change in changes))
        new = _extent(self.after, kept + sum(len(change.new) for change in changes))
        return b"@@ -%s +%s @@" % (old, new) + (b" " + self.heading if self.heading else b"") + b"\n"


def unified(changes: Iterable[FileChange], mode_of: ModeOf = lambda _: 0o100644) -> bytes:
    """The patch of all files. ``mode_of`` answers for the files as they are now."""
    parts: list[bytes] = []
    for change in changes:
        found = hunks(change)
        parts.append(header(change, found, mode_of))
        for hunk in found:
            parts.append(hunk.header)
            for line in hunk.lines:
                if isinstance(line, bytes):
                    parts.append(_marked(b" ", line))
                else:
                    parts += [_marked(b"-", old) for old in line.old]
                    parts += [_marked(b"+", new) for new in line.new]
    return b"".join(parts)


def header(change: FileChange, found: Sequence[Hunk], mode_of: ModeOf = lambda _: 0o100644) -> bytes:
    """The lines above a file's hunks."""
    source = change.moved_from or change.path
    old, new = quoted("a/" + source), quoted("b/" + change.path)
    mode = b"%o" % (mode_of(source) if change.before is not None else 0o100644)
    lines = [b"diff --git %s %s" % (old, new)]
    index = b"index %s..%s" % (_blob(change.before), _blob(change.after))
    if change.before is None:
        lines += [b"new file mode " + mode, index]
    elif change.after is None:
        lines += [b"deleted file mode " + mode, index]
    elif change.moved_from is not None:
        lines.append(b"similarity index %d%%" % _similarity(change, found))
        lines += [b"rename from " + quoted(source), b"rename to " + quoted(change.path)]
    if change.before is not None and change.after is not None and found:
        lines.append(index + b" " + mode)
    if found:
        lines.append(b"--- " + (b"/dev/null" if change.before is None else _named(old)))
        lines.append(b"+++ " + (b"/dev/null" if change.after is None else _named(new)))
    return b"\n".join(lines) + b"\n"


def hunks(change: FileChange, context: int = CONTEXT) -> list[Hunk]:
    """The hunks of one file, in order. No hunks: the content is the same, or there is none."""
    lines = _lines(change.before or b"")
    groups: list[list[Change]] = []
    for one in _changes(change, lines):
        last = groups[-1][-1] if groups else None
        if last is None or one.before - (last.before + len(last.old)) > 2 * context:
            groups.append([one])
        else:
            groups[-1].append(one)
    result: list[Hunk] = []
    heading, searched = b"", 0
    for group in groups:
        start = max(group[0].before - context, 0)
        heading = _heading(lines, searched, start) or heading
        searched = start
        body: list[bytes | Change] = []
        at = start
        for one in group:
            body += [*lines[at : one.before], one]
            at = one.before + len(one.old)
        body += lines[at : at + context]
        result.append(Hunk(start, group[0].after - (group[0].before - start), heading, tuple(body)))
    return result


def quoted(path: str) -> bytes:
    """A path as git prints it: in double quotes if it holds a control character, a quote, a backslash or a byte above 127."""
    raw = path.encode("utf-8", "surrogateescape")
    result = b"".join(_ESCAPES.get(byte) or (b"%c" % byte if 32 <= byte < 127 else b"\\%03o" % byte) for byte in raw)
    return raw if result == raw else b'"%s"' % result


def _changes(change: FileChange, lines: Sequence[bytes]) -> Iterator[Change]:
    """What changed, by whole lines, in order and apart from each other."""
    before, after = change.before or b"", change.after or b""
    at = line = delta = 0
    for start, end, new_start, new_end in _blocks(before, after, change.edits()):
        line += before.count(b"\n", at, start)
        new = _lines(after[new_start:new_end])
        last = line + before.count(b"\n", start, end) + (end == len(before) and not before.endswith(b"\n") and end > start)
        old = lines[line:last]
        for low, high, new_low, new_high in _different(old, new):
            yield Change(line + low, line + delta + new_low, tuple(old[low:high]), tuple(new[new_low:new_high]))
        at, delta = start, delta + len(new) - len(old)


def _blocks(before: bytes, after: bytes, edits: Sequence[Edit]) -> list[tuple[int, int, int, int]]:
    """The edits' spans in ``before`` and in ``after``, widened to whole lines; those that meet are one."""
    result: list[tuple[int, int, int, int]] = []
    for edit, image in zip(edits, images(edits), strict=True):
        start = before.rfind(b"\n", 0, edit.start) + 1
        new_start = image.start - (edit.start - start)
        end = edit.end
        if not (_starts_line(before, end) and _starts_line(after, image.end)):
            end = before.find(b"\n", end) + 1 or len(before)
        if result and start <= result[-1][1]:
            start, last, new_start, _ = result.pop()
            end = max(end, last)
        result.append((start, end, new_start, image.end + (end - edit.end)))
    return result


def _starts_line(data: bytes, offset: int) -> bool:
    return offset == 0 or data[offset - 1 : offset] == b"\n"


def _different(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[tuple[int, int, int, int]]:
    """Ranges of lines of ``old`` and ``new`` that differ."""
    end, new_end = len(old), len(new)
    start = 0  # from above first: what is put in stands below its neighbour, so a new block is shown as one, from its head to its bracket
    while start < min(end, new_end) and old[start] == new[start]:
        start += 1
    while end > start and new_end > start and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    left, right = old[start:end], new[start:new_end]
    if set(left).isdisjoint(right):
        if left or right:
            yield start, end, start, new_end
        return
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=len(left) * len(right) > 1_000_000).get_opcodes():
        if tag != "equal":
            yield start + a, start + b, start + c, start + d


def _heading(lines: Sequence[bytes], low: int, high: int) -> bytes:
    """The last line in the range that starts with a letter, ``_`` or ``$``, cut as git cuts it."""
    for line in reversed(lines[low:high]):
        if line[:1].isalpha() or line[:1] in (b"_", b"$"):
            return line[:_HEADING_BYTES].rstrip()
    return b""


def _lines(data: bytes) -> list[bytes]:
    """Lines with their ends. Only ``\\n`` ends a line, as in git."""
    parts = data.split(b"\n")
    last = parts.pop()
    lines = [part + b"\n" for part in parts]
    return [*lines, last] if last else lines


def _extent(above: int, count: int) -> bytes:
    """A range of a hunk's header: an empty one names the line above it, and a count of one is left out."""
    start = above if count == 0 else above + 1
    return b"%d" % start if count == 1 else b"%d,%d" % (start, count)


def _marked(tag: bytes, line: bytes) -> bytes:
    return tag + line if line.endswith(b"\n") else tag + line + _NO_NEWLINE


def _named(label: bytes) -> bytes:
    """A file name of ``---`` and ``+++``: git ends one that holds a space with a tab, so that no date is looked for."""
    return label + b"\t" if b" " in label else label


def _blob(data: bytes | None) -> bytes:
    """The abbreviated name of a blob, which lets ``git apply --3way`` find it."""
    if data is None:
        return b"0000000"
    return hashlib.sha1(b"blob %d\0%s" % (len(data), data), usedforsecurity=False).hexdigest()[:7].encode()


def _similarity(change: FileChange, found: Sequence[Hunk]) -> int:
    """How much of the larger version is the other's, in percent; 100 only if they are equal."""
    if not found:
        return 100
    removed = sum(len(line) for hunk in found for one in hunk.lines if isinstance(one, Change) for line in one.old)
    before, after = len(change.before or b""), len(change.after or b"")
    return min(99, 100 * (before - removed) // max(before, after, 1))
