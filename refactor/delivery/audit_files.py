"""Places of findings as an audit lists them: a file, its lines, and what stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from refactor.codemod import Finding
from refactor.delivery.markdown_text import code
from refactor.delivery.report import Read

_NAMES = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """A file, in Markdown: ``lines`` is ``line 12`` or ``lines 12, 40-48, 60 x3``; ``what`` says what stands there."""

    file: str
    lines: str
    what: str
    has_readers: bool = False


class Places:
    """The lines of findings; files are read once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._files: dict[str, bytes] = {}

    def listings(self, findings: Iterable[Finding]) -> Sequence[Listing]:
        """Files in the order of their paths. Each finding is in one of them; a line with several is followed by their number."""
        files: dict[str, list[Finding]] = {}
        for finding in findings:
            files.setdefault(finding.place.path, []).append(finding)
        return [self._listing(path, found) for path, found in sorted(files.items())]

    def _listing(self, path: str, found: Sequence[Finding]) -> Listing:
        counts = Counter((f.place.line, self._last_line(f)) for f in found)
        shown = [_lines(*lines) + (f" x{count}" if count > 1 else "") for lines, count in sorted(counts.items())]
        word = "line" if len(counts) == 1 and all(first == last for first, last in counts) else "lines"
        ordered = sorted(found, key=lambda f: (f.place.line, f.place.column, f.address))
        names = list(dict.fromkeys(f.address.partition(" / ")[0] for f in ordered if f.address != path))
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        return Listing(code(path), f"{word} {', '.join(shown)}", ", ".join(map(code, names[:_NAMES])) + more, len(found) > len(counts))

    def _last_line(self, finding: Finding) -> int:
        place = finding.place
        if place.path not in self._files:
            self._files[place.path] = self._read(place.path) or b""
        return place.line + self._files[place.path][place.start : place.end].rstrip().count(b"\n")


def _lines(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
