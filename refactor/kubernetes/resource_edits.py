"""Edits that set amounts of CPU and memory of a container, in the form and style of what is there.

hashicorp/kubernetes has ``requests`` and ``limits`` as maps in the block ``resources``; before version 2 they were blocks in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from refactor.codemod import FileEdits
from refactor.edits import Change, Edit
from refactor.hcl.addresses import attribute_in, body_address, inside, join
from refactor.hcl.differences import plain as value_of
from refactor.hcl.document import Body
from refactor.hcl.expressions import Object, Template
from refactor.hcl.insert import insert_attribute, insert_block, set_keys
from refactor.hcl.strings import quote
from refactor.kubernetes.nodes import Typed, Valued
from refactor.kubernetes.resources import SECTIONS, Amount, Cell, Declared
from refactor.kubernetes.spelling import block_type, snake
from refactor.kubernetes.workloads import NOT_REWRITTEN, Container, Workloads
from refactor.kubernetes.writing import NotWritable, Source, attribute_text, put
from refactor.project.modules import Module
from refactor.project.project import Project
from refactor.reasons import Reason

_BEFORE = (
    *("name", "image", "imagePullPolicy", "command", "args", "workingDir", "restartPolicy", "tty", "stdin", "stdinOnce"),
    *("terminationMessagePath", "terminationMessagePolicy", "ports", "envFrom", "env"),
)
"""Fields of a container that most people write above its resources."""

_MAP = re.compile(rb"^[^#\n]*\b(?:requests|limits)[ \t]*=[ \t]*\{\s*(\"?)(?:cpu|memory)\"?\s*([=:])", re.MULTILINE)
_FIRST_VERSIONS = re.compile(r"\s*(?:~>|=|<=)?\s*v?1(?:\.|$)|\s*<\s*v?2(?:\.0)*\s*$")


def set_amounts(held: Declared, texts: Mapping[Cell, str]) -> FileEdits | NotWritable:
    """Set amounts, beside those that are there, or in the place of literals that are."""
    resets: list[FileEdits] = []
    new: dict[str, dict[str, str]] = {}
    for (section, name), text in texts.items():
        if held[section, name].present is False:
            new.setdefault(section, {})[name] = text
            continue
        edits = _reset(held[section, name], text)
        if isinstance(edits, NotWritable):
            return edits
        resets.append(edits)
    added = _added(held, new) if new else None
    if isinstance(added, NotWritable):
        return added
    parts = [*resets, *([added] if added is not None else [])]
    return FileEdits(parts[0].path, tuple(e for p in parts for e in p.edits), tuple(c for p in parts for c in p.changes))


def _reset(amount: Amount, text: str) -> FileEdits | NotWritable:
    plain = amount.field
    if plain is None or plain.expression is None or not amount.is_literal:
        return NotWritable(Reason.NOT_LITERAL, "the amount is not written out there")
    document, span = plain.scope.document, plain.expression.span
    change = Change(plain.address, value_of(document, plain.expression), text)
    return FileEdits(document.path, (Edit(*span, quote(text).encode()),), (change,))


def _added(held: Declared, new: Mapping[str, Mapping[str, str]]) -> FileEdits | NotWritable:
    node = held.container.node
    if held.node is None:
        if isinstance(node, Typed) and _as_blocks(held.container):
            text = "\n".join(["resources {", *(f"  {line}" for line in _sections(new).split("\n")), "}"])
            return _block(node.body, "resources", text)
        tree = _sources(held, new) if isinstance(node, Typed) else new
        return put(node, "resources", tree, after=_BEFORE)
    if isinstance(held.node, Typed):
        return _in_block(held, held.node, new)
    if isinstance(held.node, Valued) and held.node.written is not None:
        return _in_object(held.node, held.node.written, new)
    return NotWritable(NOT_REWRITTEN.reason, NOT_REWRITTEN.detail)


def _in_block(held: Declared, node: Typed, new: Mapping[str, Mapping[str, str]]) -> FileEdits | NotWritable:
    """Into the block ``resources``."""
    document = node.body.document
    edits: list[Edit] = []
    changes: list[Change] = []
    sections: dict[str, Mapping[str, str]] = {}
    wanted: list[tuple[Object, str, str]] = []
    for section, amounts in new.items():
        blocks, plain = node.children(section), node.field(section)
        if blocks and isinstance(blocks[0], Typed):
            body = blocks[0].body
            edits += _attributes(body, {n: quote(t) for n, t in amounts.items()})
            changes += [Change(attribute_in(*body_address(body), n), None, t) for n, t in amounts.items()]
        elif plain is None:
            sections[section] = amounts
        elif isinstance(plain.expression, Object):
            wanted += [(plain.expression, n, quote(t)) for n, t in amounts.items()]
            changes += [Change(inside(plain.address, n, top=False), None, t) for n, t in amounts.items()]
        else:
            return NotWritable(Reason.NOT_LITERAL, f"{section} = {plain.source} is not written out there")
    edits += set_keys(document, wanted)
    if sections and _as_blocks(held.container):
        text = _sections(sections)
        anchor = next(iter(node.body.blocks()), None)
        edits += insert_block(node.body, text, after=anchor)
        changes += [Change(join(*_below(node.body, s)), None, attribute_text(a)) for s, a in sections.items()]
    elif sections:
        texts = {section: source.text for section, source in _sources(held, sections).items()}
        edits += _attributes(node.body, texts, after=next((a.name for a in node.body.attributes), None))
        changes += [Change(attribute_in(*body_address(node.body), s), None, text) for s, text in texts.items()]
    return FileEdits(document.path, tuple(edits), tuple(changes))


def _sources(held: Declared, new: Mapping[str, Mapping[str, str]]) -> dict[str, Source]:
    """Maps as most of those in the file are written: with ``=`` or ``:``, with keys in quotes or without."""
    data = held.container.node.scope.document.data
    styles = [(bool(m[1]), m[2] == b":") for m in _MAP.finditer(data)]
    quoted, colon = max(styles, key=styles.count, default=(False, False))
    if not quoted and not colon:
        return {section: Source(attribute_text(amounts)) for section, amounts in new.items()}
    lines = {
        section: [f"  {quote(n) if quoted else n}{' : ' if colon else ' = '}{quote(t)}" for n, t in amounts.items()]
        for section, amounts in new.items()
    }
    return {section: Source("\n".join(["{", *written, "}"])) for section, written in lines.items()}


def _attributes(body: Body, texts: Mapping[str, str], after: str | None = None) -> list[Edit]:
    """Attributes one below the other, as one insertion: two would claim the same place."""
    (first, value), *others = texts.items()
    return insert_attribute(body, first, "\n".join([value, *(f"{name} = {text}" for name, text in others)]), after=after)


def _block(body: Body, name: str, text: str) -> FileEdits:
    wanted = {form for field in _BEFORE for form in (snake(field), block_type(field))}
    anchor = next((i for i in reversed(body.items) if (getattr(i, "name", "") or getattr(i, "type", "")) in wanted), None)
    document = body.document
    return FileEdits(document.path, tuple(insert_block(body, text, after=anchor)), (Change(join(*_below(body, name)), None, text),))


def _below(body: Body, name: str) -> tuple[str, str]:
    top, path = body_address(body)
    return top, f"{path}.{name}" if path else name


def _sections(new: Mapping[str, Mapping[str, str]]) -> str:
    """Sections as blocks."""
    return "\n".join(line for section, amounts in new.items() for line in _lines(section, amounts))


def _lines(section: str, amounts: Mapping[str, str]) -> Iterator[str]:
    yield f"{section} {{"
    yield from (f"  {name} = {quote(text)}" for name, text in amounts.items())
    yield "}"


def _in_object(node: Valued, written: Object, new: Mapping[str, Mapping[str, str]]) -> FileEdits | NotWritable:
    """Into the object ``resources`` of a manifest."""
    document = node.scope.document
    wanted: list[tuple[Object, str, str]] = []
    changes: list[Change] = []
    edits: list[Edit] = []
    for section, amounts in new.items():
        item = written.get(section)
        address = inside(node.address, section, top=False)
        if item is None:
            added = put(node, section, amounts)
            if isinstance(added, NotWritable):
                return added
            text = added.changes[0].after or ""
            wanted.append((written, section, text))
            changes += added.changes
        elif isinstance(item.value, Object):
            wanted += [(item.value, n, quote(t)) for n, t in amounts.items()]
            changes += [Change(inside(address, n, top=False), None, t) for n, t in amounts.items()]
        else:
            return NotWritable(Reason.NOT_LITERAL, f"{section} is not written out there")
    edits += set_keys(document, wanted)
    return FileEdits(document.path, tuple(edits), tuple(changes))


def _has_blocks(container: Container) -> bool:
    return any(form.children(section) for form in container.node.children("resources") if isinstance(form, Typed) for section in SECTIONS)


def _as_blocks(container: Container) -> bool:
    """Whether the module writes requests and limits as blocks, or asks for a version of the provider that wants them so."""
    module = container.workload.object.module
    return container.node.reader.project.view(_Forms).as_blocks(module)


class _Forms:
    """How modules write requests and limits, each looked at once."""

    def __init__(self, project: Project) -> None:
        self._workloads = project.view(Workloads)
        self._found: dict[str, bool] = {}

    def as_blocks(self, module: Module) -> bool:
        if module.directory not in self._found:
            containers = (c for w in self._workloads.by_module.get(module.directory, ()) for c in (*w.containers, *w.init_containers))
            self._found[module.directory] = any(map(_has_blocks, containers)) or _wants_blocks(module)
        return self._found[module.directory]


def _wants_blocks(module: Module) -> bool:
    for document in module.documents(b"required_providers", b"kubernetes"):
        for terraform in document.body.blocks("terraform"):
            providers = terraform.body.block_named("required_providers")
            attribute = providers.body.attribute("kubernetes") if providers is not None else None
            value = attribute.expression if attribute is not None else None
            item = value.get("version") if isinstance(value, Object) else None
            version = item.value if item is not None else value
            if isinstance(version, Template) and _FIRST_VERSIONS.match(version.literal or ""):
                return True
    return False
