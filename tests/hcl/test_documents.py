"""Views of HCL: where tree-sitter is known to mislead, and addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.edits import Edit, apply
from refactor.hcl.addresses import address_at, covers
from refactor.hcl.document import Document
from refactor.hcl.expressions import Call, Conditional, Expression, Object, Template, Traversal, references
from refactor.hcl.layout import aligned
from refactor.hcl.strings import decode, escape, is_identifier, quote

ROOT = Path(__file__).parent.parent.parent


def value(source: str) -> Expression:
    document = Document("", f"a = {source}\n".encode())
    assert document.error is None
    attribute = document.body.attribute("a")
    assert attribute is not None
    return attribute.expression


def test_a_nested_conditional_is_grouped_to_the_right() -> None:
    outer = value('x ? "a" : y ? "b" : "c"')
    assert isinstance(outer, Conditional)
    assert isinstance(outer.yes, Template) and outer.yes.literal == "a"
    assert isinstance(outer.no, Conditional)
    assert isinstance(outer.no.no, Template) and outer.no.no.literal == "c"


def test_parentheses_group_as_written() -> None:
    outer = value('(x ? y : z) ? "b" : "c"')
    assert isinstance(outer, Conditional)
    assert isinstance(outer.condition, Conditional)


@pytest.mark.parametrize(
    ("source", "text"), [('"  x "', "  x "), ('""', ""), ('"a\\tb\\u00e9$${x}%%{"', "a\tbé${x}%{"), ('"größe"', "größe")]
)
def test_a_string_keeps_its_blanks_and_loses_its_escapes(source: str, text: str) -> None:
    found = value(source)
    assert isinstance(found, Template)
    assert found.literal == text


def test_the_digits_of_a_legacy_index_are_a_step() -> None:
    found = value('x.0.y["k"][1]')
    assert isinstance(found, Traversal)
    assert (found.root, found.path) == ("x", ("0", "y", "k", "1"))


def test_object_keys_are_no_references_but_computed_ones_are() -> None:
    document = Document("", b"a = { b = c.d, (e) = f }\n")
    assert [r.root for r in references(document.data, document.root)] == ["c", "e", "f"]
    found = value("{ b = 1, (c) = 2, d.e = 3 }")
    assert isinstance(found, Object)
    assert [i.key for i in found.items] == ["b", None, None]


def test_a_function_of_a_provider_keeps_its_name() -> None:
    found = value("provider::x::f(1, 2)")
    assert isinstance(found, Call)
    assert (found.name, len(found.arguments)) == ("provider::x::f", 2)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20))
def test_quoted_text_is_read_back(text: str) -> None:
    raw = escape(text).encode()
    assert decode(raw)[0] == text
    if "\r" not in text:
        document = Document("", f"a = {quote(text)}\n".encode())
        if document.error is None:
            attribute = document.body.attribute("a")
            assert attribute is not None and isinstance(attribute.expression, Template)
            assert attribute.expression.literal == text


@pytest.mark.parametrize(("name", "known"), [("a", True), ("a-b", True), ("größe", True), ("1a", False), ("a.b", False), ("", False)])
def test_identifiers(name: str, known: bool) -> None:
    assert is_identifier(name) is known


STACK = b"""\
resource "kubernetes_deployment" "api" {
  spec {
    container {
      image = "a"
    }
    container {
      image = "b"
    }
    dynamic "volume" {
      for_each = var.v
      content {
        name = volume.value
      }
    }
  }
  manifest = jsonencode({ "k8s.io/x" = [{ image = "c" }] })
}
locals {
  apps = { web = { image = "d" } }
}
variable "tag" {
  default = "e"
}
"""


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ('"a"', "kubernetes_deployment.api / spec.container[0].image"),
        ('"b"', "kubernetes_deployment.api / spec.container[1].image"),
        ("volume.value", 'kubernetes_deployment.api / spec.dynamic["volume"].content.name'),
        ('"c"', 'kubernetes_deployment.api / manifest["k8s.io/x"][0].image'),
        ('"d"', "local.apps / web.image"),
        ('"e"', "var.tag / default"),
    ],
)
def test_addresses_lead_to_values(text: str, address: str) -> None:
    assert address_at(Document("", STACK), STACK.index(text.encode())) == address


def test_a_top_level_attribute_is_its_own_address() -> None:
    assert address_at(Document("", b'tag = "x"\ninputs = { a = "y" }\n'), 26) == "inputs.a"


def test_an_address_covers_what_lies_below_it_and_not_what_begins_like_it() -> None:
    assert covers("r.a / spec", "r.a / spec.x[0]")
    assert covers("r.a", "r.a / spec")
    assert not covers("r.a / spec.image", "r.a / spec.image_pull_policy")


def formatted(text: str, old: str, new: str) -> str:
    at = text.encode().index(old.encode())
    edit = Edit(at, at + len(old.encode()), new.encode())
    return apply(text.encode(), aligned(Document("", text.encode()), [edit])).decode()


def test_a_longer_value_moves_the_comments_beside_it() -> None:
    text = 'a   = "x" # one\nbcd = "y" # two\n'
    assert formatted(text, '"x"', '"xyz"') == 'a   = "xyz" # one\nbcd = "y"   # two\n'


def test_comments_that_nobody_aligned_stay_where_they_are() -> None:
    text = 'a   = "x"  # one\nbcd = "y" # two\n'
    assert formatted(text, '"x"', '"xyz"') == 'a   = "xyz"  # one\nbcd = "y" # two\n'


def test_columns_are_characters_not_bytes() -> None:
    text = 'a   = "ö" # one\nbcd = "y" # two\n'
    assert formatted(text, '"y"', '"yz"') == 'a   = "ö"  # one\nbcd = "yz" # two\n'


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.*")), ids=lambda p: p.name)
@given(data=st.data())
def test_random_edits_of_a_real_file_leave_the_rest_identical(path: Path, data: st.DataObject) -> None:
    original = path.read_bytes()
    points = sorted(data.draw(st.lists(st.integers(0, len(original)), max_size=10, unique=True)))
    edits = [Edit(a, b, data.draw(st.binary(max_size=5))) for a, b in zip(points[::2], points[1::2], strict=False)]
    result = apply(original, edits)
    at = 0
    for edit in edits:
        kept = original[at : edit.start]
        assert result.startswith(kept + edit.text)
        result, at = result[len(kept) + len(edit.text) :], edit.end
    assert result == original[at:]
