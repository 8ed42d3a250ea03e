"""A directory's ``kubernetes_*`` resources by themselves, so that they can be validated with no other provider, module or data source.

Terraform looks at no resource in which a reference leads nowhere, so what leads out is replaced by a value that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from refactor.edits import Edit, Span, apply
from refactor.hcl.document import Attribute, Block, Body, Document
from refactor.hcl.expressions import Traversal, references

_OBJECT = b"terraform_data.unknown"
_UNKNOWN = _OBJECT + b".output"
_STUB = {"unknown.tf": b'resource "terraform_data" "unknown" {}\n'}


def standalone(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The ``.tf`` files of one directory (name to content) with only their ``kubernetes_*`` resources, variables and locals, each on its
    lines; and one that declares what is not known. Files that cannot be parsed are left out."""
    documents = [d for d in (Document(name, data) for name, data in files.items()) if d.error is None]
    declared = frozenset(name for document in documents for name in _declared(document))
    return {d.path: _alone(d, declared) for d in documents} | _STUB


def _alone(document: Document, declared: frozenset[tuple[str, ...]]) -> bytes:
    kept = [item for item in document.body.items if isinstance(item, Block) and _is_kept(item)]
    edits: list[Edit] = []
    at = 0
    for block in kept:
        edits.append(_blank(document, Span(at, block.span.start)))
        edits.extend(_edits(document, block, declared))
        at = block.span.end
    edits.append(_blank(document, Span(at, len(document.data))))
    return apply(document.data, edits)


def _is_kept(block: Block) -> bool:
    return block.type in ("variable", "locals") or (block.type == "resource" and "".join(block.labels[:1]).startswith("kubernetes_"))


def _blank(document: Document, span: Span) -> Edit:
    return Edit(span.start, span.end, re.sub(rb"[^\r\n]", b" ", document.data[slice(*span)]))


def _declared(document: Document) -> Iterator[tuple[str, ...]]:
    for block in document.body.blocks():
        if block.type == "variable":
            yield ("var", *block.labels)
        elif block.type == "locals":
            yield from (("local", attribute.name) for attribute in block.body.attributes)
        elif _is_kept(block):
            yield block.labels


def _edits(document: Document, block: Block, declared: frozenset[tuple[str, ...]]) -> Iterator[Edit]:
    end = 0
    for attribute in _attributes(block.body):
        if block.type == "resource" and attribute.name == "provider":
            yield _blank(document, attribute.span)
            continue
        for reference in references(document.data, attribute.node):
            if reference.span.start >= end and _leads_out(reference, declared):
                end = reference.span.end
                yield Edit(*reference.span, _OBJECT if attribute.name == "depends_on" else _UNKNOWN)


def _attributes(body: Body) -> Iterable[Attribute]:
    """In source order. What ``lifecycle`` names are attributes, which look like references."""
    for item in body.items:
        if isinstance(item, Attribute):
            yield item
        elif item.type != "lifecycle":
            yield from _attributes(item.body)


def _leads_out(reference: Traversal, declared: frozenset[tuple[str, ...]]) -> bool:
    steps = reference.path
    if reference.root in ("module", "data"):
        return bool(steps)
    is_resource = "_" in reference.root and bool(steps)  # a loop's variable with such a name becomes unknown, which is no harm
    return (is_resource or reference.root in ("var", "local")) and (reference.root, *steps[:1]) not in declared
