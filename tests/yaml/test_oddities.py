"""Forms of YAML that are rare and legal, and in which an edit once went wrong; most are from the YAML project's own test suite."""

from __future__ import annotations

import pytest

from refactor.yaml.document import Mapping, Scalar
from refactor.yaml.edit import CannotEdit, replace_in_scalar, set_scalar
from refactor.yaml.keys import remove_key, set_key
from refactor.yaml.scalars import Interpolation
from tests.yaml.corpus import applied, mapping_at, read, scalar_at


def test_a_pair_in_a_list_is_a_mapping_that_cannot_grow() -> None:
    """YAML 1.2.2 example 7.20: ``[single: pair]`` has no braces; behind the pair comes the next item."""
    pair = mapping_at("a: [\n single: pair,\n]\n", "a[0]")
    assert isinstance(set_key(pair, "b", "1"), CannotEdit)
    assert isinstance(remove_key(pair, "single"), CannotEdit)


@pytest.mark.parametrize("key", ["explicit", "implicit"])
def test_a_question_mark_stays_with_its_key(key: str) -> None:
    mapping = mapping_at("{\n? explicit: entry,\nimplicit: entry,\n? last\n}\n", "")
    assert isinstance(remove_key(mapping, key), CannotEdit)


def test_a_line_of_a_quoted_scalar_does_not_become_a_document_marker() -> None:
    data = '--- "a\n...x\nb"\n'
    scalar = scalar_at(data, "")
    at = scalar.text.index("x")
    edits = replace_in_scalar(scalar, at, at + 1, " y")
    assert scalar_at(applied(data, edits), "").text == "a ... y b"


def test_an_anchor_with_a_colon_is_not_taken_for_the_value() -> None:
    scalar = scalar_at("key: &an:chor value\n", "key")
    assert isinstance(set_scalar(scalar, "other"), CannotEdit)


def test_a_key_that_an_alias_reads_is_not_removed() -> None:
    assert isinstance(remove_key(mapping_at("&a1 foo: bar\nbaz: *a1\n", ""), "foo"), CannotEdit)


def test_a_block_scalar_that_ends_the_file_without_a_line_break_gets_none() -> None:
    data = "a: 1\nb: |\n  text"
    assert scalar_at(data, "b").text == "text"
    assert isinstance(set_key(mapping_at(data, ""), "c", "x"), CannotEdit)
    assert applied(data, remove_key(mapping_at(data, ""), "b")) == "a: 1"


def test_a_kept_block_scalar_does_not_take_the_directive_behind_it() -> None:
    data = "%{ if x }\na: |+\n  text\n%{ endif }\n"
    scalar = scalar_at(data, "a", template=True)
    assert scalar.content.end == data.index("\n%{ endif }")
    assert applied(data, set_scalar(scalar, "new\n")) == "%{ if x }\na: |\n  new\n%{ endif }\n"


def test_an_interpolation_of_several_lines_belongs_to_its_scalar_whole() -> None:
    data = "a: ${jsonencode({\n  b = 1\n})}\nc: 2\n"
    scalar = scalar_at(data, "a", template=True)
    assert data[slice(*scalar.content)] == "${jsonencode({\n  b = 1\n})}"
    assert [type(part) for part in scalar.parts] == [Interpolation]
    assert applied(data, set_scalar(scalar, "x")) == "a: x\nc: 2\n"


def test_a_directive_in_a_fold_does_not_double_the_blank() -> None:
    scalar = scalar_at("a: 'x,%{ if y }\n  z'%{ endif }\n", "a", template=True)
    assert scalar.text == "x,%{ if y } z"


def test_two_branches_on_one_line_are_two_entries() -> None:
    data = "spec:\n  %{ if x ~}image: a:1%{ else ~}image: b:1%{ endif ~}\n  name: c\n"
    mapping = mapping_at(data, "spec", template=True)
    assert [(name, node.text) for name, node in mapping.items() if isinstance(node, Scalar)] == [
        ("image", "a:1"),
        ("image", "b:1"),
        ("name", "c"),
    ]
    assert mapping.duplicates == {"image"}


def test_many_interpolations_in_one_scalar_divide_it_in_order() -> None:
    data = "a: " + "-".join(f"${{v{i}}}" for i in range(2000)) + "\n"
    scalar = scalar_at(data, "a", template=True)
    assert data[slice(*scalar.content)] == scalar.text
    assert len(scalar.parts) == 3999
    assert all(data[part.start : part.end] == part.text for part in scalar.parts)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "---\n---\n"])
def test_nothing_is_read_from_nothing(text: str) -> None:
    nodes = [node for _, node in read(text).walk()]
    assert not any(isinstance(node, Mapping) for node in nodes)
    assert all(isinstance(node, Scalar) and node.value is None for node in nodes)
