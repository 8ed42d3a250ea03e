"""Keys are added as their neighbours are written and removed with nothing but their own bytes."""

from __future__ import annotations

import pytest

from refactor.yaml.keys import remove_key, set_key
from tests.yaml.corpus import DEPLOYMENT, JSON, applied, changes, mapping_at, reason


def add(text: str, path: str, key: str, value: str, *, after: str | None = None, template: bool = False, as_string: bool = True) -> str:
    edits = set_key(mapping_at(text, path, template=template), key, value, as_string=as_string, after=after)
    result = applied(text, edits)
    at = f"{path}.{key}" if path else key
    new = [change for change in changes(text, result, template=template) if change.new is not None]
    assert [(change.path, change.new and change.new.text) for change in new] == [(at, value)]
    return result


def drop(text: str, path: str, key: str, *, template: bool = False) -> str:
    result = applied(text, remove_key(mapping_at(text, path, template=template), key))
    at = f"{path}.{key}" if path else key
    gone = [change.path for change in changes(text, result, template=template) if change.new is None]
    assert all(each == at or each.startswith((f"{at}.", f"{at}[", f"{at}&", "%")) for each in gone)
    assert gone
    return result


@pytest.mark.parametrize(
    ("text", "path", "after", "expected"),
    [
        ("a: 1\n", "", None, "a: 1\nk: x\n"),
        ("a: 1", "", None, "a: 1\nk: x"),
        ("a: 1\r\nb: 2\r\n", "", "a", "a: 1\r\nk: x\r\nb: 2\r\n"),
        ("a: 1 # why\n# own\nz: 2\n", "", "a", "a: 1 # why\nk: x\n# own\nz: 2\n"),
        ("m:\n  - n: 1\n    o: 2\n  - q\n", "m[0]", None, "m:\n  - n: 1\n    o: 2\n    k: x\n  - q\n"),
        ("m:\n- n: 1\nz: 2\n", "m[0]", None, "m:\n- n: 1\n  k: x\nz: 2\n"),
        ("- - a: 1\n", "[0][0]", None, "- - a: 1\n    k: x\n"),
        ("- &y a: 1\n", "[0]", None, "- &y a: 1\n  k: x\n"),
        ("a:\n  b:\n", "a", None, "a:\n  b:\n  k: x\n"),
        ("a: |+\n  x\n\nb: 1\n", "", "a", "a: |+\n  x\n\nk: x\nb: 1\n"),
        ("a: 1\n...\n", "", None, "a: 1\nk: x\n...\n"),
        ("a: 1\n---\nb: 1\n", "", None, "a: 1\nk: x\n---\nb: 1\n"),
        ('"a": 1\n', "", None, '"a": 1\n"k": x\n'),
        ("a: {}\n", "a", None, "a: {k: x}\n"),
        ("a: { }\n", "a", None, "a: {k: x}\n"),
        ("a: {b: 1}\n", "a", None, "a: {b: 1, k: x}\n"),
        ("a: {b: 1,}\n", "a", None, "a: {b: 1, k: x,}\n"),
        ('{"a": 1}', "", None, '{"a": 1, "k": "x"}'),
        ("{}", "", None, '{"k": "x"}'),
        ('{\r\n  "a": 1\r\n}\r\n', "", None, '{\r\n  "a": 1,\r\n  "k": "x"\r\n}\r\n'),
        ("{\n  a: 1, # c\n  b: 2 # d\n}\n", "", None, "{\n  a: 1, # c\n  b: 2, # d\n  k: x\n}\n"),
        ("{\n  a: 1, # c\n  b: 2, # d\n}\n", "", "a", "{\n  a: 1, # c\n  k: x,\n  b: 2, # d\n}\n"),
    ],
)
def test_a_new_key_is_written_as_its_neighbours_are(text: str, path: str, after: str | None, expected: str) -> None:
    assert add(text, path, "k", "x", after=after) == expected


def test_a_new_key_or_value_that_would_be_read_as_something_else_gets_quotes() -> None:
    assert add("a: 1\n", "", "k", "1.2") == 'a: 1\nk: "1.2"\n'
    assert add("a: 1\n", "", "k", "1.2", as_string=False) == "a: 1\nk: 1.2\n"
    assert add("a: 1\n", "", "on", "yes") == 'a: 1\n"on": "yes"\n'
    assert add('{"a": 1}', "", "k", "2", as_string=False) == '{"a": 1, "k": 2}'


def test_a_key_that_is_there_is_set_in_place_and_may_already_have_the_value() -> None:
    assert add("a: 1 # c\nk: 'y' # d\n", "", "k", "x") == "a: 1 # c\nk: 'x' # d\n"
    assert set_key(mapping_at("k: x\n"), "k", "x") == []
    assert set_key(mapping_at("k: 'x'\n"), "k", "x") == []


def test_set_in_a_deep_mapping_leaves_the_rest_of_the_file() -> None:
    path = "spec.template.spec.containers[0]"
    after = add(DEPLOYMENT, path, "imagePullPolicy", "IfNotPresent", after="image")
    assert after == DEPLOYMENT.replace("by hand\n", "by hand\n          imagePullPolicy: IfNotPresent\n")
    assert add(JSON, "list[1]", "z", "1") == JSON.replace('"k": null', '"k": null, "z": "1"')


