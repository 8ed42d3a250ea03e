"""All images of a project, with what an edit of each has to know: its literal, who else reads that, and what Terraform ignores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from refactor.codemod import Place
from refactor.images.ignored import Entry, entries
from refactor.images.pinning import Image, Refusal, image_of, target
from refactor.images.reading import Reading
from refactor.images.sites import ImageFinder, Site
from refactor.project.project import Project
from refactor.project.readers import Readers
from refactor.project.values import Slice, Unknown

Literal = tuple[str, int, int]
"""Path and bytes of a literal."""


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """One reading of one site. ``literal`` is where tag and digest go; ``exact`` and ``broad`` are the entries of ``ignore_changes`` that
    name just this image, or more than it."""

    site: Site
    reading: Reading
    image: Image | Refusal | Unknown
    literal: Slice | Refusal | None
    exact: tuple[Entry, ...] = ()
    broad: tuple[Entry, ...] = ()

    @property
    def address(self) -> str:
        return self.reading.where.address

    @property
    def text(self) -> str | None:
        return self.image.value.text if isinstance(self.image, Image) else None


class Survey:
    """``items`` are in the order of the files."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.items: list[Surveyed] = []
        for site in ImageFinder(project).sites():
            ignored = entries(site.resource)
            self.items += (self._item(site, reading, ignored) for reading in site.readings)

    @staticmethod
    def _item(site: Site, reading: Reading, ignored: list[Entry]) -> Surveyed:
        image = reading.value if isinstance(reading.value, Unknown) else image_of(reading, reading.value)
        literal = target(image) if isinstance(image, Image) else None
        covering = [e for e in ignored if e.covers(reading.where.ignored)]
        exact = tuple(e for e in covering if e.listed is not None and e.is_exactly(reading.where.ignored) and len(e.path) > 0)
        broad = tuple(e for e in covering if e not in exact)
        if reading.where.ignored[-1:] not in (("image",), ("name",)):  # a value inside a manifest or a chart: the entry covers more
            exact, broad = (), (*exact, *broad)
        return Surveyed(site, reading, image, literal, exact, broad)

    def place(self, item: Surveyed) -> Place:
        """Where the literal stands that decides the image, else where the image is read."""
        path, (start, end) = item.reading.where.path, item.reading.where.span
        if isinstance(item.literal, Slice):
            path, (start, end) = item.literal.source.path, item.literal.source.span
        return self.place_at(path, start, end)

    def place_at(self, path: str, start: int, end: int) -> Place:
        lines = self.project.lines(path)
        return Place(path, start, end, lines.line(start), lines.column(start))

    def selected(self, item: Surveyed) -> bool:
        """Whether the user asked about the place where the image is read, or about its literal."""
        return self.project.selected(item.reading.where.path) or self.project.selected(self.place(item).path)

    @cached_property
    def _users(self) -> dict[Literal, list[Surveyed]]:
        result: dict[Literal, list[Surveyed]] = {}
        for item in self.items:
            if isinstance(item.image, Image):
                for key in {_literal(s) for s in item.image.value.slices if s.source.path}:
                    result.setdefault(key, []).append(item)
        return result

    def users(self, literal: Slice) -> list[Surveyed]:
        """Every image that the literal is a part of."""
        return self._users.get(_literal(literal), [])

    @cached_property
    def _readers(self) -> Readers:
        visited = {
            carrier.at
            for item in self.items
            if isinstance(item.image, Image)
            for piece in item.image.value.slices
            for carrier in piece.carriers
        }
        return Readers(self.project, visited)

    def other_reader(self, literal: Slice) -> str | None:
        """Place of something that reads the literal and is no image."""
        return self._readers.other(literal)

    def ignoring(self) -> Iterator[tuple[Surveyed, ...]]:
        """Images whose changes Terraform ignores by name, one group for each ``ignore_changes``."""
        groups: dict[tuple[str, int], list[Surveyed]] = {}
        for item in self.items:
            if item.exact:
                attribute = item.exact[0].attribute
                groups.setdefault((attribute.body.document.path, attribute.span.start), []).append(item)
        return (tuple(group) for group in groups.values())


def _literal(piece: Slice) -> Literal:
    return piece.source.path, *piece.source.span
