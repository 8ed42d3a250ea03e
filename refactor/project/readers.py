"""Who else reads a literal: an edit must mean the same for every reader of the place where it goes."""

from __future__ import annotations

from collections.abc import Iterator

from refactor.hcl.document import Block, Document
from refactor.hcl.expressions import Traversal, references
from refactor.project.modules import Module
from refactor.project.project import Project
from refactor.project.values import Carrier, Slice

_HARMLESS = ("keys(", "length(", "toset(keys(")


class Readers:
    """Finds readers of literals beyond the references that are known to lead to images: ``visited`` (path, byte offset)."""

    def __init__(self, project: Project, visited: set[tuple[str, int]]) -> None:
        self.project = project
        self.visited = visited
        self._known: dict[tuple[str, str, str], list[tuple[Document, Traversal]]] = {}

    def other(self, piece: Slice) -> str | None:
        """Place of the first reader of the literal that is none of the visited ones, or None."""
        for carrier in piece.carriers:
            for document, reference in self._references(carrier):
                if (document.path, reference.span.start) in self.visited:
                    continue
                if _apart(reference, carrier) or _harmless(document, reference):
                    continue
                return f"{document.path}:{document.lines.line(reference.span.start)}"
        return None

    def _references(self, carrier: Carrier) -> list[tuple[Document, Traversal]]:
        key = (carrier.kind, carrier.where, carrier.name)
        if key not in self._known:
            self._known[key] = list(self._find(carrier))
        return self._known[key]

    def _find(self, carrier: Carrier) -> Iterator[tuple[Document, Traversal]]:
        if carrier.kind == "each":
            yield from self._in_block(carrier)
            return
        root, name = ("module", carrier.name.split(".")[0]) if carrier.kind == "output" else (carrier.kind, carrier.name)
        for document in self._documents(carrier.where, name):
            for reference in references(document.data, document.root):
                if reference.root == root and reference.steps and reference.steps[0].key == name:
                    yield document, reference

    def _documents(self, directory: str, name: str) -> Iterator[Document]:
        yield from Module(self.project, directory, self.project.module_files.get(directory, ())).documents(name.encode())

    def _in_block(self, carrier: Carrier) -> Iterator[tuple[Document, Traversal]]:
        """References to the iterator in the block that binds it."""
        path, _, start = carrier.where.rpartition(":")
        document = self.project.document(path)
        block = _block_at(document, int(start)) if document is not None else None
        if document is None or block is None:
            return
        iterator = block.body.attribute("iterator")
        name = block.labels[0] if block.type == "dynamic" and block.labels else "each"
        name = getattr(iterator.expression, "root", name) if iterator is not None else name
        for reference in references(document.data, block.node):
            if reference.root == name and reference.steps and reference.steps[0].key != "key":
                yield document, reference


def _apart(reference: Traversal, carrier: Carrier) -> bool:
    """Whether the reference follows keys that lead away from the literal."""
    skipped = 2 if carrier.kind == "output" else 1
    keys = [s.key for s in reference.steps[skipped:]]
    return any(a is not None and a != b for a, b in zip(keys, carrier.path, strict=False))


def _harmless(document: Document, reference: Traversal) -> bool:
    """Whether only the keys or their number are read."""
    before = document.data[max(reference.span.start - 16, 0) : reference.span.start].decode("utf-8", "replace")
    return before.rstrip().endswith(_HARMLESS)


def _block_at(document: Document, start: int) -> Block | None:
    body = document.body
    while True:
        block = next((b for b in body.blocks() if b.span.start <= start < b.span.end), None)
        if block is None or block.span.start == start:
            return block
        body = block.body
