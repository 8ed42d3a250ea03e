"""Where in the literals of an image a tag and a digest go, and the edits that put them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from refactor.edits import Edit
from refactor.images.reading import Reading
from refactor.project.values import Slice, Str
from refactor.reasons import Reason
from refactor.registry.reference import InvalidReference, Reference


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an edit cannot be made."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Image:
    """A reading whose text is a reference, taken apart. Offsets are characters of the text.

    ``name_end`` is where the repository ends; ``tag`` and ``digest`` are the ranges of what follows ``:`` and ``@``, or None.
    """

    reading: Reading
    value: Str
    reference: Reference
    name_end: int
    tag: tuple[int, int] | None
    digest: tuple[int, int] | None

    def within(self, piece: Slice) -> tuple[int, int]:
        """The tag (or where it would go) as characters of a slice."""
        at = _start(self.value, piece)
        first, last = self.tag or (self.name_end, self.name_end)
        return first - at, last - at


def image_of(reading: Reading, value: Str) -> Image | Refusal:
    """The parts of a reading's reference."""
    text = value.text
    try:
        reference = Reference.parse(text)
    except InvalidReference as error:
        return Refusal(Reason.NOT_A_REFERENCE, str(error))
    end = len(text)
    digest: tuple[int, int] | None = None
    if reference.digest is not None:
        at = text.index("@")
        digest, end = (at + 1, end), at
    tag: tuple[int, int] | None = None
    if reference.tag is not None:
        tag = (end - len(reference.tag), end)
        end = tag[0] - 1
    return Image(reading, value, reference, end, tag, digest)


_UNWRITABLE = "the way in which the value is written cannot hold the new one"

Placed: TypeAlias = tuple[Slice, Sequence[Edit]]
"""Edits with the literal that they change: a chart's tag and digest stand in two."""


def target(image: Image) -> Slice | Refusal:
    """The one literal in which the tag stands whole (or, without a tag, the name ends)."""
    parts = image.reading.parts
    start, end = image.tag or (image.name_end, image.name_end)
    at = 0
    made = False  # the tag is a number or a key, which is text nowhere
    for piece in image.value.slices:
        stop = at + len(piece.text)
        holds = at <= start and end <= stop and (at < stop) and (start < stop or start == end == stop)
        if holds and piece.source.path:
            if image.tag is None and parts is not None:
                return Refusal(Reason.CHART_DECIDES, "no tag is set: the chart's own default counts")
            return piece
        made |= holds
        at = stop
    if image.tag is None:
        return Refusal(Reason.SPLIT_LITERAL, "no literal ends where the tag has to go")
    how = "is a number or a key, which cannot hold a digest" if made else "is put together from several values"
    return Refusal(Reason.SPLIT_LITERAL, f"the tag {image.reference.tag} {how}")


def rewrite(image: Image, piece: Slice, tag: str | None, digest: str | None) -> list[Placed] | Refusal:
    """Edits that give the image this tag and digest (None: leave out). ``piece`` is the :func:`target`."""
    parts = image.reading.parts
    if parts is not None:
        return _in_parts(image, tag, digest)
    at = _start(image.value, piece)
    end = at + len(piece.text)
    first, last = image.tag or (image.name_end, image.name_end)
    text = tag if image.tag is not None and tag is not None else f":{tag}" if tag is not None else ""
    if image.tag is not None and tag is None:
        first -= 1  # the colon goes too
        if first < at:
            return Refusal(Reason.SPLIT_LITERAL, "the colon before the tag stands in another literal")
    if image.digest is not None:
        last = len(image.value.text)
    if last > end or (digest is not None and last != len(image.value.text)):
        return Refusal(Reason.SPLIT_LITERAL, "something that stands elsewhere follows the tag")
    if digest is not None:
        text += f"@{digest}"
    kept = image.value.text[first:last]
    if text.startswith(kept):  # nothing but an addition
        first, text = last, text[len(kept) :]
    edits = piece.source.put(piece.start + first - at, piece.start + last - at, text)
    if edits is None:
        return Refusal(Reason.SPLIT_LITERAL, _UNWRITABLE)
    return [(piece, edits)] if edits else []


def _start(value: Str, piece: Slice) -> int:
    at = 0
    for other in value.slices:
        if other is piece:
            return at
        at += len(other.text)
    raise ValueError("a slice of another value")


def _in_parts(image: Image, tag: str | None, digest: str | None) -> list[Placed] | Refusal:
    parts = image.reading.parts
    if parts is None:
        return []
    if parts.digest is None and digest is not None and tag is not None and image.digest is not None:
        tag, digest = f"{tag}@{digest}", None  # the chart's tag holds the digest, too
    placed: list[Placed] = []
    for slot, new in ((parts.tag, tag), (parts.digest, digest)):
        if slot is None or new is None or slot.text == new:
            continue
        if len(slot.slices) != 1 or not slot.slices[0].source.path:
            return Refusal(Reason.SPLIT_LITERAL, "the chart's value is put together from several literals")
        piece = slot.slices[0]
        put = piece.source.put(piece.start, piece.end, new)
        if put is None:
            return Refusal(Reason.SPLIT_LITERAL, _UNWRITABLE)
        if put:
            placed.append((piece, put))
    return placed
