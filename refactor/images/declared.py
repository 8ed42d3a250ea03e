"""What an edit of a literal declares to change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from refactor.codemod import FileEdits
from refactor.edits import Change, Edit, Span, apply
from refactor.hcl import SUFFIXES
from refactor.hcl.addresses import address_at
from refactor.project.project import Project
from refactor.project.values import Unknown


class Addresses:
    """Addresses of literals: in HCL that of the attribute or item, in YAML the path of the value after the file's."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._values: dict[str, tuple[list[int], list[tuple[int, str]]]] = {}

    def at(self, path: str, span: Span) -> str:
        """Address of what stands at ``span``; the path alone where it is not known."""
        if path.endswith(SUFFIXES):
            document = self._project.document(path)
            return path if document is None else address_at(document, span.start)
        starts, values = self._read(path)
        i = bisect_right(starts, span.start) - 1
        if i < 0 or span.end > values[i][0]:
            return path
        return f"{path} / {values[i][1]}"

    def _read(self, path: str) -> tuple[list[int], list[tuple[int, str]]]:
        """Starts of a YAML file's scalars; their ends, and their paths in it."""
        if path not in self._values:
            from refactor.yaml.document import Scalar

            stream = self._project.embedded(path, None, template=True)
            found = () if isinstance(stream, Unknown) else ((n.content, inner) for inner, n in stream.walk() if isinstance(n, Scalar))
            values = sorted((content.start, content.end, inner) for content, inner in found)
            self._values[path] = [v[0] for v in values], [(v[1], v[2]) for v in values]
        return self._values[path]

    def declared(self, path: str, span: Span, edits: Sequence[Edit]) -> FileEdits:
        """Edits with the address and the text, before and after, of the literal at ``span``, and of its quotes where those change."""
        span = Span(min((span.start, *(e.start for e in edits))), max((span.end, *(e.end for e in edits))))
        data = self._project.read(path) or b""
        before = data[span.start : span.end]
        moved = [Edit(e.start - span.start, e.end - span.start, e.text) for e in edits]
        return FileEdits(path, tuple(edits), (Change(self.at(path, span), before.decode(), apply(before, moved).decode()),))
