"""``lifecycle { ignore_changes }``: entries that keep Terraform from ever applying a new image.

Terraform language, "The lifecycle Meta-Argument": ``ignore_changes`` lists attribute addresses relative to the resource; ``all`` ignores
everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from refactor.edits import Edit, apply
from refactor.hcl.document import Attribute, Block, Document
from refactor.hcl.expressions import Expression, Template, Traversal, Tuple

Path = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of the list. ``path`` is empty for ``all``; ``listed`` is None where the value is no list."""

    attribute: Attribute
    listed: Tuple | None
    element: Expression
    path: Path

    def covers(self, path: Path) -> bool:
        """Whether a change at ``path`` is ignored: the entry is the path or leads to it."""
        return len(self.path) <= len(path) and all(a == b or a is None or b is None for a, b in zip(self.path, path, strict=False))

    def is_exactly(self, path: Path) -> bool:
        return len(self.path) == len(path) and self.covers(path)


def entries(resource: Block) -> list[Entry]:
    """Everything that the resource's ``ignore_changes`` names."""
    lifecycle = resource.body.block_named("lifecycle")
    attribute = lifecycle.body.attribute("ignore_changes") if lifecycle is not None else None
    if attribute is None:
        return []
    value = attribute.expression
    if isinstance(value, Tuple):
        paths = ((e, _path(t)) for e in value.elements if (t := _traversal(e)) is not None)
        return [Entry(attribute, value, e, path) for e, path in paths]
    if isinstance(value, Traversal) and value.root == "all":
        return [Entry(attribute, None, value, ())]
    return []


def _traversal(element: Expression) -> Traversal | None:
    """The address that an element is, also in quotes, as Terraform 0.11 had them."""
    if isinstance(element, Template) and element.literal is not None:
        attribute = Document("", f"_ = {element.literal}\n".encode()).body.attribute("_")
        return _traversal(attribute.expression) if attribute is not None and isinstance(attribute.expression, Traversal) else None
    return element if isinstance(element, Traversal) else None


def _path(expression: Traversal) -> Path:
    if expression.root == "all" and not expression.steps:
        return ()
    steps: list[str | int | None] = [expression.root]
    steps += (int(s.key) if s.key is not None and s.key.isdigit() else s.key for s in expression.steps)
    return tuple(steps)


def without(document: Document, gone: Sequence[Entry]) -> list[Edit]:
    """Take entries of one list out: then the list when it is empty, then the ``lifecycle`` block when that is (a comment keeps it)."""
    from refactor.hcl.insert import remove  # only a run that changes something needs it

    attribute, listed = gone[0].attribute, gone[0].listed
    if listed is None:
        return []
    if len(gone) < len(listed.elements):
        return _elements_out(document, listed, [e.element for e in gone])
    block = attribute.body.block
    if _has_comment(document, listed):
        return _elements_out(document, listed, [e.element for e in gone])
    if block is not None and len(attribute.body.items) == 1 and not _has_comment_around(document, block, attribute):
        return remove(block)
    return remove(attribute)


def _elements_out(document: Document, listed: Tuple, gone: Iterable[Expression]) -> list[Edit]:
    """Removals one after the other where they don't touch; the list rewritten where they do."""
    from refactor.hcl.insert import remove_element

    edits: list[Edit] = []
    for element in gone:
        for edit in remove_element(document, listed, element):
            if any(edit.start < e.end and e.start < edit.end for e in edits):
                return _rewritten(document, listed, list(gone))
            edits.append(edit)
    text = apply(document.data, edits)
    shortened = Document(document.path, text)
    return edits if shortened.error is None else _rewritten(document, listed, list(gone))


def _rewritten(document: Document, listed: Tuple, gone: list[Expression]) -> list[Edit]:
    kept = [document.text(e.span) for e in listed.elements if e not in gone]
    return [Edit(listed.span.start, listed.span.end, f"[{', '.join(kept)}]".encode())]


def _has_comment(document: Document, listed: Tuple) -> bool:
    """Whether a comment stands on a line of its own in the list; one beside an element goes with that."""
    at = listed.span.start + 1
    gaps: list[bytes] = []
    for element in listed.elements:
        gaps.append(document.data[at : element.span.start])
        at = element.span.end
    gaps.append(document.data[at : listed.span.end - 1])
    own = [gaps[0], *(gap.partition(b"\n")[2] for gap in gaps[1:])]
    return any(gap.replace(b",", b"").strip() for gap in own)


def _has_comment_around(document: Document, block: Block, attribute: Attribute) -> bool:
    opening, closing = block.braces
    inside = document.data[opening + 1 : attribute.span.start] + document.data[attribute.span.end : closing]
    return bool(inside.strip())
