"""What an edit of a literal declares to change."""

from __future__ import annotations

from collections.abc import Sequence

from refactor.codemod import FileEdits
from refactor.edits import Change, Edit, Span, apply
from refactor.hcl.addresses import address_at
from refactor.project.project import Project


def edits_of(project: Project, path: str, span: Span, edits: Sequence[Edit]) -> FileEdits:
    """The edits, with the address and the text, before and after, of the literal at ``span``, and of its quotes where those change."""
    span = Span(min((span.start, *(e.start for e in edits))), max((span.end, *(e.end for e in edits))))
    data = project.read(path) or b""
    before = data[span.start : span.end]
    moved = [Edit(e.start - span.start, e.end - span.start, e.text) for e in edits]
    after = apply(before, moved)
    return FileEdits(path, tuple(edits), (Change(address_in(project, path, span), before.decode(), after.decode()),))


def address_in(project: Project, path: str, span: Span) -> str:
    """Address of what stands at ``span``: in HCL that of the attribute or item, in YAML the path of the value after the file's."""
    if path.endswith((".tf", ".tofu", ".hcl", ".tfvars")):
        document = project.document(path)
        return path if document is None else address_at(document, span.start)
    stream = project.embedded(path, None, template=True)
    walk = getattr(stream, "walk", None)
    if walk is not None:
        for inner, node in walk():
            content = getattr(node, "content", None)
            if content is not None and content.start <= span.start and span.end <= content.end:
                return f"{path} / {inner}"
    return path
