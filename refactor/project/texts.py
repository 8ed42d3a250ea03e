"""Text as literals of HCL, and text that stands in no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from refactor.edits import Edit, Span
from refactor.hcl.expressions import Text
from refactor.hcl.strings import escape
from refactor.project.values import Known, Raw, Slice, Str, Unknown, Value
from refactor.reasons import Reason

_NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class HclText:
    """A literal part of an HCL string as a :class:`refactor.project.values.Source`."""

    path: str
    part: Text

    @property
    def span(self) -> Span:
        return self.part.span

    def byte(self, index: int) -> int:
        return self.part.byte(index)

    def put(self, start: int, end: int, text: str) -> list[Edit] | None:
        return [Edit(self.byte(start), self.byte(end), escape(text).encode())]


@dataclass(frozen=True, slots=True)
class Made:
    """Text that stands in no file: a map's key, a directory, a number."""

    path: str = ""
    span: Span = _NOWHERE

    def byte(self, index: int) -> int:
        return index

    def put(self, start: int, end: int, text: str) -> list[Edit] | None:
        del start, end, text
        return None


def made(text: str) -> Str:
    return Str((Slice(Made(), 0, len(text), text),))


def put_together(pieces: Sequence[Value]) -> Str | Unknown:
    """Text of pieces one after the other; where one is not known, the literals of the others are remembered."""
    texts = [as_text(p) for p in pieces]
    slices = tuple(s for t in texts for s in (t.slices if isinstance(t, Str) else t.seen))
    unknown = next((t for t in texts if isinstance(t, Unknown)), None)
    return Str(slices) if unknown is None else Unknown(unknown.reason, unknown.detail, unknown.missing, slices)


def as_text(value: Value) -> Str | Unknown:
    """``value`` where a template or a function wants a string."""
    match value:
        case Str() | Unknown():
            return value
        case Known(value=None):
            return Unknown(Reason.NO_VALUE, "null")
        case Known(value=bool() as flag):
            return made(str(flag).lower())
        case Known(value=str() as number):
            return made(number)
        case Raw(span=None):
            return Unknown(Reason.NOT_LITERAL, f"the text of {value.path}")
        case Raw():
            return Unknown(Reason.NOT_LITERAL, "the text of a heredoc")
    return Unknown(Reason.COMPUTED, "a collection where a string is wanted")
