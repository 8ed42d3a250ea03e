"""What the real provider's schema says about ``kubernetes_*`` resources, and what is wrong with a text by it: no provider is needed.

``tests/data/kubernetes-schema.json`` is the schema of hashicorp/kubernetes, reduced to names, types and numbers of blocks by
:mod:`tests.support.kubernetes_schema_export`. It knows less than the provider, which also looks at values (a port's range, a quantity)
and into ``lifecycle``; what it says, the provider says too (``tests/integration/test_provider.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict

from refactor.hcl.document import Attribute, Block, Document
from refactor.hcl.expressions import Expression, For, Interpolation, Item, Literal, Object, Template, Tuple

STORED = Path(__file__).parent.parent / "data" / "kubernetes-schema.json"

Type = str | list["Type"] | dict[str, "Type"]
"""A type as ``terraform providers schema -json`` writes it: ``"string"``, ``["list", "number"]``, ``["object", {"a": "bool"}]``."""


class BodySchema(TypedDict):
    """``attributes``: name to type and ``required``, ``optional`` or ``computed``. ``blocks``: name to the key of its body, and how many
    of them there are at least and at most (0: any number)."""

    attributes: dict[str, tuple[Type, str]]
    blocks: dict[str, tuple[str, int, int]]


class Schema(TypedDict):
    """``resources``: type of resource to the key of its body in ``bodies``, where equal bodies stand once."""

    source: str
    resources: dict[str, str]
    bodies: dict[str, BodySchema]


@dataclass(frozen=True, slots=True)
class Problem:
    """``address`` is the resource's and the block's in it (``kubernetes_pod_v1.web.spec``), ``line`` counts from 1."""

    path: str
    line: int
    address: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.address}: {self.what}"


_OF_ANY_RESOURCE = frozenset({"count", "for_each", "provider", "depends_on"})
_BLOCKS_OF_ANY_RESOURCE = frozenset({"lifecycle", "provisioner", "connection"})


@cache
def stored() -> Schema:
    schema: Schema = json.loads(STORED.read_text("utf-8"))
    return schema


def problems(path: str, data: bytes) -> list[Problem]:
    """What the schema has against a ``.tf`` file's ``kubernetes_*`` resources, in source order. Other blocks are not looked at."""
    document = Document(path, data)
    if document.error is not None:
        return [Problem(path, document.lines.line(document.error), "", "cannot be parsed")]
    schema = stored()
    found: list[Problem] = []
    for block in document.body.blocks("resource"):
        if len(block.labels) == 2 and block.labels[0].startswith("kubernetes_"):
            found.extend(_Checker(schema, document).resource(block))
    return found


