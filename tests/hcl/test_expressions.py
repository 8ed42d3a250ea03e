"""Expressions as HCL groups and reads them, where tree-sitter's grammar does otherwise."""

from __future__ import annotations

import pytest

from refactor.hcl.document import Document
from refactor.hcl.expressions import Conditional, Expression, Interpolation, Template, references
from refactor.hcl.strings import decode


def parsed(source: str) -> tuple[Document, Expression]:
    document = Document("", f"a = {source}\n".encode())
    assert document.error is None
    attribute = document.body.attribute("a")
    assert attribute is not None
    return document, attribute.expression


def grouped(document: Document, expression: Expression) -> str:
    if not isinstance(expression, Conditional):
        return document.text(expression.span)
    return "(" + " ".join(grouped(document, e) for e in (expression.condition, expression.yes, expression.no)) + ")"


@pytest.mark.parametrize(
    ("source", "groups"),
    [
        ("a ? b : c", "(a b c)"),
        ("a ? b : c ? d : e", "(a b (c d e))"),
        ("a ? b : c ? d : e ? f : g", "(a b (c d (e f g)))"),
        ("a ? b : c ? d : e ? f : g ? h : i", "(a b (c d (e f (g h i))))"),
        ("a ? b ? c : d : e", "(a (b c d) e)"),
        ("(a ? b : c) ? d : e", "((a b c) d e)"),
        ("a ? (b ? c : d) : e ? f : g", "(a (b c d) (e f g))"),
        ("a == 1 ? b : c == 2 ? d : e", "(a == 1 b (c == 2 d e))"),
    ],
)
def test_conditionals_are_grouped_to_the_right(source: str, groups: str) -> None:
    document, expression = parsed(source)
    assert grouped(document, expression) == groups


def test_each_branch_has_the_span_of_its_source() -> None:
    document, expression = parsed("a ? b : c ? d : e ? f : g")
    assert isinstance(expression, Conditional)
    assert document.text(expression.no.span) == "c ? d : e ? f : g"
    assert isinstance(expression.no, Conditional)
    assert document.text(expression.no.no.span) == "e ? f : g"


@pytest.mark.parametrize(
    ("source", "literal"),
    [('"$$${x}"', "$${x}"), ('"$$$${x}"', "$$${x}"), ('"a$${x}"', "a${x}"), ('"$$"', "$$"), ('"%%{ if x }"', "%{ if x }")],
)
def test_an_escaped_sequence_is_text_and_refers_to_nothing(source: str, literal: str) -> None:
    document, expression = parsed(source)
    assert isinstance(expression, Template)
    assert expression.literal == literal
    assert list(references(document.data, document.root)) == []


def test_a_sequence_after_an_escaped_one_is_read() -> None:
    document, expression = parsed('"$${x}${y}$"')
    assert isinstance(expression, Template)
    assert [isinstance(part, Interpolation) for part in expression.parts] == [False, True, False]
    assert [r.root for r in references(document.data, document.root)] == ["y"]


@pytest.mark.parametrize(
    ("raw", "text"), [(rb"\ud800", "\ufffd"), (rb"\UFFFFFFFF", "\ufffd"), (rb"\U0001F44D", "👍"), (rb"\\n", r"\n"), (rb"\q", r"\q")]
)
def test_escapes_that_name_no_character_do_no_harm(raw: bytes, text: str) -> None:
    assert decode(raw)[0] == text
