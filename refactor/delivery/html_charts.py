"""Figures of the HTML report, laid out in percent of their frames, so that text in them keeps its size whatever the width of the page."""

from __future__ import annotations

import math
import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from refactor.codemod import Severity
from refactor.delivery.coverage import Coverage, Subject, percentage
from refactor.delivery.history import Earlier
from refactor.delivery.landscape import Directory, Landscape
from refactor.delivery.treemap import Rectangle, squarified

WIDE, NARROW = (1100, 540), (340, 560)
"""Pixels of the map on a wide screen and on a phone, about: each has a layout of its own, so that fields are near to squares on both."""
_LETTER, _LINE = 7, 17  # pixels
_LETTERS = 5  # a label of which no more can be seen says nothing
_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """A directory of the map. ``level`` is from 0, where nothing is open, to 4."""

    directory: Directory
    x: str
    y: str
    width: str
    height: str
    label: str
    counts: Mapping[str, int]
    severity: str
    level: int
    has_label: bool
    has_count: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, in percent."""

    kind: str
    x: str
    width: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """A coverage over time, from ``since``: points of a polyline in a square of 100 by 100, the first and last share in percent."""

    subject: Subject
    points: str
    last_y: str
    first: int
    last: int
    since: datetime

    @property
    def difference(self) -> int:
        return self.last - self.first


def percent(value: float) -> str:
    """A number of percent with what precision a pixel needs."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def segments(found: Coverage) -> list[Segment]:
    """The bar of a coverage: fine, changed, open, left; what is none is left out."""
    counts = {"fine": found.fine, "changed": found.changed, "open": found.open, "left": found.left}
    total = sum(counts.values())
    result, at = [], 0.0
    for kind, count in counts.items():
        if count:
            width = 100 * count / total
            result.append(Segment(kind, percent(at), percent(width), count))
            at += width
    return result


def treemap(land: Landscape, open_by_directory: Mapping[str, Counter[str]], frame: tuple[int, int]) -> list[Cell]:
    """Directories by size, those of a stack together, coloured by their worst open findings, for a frame of so many pixels."""
    stacks: dict[str, list[Directory]] = {}
    for directory in land.directories:
        if directory.bytes:
            stacks.setdefault(directory.stack, []).append(directory)
    groups = list(stacks.values())
    frames = squarified([sum(d.bytes for d in group) for group in groups], Rectangle(0, 0, *frame))
    most = Counter[str]()
    for counts in open_by_directory.values():
        most |= counts
    return [
        _cell(directory, place, frame, open_by_directory.get(directory.path, Counter()), most)
        for group, own in zip(groups, frames, strict=True)
        for directory, place in zip(group, squarified([d.bytes for d in group], own), strict=True)
    ]


def _cell(directory: Directory, place: Rectangle, frame: tuple[int, int], counts: Counter[str], most: Mapping[str, int]) -> Cell:
    worst = next((s.value for s in reversed(Severity) if counts[s.value]), "")
    label = posixpath.basename(directory.path)
    return Cell(
        directory,
        percent(100 * place.x / frame[0]),
        percent(100 * place.y / frame[1]),
        percent(100 * place.width / frame[0]),
        percent(100 * place.height / frame[1]),
        label,
        {s.value: counts[s.value] for s in reversed(Severity) if counts[s.value]},
        worst,
        math.ceil(_LEVELS * math.sqrt(counts[worst] / most[worst])) if worst else 0,
        has_label=_fits(place, len(label), 1),
        has_count=_fits(place, len(label), 2),
    )


def _fits(place: Rectangle, letters: int, lines: int) -> bool:
    return place.width >= min(letters, _LETTERS) * _LETTER + 6 and place.height >= lines * _LINE + 2


def timeline(earlier: Sequence[Earlier], now: datetime, coverage: Mapping[Subject, Coverage]) -> list[Line]:
    """A line for each coverage of this run that an earlier report has too."""
    result = []
    for subject, own in coverage.items():
        points = [(e.when, share) for e in earlier if (share := e.coverage.get(subject, Coverage()).share) is not None]
        if own.share is not None and points:
            result.append(_line(subject, [*points, (now, own.share)]))
    return result


def _line(subject: Subject, points: Sequence[tuple[datetime, float]]) -> Line:
    begin, end = points[0][0], max(when for when, _ in points)
    whole = (end - begin).total_seconds()
    places = [(_along(i, len(points), (when - begin).total_seconds(), whole), 100 - 100 * share) for i, (when, share) in enumerate(points)]
    shown = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return Line(subject, shown, f"{places[-1][1]:.1f}%", percentage(points[0][1]), percentage(points[-1][1]), begin)


def _along(index: int, count: int, seconds: float, whole: float) -> float:
    return 100 * seconds / whole if whole > 0 else 100 * index / (count - 1)


def share(found: Coverage, after: bool = False) -> int | None:
    """In percent; ``after`` counts what the run changes as fine."""
    if not found.total:
        return None
    return percentage((found.fine + (found.changed if after else 0)) / found.total)


def by_severity(rows: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    """Counts of severities, by directory or whatever else comes first."""
    result: dict[str, Counter[str]] = {}
    for key, severity in rows:
        result.setdefault(key, Counter())[severity] += 1
    return result