@dataclass(frozen=True, slots=True)
class _Checker:
    schema: Schema
    document: Document

    def resource(self, block: Block) -> Iterator[Problem]:
        kind = block.labels[0]
        body = self.schema["resources"].get(kind)
        if body is None:
            yield self._problem(block, ".".join(block.labels), f"the provider has no resource {kind}")
        else:
            yield from self._body(block, self.schema["bodies"][body], ".".join(block.labels), outermost=True)

    def _body(self, block: Block, schema: BodySchema, address: str, *, outermost: bool = False) -> Iterator[Problem]:
        given: dict[str, Attribute] = {}
        for attribute in block.body.attributes:
            if attribute.name in given:
                yield self._problem(attribute, address, f"{attribute.name} is set twice")
            given[attribute.name] = attribute
            if not (outermost and attribute.name in _OF_ANY_RESOURCE):
                yield from self._attribute(attribute, schema, address)
        for name, (_, use) in schema["attributes"].items():
            if use == "required" and (name not in given or _is_null(given[name].expression)):
                yield self._problem(given.get(name, block), address, f"{name} is required")
        yield from self._blocks(block, schema, address, outermost)

    def _attribute(self, attribute: Attribute, schema: BodySchema, address: str) -> Iterator[Problem]:
        name = attribute.name
        if name in schema["blocks"]:
            yield self._problem(attribute, address, f"{name} is a block, not an attribute")
        elif name not in schema["attributes"]:
            yield self._problem(attribute, address, f"there is no attribute {name}")
        else:
            type_, use = schema["attributes"][name]
            if use == "computed":
                yield self._problem(attribute, address, f"{name} cannot be set")
            wrong = _mismatch(attribute.expression, type_, self.document)
            if wrong:
                yield self._problem(attribute, address, f"{name}: {wrong}")

    def _blocks(self, block: Block, schema: BodySchema, address: str, outermost: bool) -> Iterator[Problem]:
        counts = dict.fromkeys(schema["blocks"], 0)
        unknown: set[str] = set()
        for inner in block.body.blocks():
            name = inner.type
            content: Block | None = inner
            if name == "dynamic" and inner.labels:
                name = inner.labels[0]
                unknown.add(name)
                content = inner.body.block_named("content")
                if content is None or inner.body.attribute("for_each") is None:
                    yield self._problem(inner, address, f"dynamic {name} needs for_each and content")
            elif outermost and name in _BLOCKS_OF_ANY_RESOURCE:
                continue
            if name in schema["attributes"]:
                yield self._problem(inner, address, f"{name} is an attribute, not a block")
            elif name not in schema["blocks"]:
                yield self._problem(inner, address, f"there is no block {name}")
            else:
                key, _, most = schema["blocks"][name]
                counts[name] += 1
                if most and counts[name] > most and name not in unknown:
                    yield self._problem(inner, address, f"no more than {most} of the block {name} is allowed")
                if content is not None:
                    yield from self._body(content, self.schema["bodies"][key], f"{address}.{name}")
        for name, (_, least, _) in schema["blocks"].items():
            if name not in unknown and counts[name] < least:
                yield self._problem(block, address, f"at least {least} of the block {name} is required")

    def _problem(self, at: Attribute | Block, address: str, what: str) -> Problem:
        return Problem(self.document.path, self.document.lines.line(at.span.start), address, what)


def _is_null(expression: Expression) -> bool:
    return isinstance(expression, Literal) and expression.value is None


def _mismatch(expression: Expression, type_: Type, document: Document) -> str:
    """Why a literal cannot become a value of the type, as HCL converts values; empty where it can, or where it is not known."""
    if type_ == "dynamic" or _is_null(expression):
        return ""
    if isinstance(type_, str):
        return _scalar_mismatch(expression, type_)
    assert isinstance(type_, list)
    return _collection_mismatch(expression, type_, document)


def _scalar_mismatch(expression: Expression, type_: str) -> str:
    wrong = f"a {type_} is required"
    if isinstance(expression, Tuple | Object | For):
        return wrong
    if type_ == "string":
        return ""
    text: str | None = None
    if isinstance(expression, Template):
        text = expression.literal
    elif isinstance(expression, Literal):
        if isinstance(expression.value, bool):
            return "" if type_ == "bool" else wrong
        return "" if type_ == "number" else wrong
    if text is None:
        return ""
    return "" if (text in ("true", "false") if type_ == "bool" else _is_number(text)) else wrong


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text == text.strip() and "_" not in text


def _collection_mismatch(expression: Expression, type_: Sequence[Type], document: Document) -> str:
    container, inner = type_
    if isinstance(expression, Literal | Template) and not _may_be_anything(expression):
        return f"a {container} is required"
    if isinstance(expression, Object):
        if container in ("list", "set"):
            return f"a {container} is required"
        return next(filter(None, (_item_mismatch(item, inner, document) for item in expression.items)), "")
    if isinstance(expression, Tuple):
        if container in ("map", "object"):
            return f"a {container} is required"
        return next(filter(None, (_mismatch(each, inner, document) for each in expression.elements)), "")
    return ""


def _item_mismatch(item: Item, inner: Type, document: Document) -> str:
    type_ = inner.get(item.key or "", "dynamic") if isinstance(inner, Mapping) else inner
    wrong = _mismatch(item.value, type_, document)
    return f"{document.text(item.key_span)}: {wrong}" if wrong else ""


def _may_be_anything(expression: Literal | Template) -> bool:
    """``"${x}"`` is whatever x is."""
    return isinstance(expression, Template) and len(expression.parts) == 1 and isinstance(expression.parts[0], Interpolation)
