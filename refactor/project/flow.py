"""Where a literal's text ends up: an edit must mean the same for every reader of the place where it goes.

From the literal, its text is followed outwards through the expression around it, and on through every reference to what holds it: locals,
variables, module arguments, outputs, iterators, templates, files. Each way ends in something that Terraform does with the text. Those ends
are known for images (``ends``: the last reference before an image); any other is a stranger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from refactor.hcl import SUFFIXES
from refactor.hcl.document import Attribute, Block, Document
from refactor.hcl.expressions import Call, For, Template, Traversal
from refactor.project.choices import Absent, Choices
from refactor.project.contexts import Context, Frame, Pattern, Role, consumed, context_at, is_only_tested, matches, through
from refactor.project.evaluate import Evaluator
from refactor.project.modules import local_source
from refactor.project.printing import Stranger, Texts
from refactor.project.references import References
from refactor.project.scope import iterator_of
from refactor.project.values import Keys, List, Source

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Way:
    """A text at ``keys`` of the value of the expression at ``offset``, and the last reference that it came through."""

    document: Document
    offset: int
    keys: Pattern
    last: Place | None = None
    named: Pattern = ()  # keys below what the last reference names


class Flow:
    """Follows literals. ``ends`` has, for each last reference before an image, the keys below what it names."""

    def __init__(self, run: Evaluator, ends: Mapping[Place, set[Keys]]) -> None:
        self.project = run.project
        self.run = run
        self.ends = ends
        self.names = References(run)
        self.texts = Texts(run.project)
        self._known: dict[tuple[Place, Pattern], bool] = {}

    def check(self, source: Source, *, direct: bool) -> None:
        """Follow a literal to all its ends; ``direct`` says that an image reads it where it stands.

        Raises:
            Stranger: the first thing found that is no image.
        """
        seen: set[_Way] = set()
        waiting = list(self._start(source))
        while waiting:
            way = waiting.pop()
            if way in seen:
                continue
            seen.add(way)
            waiting += self._outwards(way, direct)

    def _start(self, source: Source) -> Iterator[_Way]:
        document = self.project.document(source.path) if source.path.endswith(SUFFIXES) else None
        if document is not None:
            yield _Way(document, source.span.start, ())
            return
        for keys in self.texts.keys_at(source.path, None, source.span.start):
            yield from self._from_file(source.path, keys)

    def _from_file(self, path: str, keys: Pattern) -> Iterator[_Way]:
        for document, call in self.names.readers_of(path):
            yield _Way(document, call.span.start, keys, (document.path, call.span.start), keys)

    def _outwards(self, way: _Way, direct: bool) -> Iterator[_Way]:
        context = context_at(way.document, way.offset)
        if context is None:
            raise self._stranger(way)
        frames = context.frames
        if isinstance(context.inner, Template):
            frames = (*frames, Frame(context.inner, Role.PART))  # the literal itself
        elif not isinstance(context.inner, Traversal | Call):
            if is_only_tested(way.document, way.offset, way.keys):
                return
            raise self._stranger(way)
        block = context.attribute.body.block
        if block is not None and block.type == "variable" and context.attribute.name == "type" and block.parent.block is None:
            keys = _typed(context)
            if keys is None:
                raise self._stranger(way)
            yield from self._from_name(_directory(way.document.path), "var", block.labels[0], keys)
            return
        yield from self._through(way, context, frames, len(frames), way.keys, direct)

    def _through(self, way: _Way, context: Context, frames: tuple[Frame, ...], depth: int, keys: Pattern, direct: bool) -> Iterator[_Way]:
        """The ways on from ``keys`` of what the frame at ``depth`` holds."""
        if depth == 0:
            yield from self._from_attribute(way, context, keys, direct)
            return
        frame = frames[depth - 1]
        around = frame.around
        on: list[Pattern] | None = None
        if frame.role is Role.ENTRY:
            on = [(frame.key, *keys)]
        elif frame.role in (Role.BRANCH, Role.BODY):
            on = [keys if frame.role is Role.BRANCH else (None, *keys)]
        elif isinstance(around, Template) and around.heredoc:
            last = (way.document.path, around.content.start)
            for below in self.texts.keys_at(way.document.path, around.content, way.offset):
                named = (*below, *keys)
                yield from self._through(replace(way, last=last, named=named), context, frames, depth - 1, named, direct)
            return
        elif isinstance(around, Template):
            on = [keys] if len(around.parts) == 1 or not keys else None
        elif frame.role is Role.BASE and isinstance(around, Traversal):
            rest = consumed(around.steps, keys)
            on = [] if rest is None else [rest]
        elif frame.role is Role.COLLECTION and isinstance(around, For):
            yield from self._in_for(way, around, keys)
            return
        elif isinstance(around, Call):
            if around.name == "templatefile" and frame.key == "1" and keys:
                yield from self._in_file(way, around, keys)
                return
            on = through(around, int(frame.key or 0), keys)
        if on is None:
            raise self._stranger(way)
        for pattern in on:
            yield from self._through(way, context, frames, depth - 1, pattern, direct)

    def _in_for(self, way: _Way, around: For, keys: Pattern) -> Iterator[_Way]:
        """References to the element, wherever in the expression; the key that stands before it holds no text of the value."""
        for reference in self.names.inside(way.document, around, around.variables[-1]):
            yield from self._at(way.document, reference, 0, keys[1:])

    def _in_file(self, way: _Way, call: Call, keys: Pattern) -> Iterator[_Way]:
        """A variable of a template file: the text goes wherever the template writes it."""
        path = self.names.file_of(way.document, call)
        if path is None:
            raise self._stranger(way)
        for below in self.texts.printed(path, keys):
            yield _Way(way.document, call.span.start, below, (way.document.path, call.span.start), below)

    def _in_template_data(self, way: _Way, block: Block, attribute: str, keys: Pattern) -> Iterator[_Way]:
        """``data "template_file"``: its text, or one of its variables, goes on where the result is read."""
        found: Iterable[Pattern] = [keys]
        if attribute == "vars":
            template = block.body.attribute("template")
            call = template.expression if template is not None else None
            path = self.names.file_of(way.document, call) if isinstance(call, Call) else None
            if path is None:
                raise self._stranger(way)
            found = self.texts.printed(path, keys)
        directory = _directory(way.document.path)
        for below in found:
            for document, reference in self.names.in_module(directory, "data", "template_file", block.labels[1]):
                rendered = next((i for i, s in enumerate(reference.steps) if s.key == "rendered"), None)
                if rendered is None or rendered > 3:
                    raise Stranger(document.path, reference.span.start)
                yield from self._at(document, reference, rendered + 1, below)

    def _at(self, document: Document, reference: Traversal, skipped: int, keys: Pattern) -> Iterator[_Way]:
        """The way on from a reference to a value that holds the text at ``keys``, of whose steps some name the value."""
        rest = consumed(reference.steps[skipped:], keys)
        if rest is None:
            return
        place = (document.path, reference.span.start)
        yield _Way(document, reference.span.start, rest, place, keys)

    def _from_attribute(self, way: _Way, context: Context, keys: Pattern, direct: bool) -> Iterator[_Way]:
        attribute = context.attribute
        block = attribute.body.block
        path = way.document.path
        if block is None:
            yield from self._from_file_level(way, attribute, keys)
        elif attribute.name == "for_each":
            yield from self._in_walk(way, attribute, block, keys)
        elif block.parent.block is not None:
            self._end(way, direct)
        elif block.type == "locals":
            yield from self._from_local(way, attribute.name, keys)
        elif block.type == "variable" and attribute.name == "default":
            yield from self._from_name(_directory(path), "var", block.labels[0], keys)
        elif block.type == "data" and block.labels[:1] == ("template_file",) and attribute.name in ("template", "vars") and keys:
            yield from self._in_template_data(way, block, attribute.name, keys)
        elif block.type == "output" and attribute.name == "value":
            yield from self._from_output(way, block, keys)
        elif block.type == "module" and attribute.name not in ("source", "version", "count", "providers", "depends_on"):
            child = local_source(block, _directory(path))
            if child is None or child not in self.project.module_files:
                raise self._stranger(way)
            yield from self._from_name(child, "var", attribute.name, keys)
        else:
            self._end(way, direct)

    def _end(self, way: _Way, direct: bool) -> None:
        """Terraform does something with the text here."""
        if way.last is None:
            if not direct:
                raise self._stranger(way)
            return
        key = (way.last, way.named)
        if key not in self._known:
            there = self.ends.get(way.last, set())
            self._known[key] = way.named in there if None not in way.named else any(matches(way.named, k) for k in there)
        if not self._known[key]:
            raise self._stranger(way)

    def _from_name(self, directory: str, root: str, name: str, keys: Pattern) -> Iterator[_Way]:
        hidden = self.names.unreadable(directory, root, name)
        if hidden is not None:
            raise Stranger(hidden, 0)
        for document, reference in self.names.in_module(directory, root, name, keys[0] if keys else None):
            yield from self._at(document, reference, 1, keys)

    def _from_local(self, way: _Way, name: str, keys: Pattern) -> Iterator[_Way]:
        path = way.document.path
        if not path.endswith(".hcl"):
            yield from self._from_name(_directory(path), "local", name, keys)
            return
        for document, reference in self.names.named((path,), path, "local", name, keys[0] if keys else None):
            yield from self._at(document, reference, 1, keys)
        below = ("locals", name, *keys)
        yield from self._from_file(path, below)
        for document, block in self.names.including(path):
            for other, reference in self.names.named((document.path,), document.path, "include", "".join(block.labels)):
                yield from self._at(other, reference, 1, below)

    def _from_file_level(self, way: _Way, attribute: Attribute, keys: Pattern) -> Iterator[_Way]:
        """A variable file's attribute, or the inputs of a Terragrunt file."""
        path = way.document.path
        if not path.endswith(".hcl"):
            for directory in sorted(self.names.modules_of(path, inputs=False)):
                yield from self._from_name(directory, "var", attribute.name, keys)
            return
        if attribute.name != "inputs" or not keys or keys[0] is None:
            raise self._stranger(way)
        for directory in sorted(self.names.modules_of(path, inputs=True)):
            yield from self._from_name(directory, "var", keys[0], keys[1:])
        yield from self._from_file(path, ("inputs", *keys))
        for document, block in self.names.including(path):
            for other, reference in self.names.named((document.path,), document.path, "include", "".join(block.labels)):
                yield from self._at(other, reference, 1, ("inputs", *keys))

    def _from_output(self, way: _Way, block: Block, keys: Pattern) -> Iterator[_Way]:
        """Whoever applies a root module reads its outputs; those of another module, its callers."""
        callers = self.project.callers(_directory(way.document.path))
        if not callers:
            raise self._stranger(way)
        output = block.labels[0]
        for module, call in callers:
            many = call.body.attribute("for_each") is not None or call.body.attribute("count") is not None
            for document, reference in self.names.in_module(module.directory, "module", call.labels[0]):
                skipped = 2 if many else 1
                step = reference.steps[skipped] if len(reference.steps) > skipped else None
                if step is None or step.key is None:
                    raise Stranger(document.path, reference.span.start)
                if step.key == output:
                    yield from self._at(document, reference, skipped + 1, keys)

    def _in_walk(self, way: _Way, attribute: Attribute, block: Block, keys: Pattern) -> Iterator[_Way]:
        """What a block that is repeated for each element reads of it."""
        module = self.project.module(_directory(way.document.path))
        self.run.choices = Choices({})
        try:
            value = self.run.evaluate(attribute.expression, self.run.scope(way.document, module))
        except Absent:
            value = List([])
        is_set = isinstance(value, List) and (value.is_set or block.type != "dynamic")
        if not keys or (is_set and block.type != "dynamic" and len(keys) == 1):
            raise self._stranger(way)  # it becomes part of the resource's address
        iterator = block.body.attribute("iterator")
        for reference in self.names.inside(way.document, block, iterator_of(block)):
            if iterator is not None and iterator.span.start <= reference.span.start < iterator.span.end:
                continue
            what = reference.steps[0].key if reference.steps else None
            if what == "value" or (what == "key" and is_set):
                yield from self._at(way.document, reference, 1, keys[1:])
            elif what != "key":
                raise Stranger(way.document.path, reference.span.start)

    @staticmethod
    def _stranger(way: _Way) -> Stranger:
        return Stranger(way.document.path, way.last[1] if way.last is not None and way.last[0] == way.document.path else way.offset)


def _directory(path: str) -> str:
    return path.rpartition("/")[0]


def _typed(context: Context) -> Pattern | None:
    """Keys of the attribute whose default stands in a type constraint: ``map(object({ image = optional(string, "nginx") }))``."""
    keys: list[str | None] = []
    for frame in context.frames:
        if frame.role is Role.ENTRY:
            keys.append(frame.key)
        elif isinstance(frame.around, Call) and frame.around.name in ("map", "list", "set"):
            keys.append(None)
        elif isinstance(frame.around, Call) and frame.around.name == "optional" and frame.key == "1":
            return tuple(keys)
        elif not isinstance(frame.around, Call):
            return None
    return None
