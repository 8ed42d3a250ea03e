"""All images of a project, with what an edit of each has to know: its literal, who else reads that, and what Terraform ignores."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from refactor.codemod import Place
from refactor.hcl.lifecycle import Entry, entries
from refactor.images.declared import Addresses
from refactor.images.pinning import Image, Refusal, image_of, target
from refactor.images.reading import Reading, Where
from refactor.images.sites import ImageFinder, Site
from refactor.project.kinds import Kind
from refactor.project.modules import is_demonstration
from refactor.project.project import Project
from refactor.project.values import Keys, Slice, Unknown
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project.flow import Flow

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
    def digest_literal(self) -> Slice | Refusal | None:
        """Where a digest goes: behind the tag, or in a chart's own value for it; None where a chart has none."""
        parts = self.reading.parts
        if parts is None or (isinstance(self.image, Image) and self.image.digest is not None and parts.digest is None):
            return self.literal
        if parts.digest is None:
            return None
        slices = parts.digest.slices
        return slices[0] if len(slices) == 1 else Refusal(Reason.SPLIT_LITERAL, "the chart's digest is put together from several values")

    def reads_alike(self, other: Surveyed) -> bool:
        """Whether another image has the same characters of the same literal as its tag (or its end, where there is no tag)."""
        if not isinstance(self.image, Image) or not isinstance(other.image, Image):
            return False
        one, two = self.literal, other.literal
        if not isinstance(one, Slice) or not isinstance(two, Slice) or (self.reading.parts is None) != (other.reading.parts is None):
            return False
        return one.place == two.place and self.image.within(one) == other.image.within(two)

    @property
    def text(self) -> str | None:
        return self.image.value.text if isinstance(self.image, Image) else None


class Survey:
    """``items`` are in the order of the files."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.items: list[Surveyed] = []
        self._finder = ImageFinder(project)
        self.addresses = Addresses(project)
        self._others: dict[Literal, str | None] = {}
        for site in self._finder.sites():
            # an override's ignore_changes replaces the resource's own
            ignored = (entries(site.override) if site.override is not None else []) or entries(site.resource)
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

    def in_json(self) -> Iterator[tuple[Where, str]]:
        """Images in Terraform's JSON files, which are only reported."""
        if Kind.TERRAFORM_JSON not in self.project.workspace.files.values():
            return iter(())
        from refactor.images.json_files import json_images

        return json_images(self.project)

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
            for key in {_literal(s) for s in item.reading.slices if s.source.path}:
                result.setdefault(key, []).append(item)
        return result

    def users(self, literal: Slice) -> list[Surveyed]:
        """Every image that the literal is a part of, those that are not known as a whole included."""
        return self._users.get(_literal(literal), [])

    @cached_property
    def _flow(self) -> Flow:
        from refactor.project.flow import Flow

        ends: dict[tuple[str, int], set[Keys]] = {}
        for item in self.items:
            for piece in item.reading.slices:
                if piece.via is not None:
                    ends.setdefault((piece.via.path, piece.via.offset), set()).add(piece.via.keys)
        return Flow(self._finder.evaluator, ends)

    def is_named_by_callers(self, image: Image, literal: Slice) -> bool:
        """Whether the literal stands in a module, and (a part of) the image's name where that module is called, or in another variable of a
        module that is there for others to call: any other call may name another image."""
        directory = posixpath.dirname(literal.source.path)
        callers = self._callers(directory)
        published = bool(callers) and all(is_demonstration(c) for c in callers)
        at = 0
        for piece in image.value.slices:
            path = piece.source.path
            if at < image.name_end and path and posixpath.dirname(path) in callers:
                return True
            apart = at < image.name_end and published and path and _literal(piece) != _literal(literal)
            if apart and self.addresses.at(path, piece.source.span).startswith("var."):
                return True
            at += len(piece.text)
        return False

    def _callers(self, directory: str) -> frozenset[str]:
        """Directories from which a module is applied, directly or through others; not its own."""
        found: set[str] = set()
        waiting = [directory]
        while waiting:
            current = waiting.pop()
            above = {module.directory for module, _ in self.project.callers(current)}
            above |= {i.module.directory for i in self.project.terragrunt(current) if i.module is not None}
            waiting += above - found
            found |= above
        return frozenset(found - {directory})

    def other_reader(self, literal: Slice) -> str | None:
        """Place of something that reads the literal and is no image."""
        key = _literal(literal)
        if key not in self._others:
            from refactor.project.printing import Stranger

            direct = any(s.via is None for u in self.users(literal) for s in u.reading.slices if _literal(s) == key)
            try:
                self._flow.check(literal.source, direct=direct)
                self._others[key] = None
            except Stranger as other:
                self._others[key] = f"{other.path}:{self.project.lines(other.path).line(other.offset)}"
        return self._others[key]

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