@pytest.mark.parametrize(
    ("text", "path", "key", "after", "why"),
    [
        ("a: 1\na: 2\n", "", "a", None, "more than once"),
        ("a: [1]\n", "", "a", None, "not a scalar"),
        ("x: &x 1\na: *x\n", "", "a", None, "not a scalar"),
        ("[a: 1]\n", "[0]", "k", None, "pair in a list"),
        ("a: 1\n", "", "k", "z", "no entry behind which"),
        ("a: {# c\n}\n", "a", "k", None, "a comment in the empty mapping"),
        ("a: |\n  x", "", "k", None, "block scalar before it"),
        ("? a\n: 1\n", "", "k", None, "indentation is not clear"),
    ],
)
def test_a_key_that_cannot_be_set_has_its_reason(text: str, path: str, key: str, after: str | None, why: str) -> None:
    assert why in reason(set_key(mapping_at(text, path), key, "x", after=after))


def test_a_new_key_in_a_template_goes_outside_of_conditionals_and_is_escaped() -> None:
    text = "a: 1\n%{ if x }\nb: 2\n%{ endif }\n"
    assert add(text, "", "k", "${y}", template=True) == "a: 1\nk: $${y}\n%{ if x }\nb: 2\n%{ endif }\n"
    inside = mapping_at(text, template=True)
    assert "conditional" in reason(set_key(inside, "k", "x", after="b"))
    assert "no entry behind which" in reason(set_key(mapping_at("%{ if x }\nb: 2\n%{ endif }\n", template=True), "k", "x"))


def test_a_new_key_does_not_come_between_a_key_and_what_an_interpolation_prints_for_it() -> None:
    text = "a:\n  b:\n    k: v\n    ${indent(4, x)}\n  c: 1\n"
    assert "may belong to the entry before" in reason(set_key(mapping_at(text, "a", template=True), "k", "x", after="b"))
    assert add(text, "a", "k", "x", after="c", template=True) == text + "  k: x\n"
    beside = "a:\n  b: 1\n  ${indent(2, x)}\n  c: 1\n"
    assert add(beside, "a", "k", "x", after="b", template=True) == beside.replace("b: 1\n", "b: 1\n  k: x\n")


@pytest.mark.parametrize(
    ("text", "path", "key", "expected"),
    [
        ("a: 1\nb: 2\n", "", "a", "b: 2\n"),
        ("a: 1\nb: 2", "", "b", "a: 1"),
        ("a: 1\r\nb: 2", "", "b", "a: 1"),
        ("a: 1\r\nb: 2\r\n", "", "a", "b: 2\r\n"),
        ("a: 1 # c\n# own\nb: 2\n", "", "a", "# own\nb: 2\n"),
        ("m:\n  a: 1\nz: 1\n", "m", "a", "m: {}\nz: 1\n"),
        ("a: 1\n", "", "a", "{}\n"),
        ("k:\n  - a: 1\n", "k[0]", "a", "k:\n  - {}\n"),
        ("- a: 1\n  b: 2\n", "[0]", "a", "- b: 2\n"),
        ("- a: 1\n  # c\n  b: 2\n", "[0]", "a", "- # c\n  b: 2\n"),
        ("a: |+\n  x\n\nb: 1\n", "", "b", "a: |+\n  x\n\n"),
        ("a: 1\nb: |\n  x\n\nc: 1\n", "", "b", "a: 1\n\nc: 1\n"),
        ("a: 1\nb:\n  c: {d: [1]}\n  e: 1\nf: 1\n", "", "b", "a: 1\nf: 1\n"),
        ("{a: 1, b: 2, c: 3}\n", "", "a", "{b: 2, c: 3}\n"),
        ("{a: 1, b: 2, c: 3}\n", "", "b", "{a: 1, c: 3}\n"),
        ("{a: 1, b: 2, c: 3}\n", "", "c", "{a: 1, b: 2}\n"),
        ("{ a: 1, }\n", "", "a", "{}\n"),
        ('{\n  "a": 1,\n  "b": 2\n}\n', "", "b", '{\n  "a": 1\n}\n'),
        ("{\n  a: 1, # x\n  b: 2 # y\n}\n", "", "b", "{\n  a: 1 # x\n   # y\n}\n"),
        ("a: &x 1\nb: *x\n", "", "b", "a: &x 1\n"),
    ],
)
def test_removing_a_key_takes_its_own_bytes_and_keeps_comments_of_others(text: str, path: str, key: str, expected: str) -> None:
    assert drop(text, path, key) == expected


def test_removing_what_is_not_there_is_no_edit() -> None:
    assert remove_key(mapping_at("a: 1\n"), "b") == []
    assert remove_key(mapping_at("a: {}\n", "a"), "b") == []


@pytest.mark.parametrize(
    ("text", "path", "key", "why"),
    [
        ("a: 1\na: 2\n", "", "a", "more than once"),
        ("a: &x 1\nb: *x\n", "", "a", "alias elsewhere"),
        ("a: {k: [&x 1]}\nb: *x\n", "", "a", "alias elsewhere"),
        ("[a: 1]\n", "[0]", "a", "pair in a list"),
        ("? a\n: 1\nb: 2\n", "", "a", "does not start its line"),
    ],
)
def test_a_key_that_cannot_be_removed_has_its_reason(text: str, path: str, key: str, why: str) -> None:
    assert why in reason(remove_key(mapping_at(text, path), key))


def test_an_anchor_that_nobody_reads_goes_with_its_key() -> None:
    assert drop("a: &x 1\nb: 2\n", "", "a") == "b: 2\n"


def test_an_entry_that_starts_or_ends_a_conditional_is_not_removed() -> None:
    text = "a: 1\nb:\n  c: 1\n%{ if x }\n  d: 2\ne: 3\n%{ endif }\n"
    assert "conditional or a loop" in reason(remove_key(mapping_at(text, template=True), "b"))
    whole = "a: 1\nb:\n%{ if x }\n  c: 1\n%{ endif }\n  d: 2\ne: 3\n"
    assert drop(whole, "", "b", template=True) == "a: 1\ne: 3\n"
