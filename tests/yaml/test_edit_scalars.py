"""Scalars are changed in their own style where that can write the new text, and nothing around them is touched."""

from __future__ import annotations

import pytest
import yaml

from refactor.edits import Edit
from refactor.yaml.edit import replace_in_scalar, set_scalar
from tests.yaml.corpus import DEPLOYMENT, HELM, TERRAFORM, VALUES, applied, changes, reason, scalar_at


def put(text: str, path: str, new: str, *, template: bool = False, as_string: bool | None = None) -> str:
    return applied(text, set_scalar(scalar_at(text, path, template=template), new, as_string=as_string))


def swap(text: str, path: str, old: str, new: str, *, template: bool = False) -> str:
    node = scalar_at(text, path, template=template)
    at = node.text.index(old)
    return applied(text, replace_in_scalar(node, at, at + len(old), new))


@pytest.mark.parametrize(
    ("path", "before", "new", "after"),
    [
        ("spec.template.spec.containers[0].image", "image: nginx:1.25   #", "nginx:1.27", "image: nginx:1.27   #"),
        ("spec.template.spec.initContainers[0].image", "'busybox:1.36'", "b:'2'", "'b:''2'''"),
        ("metadata.labels.tier", '"front"', 'a"b', '"a\\"b"'),
        ("spec.template.spec.containers[0].env[1].value", "value:\n", "x", "value: x\n"),
        ("spec.replicas", "replicas: 3", "5", "replicas: 5"),
        ("metadata.labels.app", "{app: web,", "a, b", '{app: "a, b",'),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_scalar_keeps_its_style_and_its_neighbours_their_bytes(path: str, before: str, new: str, after: str, newline: str) -> None:
    text = DEPLOYMENT.replace("\n", newline)
    before, after = before.replace("\n", newline), after.replace("\n", newline)
    assert text.count(before) == 1
    assert put(text, path, new) == text.replace(before, after)


@pytest.mark.parametrize(
    "new",
    [
        "1.25",
        "true",
        "yes",
        "No",
        "on",
        "y",
        "null",
        "~",
        "",
        "0x1F",
        "1e3",
        "12:30",
        "2024-01-01",
        "1_000",
        ".inf",
        "0o7",
        "<<",
        "=",
        "0b1",
    ],
)
def test_a_string_that_some_reader_takes_for_something_else_gets_quotes(new: str) -> None:
    assert put("a: b\n", "a", new) == f'a: "{new}"\n'


@pytest.mark.parametrize(
    "new",
    ["- x", "? x", ": x", "a: b", "a #b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "[a", "{a", "'a", '"a', " a", "a ",
     "a\nb", "a\tb",
     "---", "... x", "a:", "-", "\u0085", "\ufeff", "\u2028", "\x07"],
)  # fmt: skip
def test_a_text_with_indicators_or_control_characters_gets_quotes_and_reads_as_itself(new: str) -> None:
    after = put("a: b # c\n", "a", new)
    assert after.startswith('a: "')
    assert after.endswith('" # c\n')
    assert yaml.safe_load(after) == {"a": new}
    assert scalar_at(after, "a").text == new


@pytest.mark.parametrize("new", ["nginx:1.27.3", "ghcr.io/a/b@sha256:0f", "a#b", "-x", "?x", "x'y", "1.2.3", "v1", "naïve", "a,b", "a]"])
def test_a_text_that_every_reader_takes_for_a_string_gets_none(new: str) -> None:
    assert put("a: b\n", "a", new) == f"a: {new}\n"


def test_an_image_in_a_flow_mapping_gets_quotes_unless_a_colon_stood_there_before() -> None:
    assert put("a: {image: nginx}\n", "a.image", "nginx:1") == 'a: {image: "nginx:1"}\n'
    assert put("a: {image: nginx:1}\n", "a.image", "nginx:2") == "a: {image: nginx:2}\n"


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("a: nginx:1 # c\n", "nginx:1"),
        ("a: 'x'\n", "x"),
        ('a: "\\x41"\n', "A"),
        ("a: 3\n", "3"),
        ("a: |\n  x\n", "x\n"),
        ("a: >-\n  x\n  y\n", "x y"),
        ("a: ''\n", ""),
        ("a: true\n", "true"),
        ("a: plain\n  goes on\n", "plain goes on"),
    ],
)
def test_setting_what_is_there_is_no_edit_however_it_is_written(text: str, new: str) -> None:
    assert set_scalar(scalar_at(text, "a"), new) == []


def test_a_number_becomes_a_string_only_if_asked() -> None:
    node = scalar_at("a: 1.20\n", "a")
    assert set_scalar(node, "1.20") == []
    assert applied("a: 1.20\n", set_scalar(node, "1.20", as_string=True)) == 'a: "1.20"\n'
    assert applied("a: 1.20\n", set_scalar(node, "1.30")) == "a: 1.30\n"
    assert put("a: b\n", "a", "1.30", as_string=False) == "a: 1.30\n"


def test_a_null_that_is_set_becomes_a_string() -> None:
    assert put("a: ~\n", "a", "1") == 'a: "1"\n'
    assert put("a: # note\n", "a", "1") == 'a: "1" # note\n'


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("a:\n", "a", "a: x\n"),
        ("a:", "a", "a: x"),
        ("a: !!str\n", "a", "a: !!str x\n"),
        ("a: &b\n", "a", "a: &b x\n"),
        ("a:\n  -\n  - y\n", "a[0]", "a:\n  - x\n  - y\n"),
        ("-\n", "[0]", "- x\n"),
        ("a:\r\nb: 1\r\n", "a", "a: x\r\nb: 1\r\n"),
    ],
)
def test_an_empty_value_is_written_behind_what_waits_for_it(text: str, path: str, after: str) -> None:
    result = put(text, path, "x")
    assert result == after
    assert [(d.path, d.new and d.new.text) for d in changes(text, result)] == [(path, "x")]


@pytest.mark.parametrize(
    ("text", "path"), [("? a\n", "a"), ("{a, b: 1}\n", "a"), ("---\n---\n", ""), ("[a: 1, {b}]\n", "[1].b"), ("{a: ,b: }\n", "a")]
)
def test_where_no_colon_directly_before_waits_for_a_value_there_is_no_place(text: str, path: str) -> None:
    assert "no place" in reason(set_scalar(scalar_at(text, path), "x"))


@pytest.mark.parametrize(
    ("text", "new", "after"),
    [
        ("a: |\n  x\n  y\nb: 1\n", "z\n", "a: |\n  z\nb: 1\n"),
        ("a: |\n  x\nb: 1\n", "z", "a: |-\n  z\nb: 1\n"),
        ("a: |-  # why\n  x\nb: 1\n", "z\n", "a: |  # why\n  z\nb: 1\n"),
        ("a: >-\n  x\nb: 1\n", "long\ntext", "a: |-\n  long\n  text\nb: 1\n"),
        ("a: |\n  x\nb: 1\n", "", 'a: ""\nb: 1\n'),
        ("a: | # why\n  x\nb: 1\n", " lead", 'a: " lead" # why\nb: 1\n'),
        ("a: |\n  x\nb: 1\n", "x\n\n\n", 'a: "x\\n\\n\\n"\nb: 1\n'),
        ("a: |\r\n    x\r\nb: 1\r\n", "y\n\nz\n", "a: |\r\n    y\r\n\r\n    z\r\nb: 1\r\n"),
        ("a: |\n  x", "y\n", 'a: "y\\n"'),
        ("a: |\n  x", "y", "a: |-\n  y"),
        ("a: |4\n      x\nb: 1\n", "y\n", "a: |\n    y\nb: 1\n"),
    ],
)
def test_a_block_scalar_stays_one_where_it_can_hold_the_text(text: str, new: str, after: str) -> None:
    result = put(text, "a", new)
    assert result == after
    assert scalar_at(result, "a").text == new


def test_json_stays_json() -> None:
    text = '{"a": "x", "n": 1, "t": true}\n'
    assert put(text, "a", 'q"\n\u2028\u00e9') == '{"a": "q\\"\\n\\u2028\u00e9", "n": 1, "t": true}\n'
    assert put(text, "n", "2") == '{"a": "x", "n": 2, "t": true}\n'
    assert put(text, "n", "01") == '{"a": "x", "n": "01", "t": true}\n'
    assert put(text, "a", "1") == '{"a": "1", "n": 1, "t": true}\n'


def test_json_has_no_plain_scalars_also_inside_lists() -> None:
    assert put('[{"a": null}]', "[0].a", "x") == '[{"a": "x"}]'
    assert put('["x", 1]', "[1]", "some text") == '["x", "some text"]'


# --- templates


def test_a_dollar_brace_in_the_new_text_is_escaped_in_a_template_only() -> None:
    assert put("a: b\n", "a", "x${y}", template=True) == "a: x$${y}\n"
    assert put("a: b\n", "a", "x${y}") == "a: x${y}\n"
    assert scalar_at("a: x$${y}\n", "a", template=True).text == "x${y}"


def test_a_text_that_joins_with_its_neighbour_to_template_syntax_is_refused() -> None:
    node = scalar_at('a: "x{b}"\n', "a", template=True)
    assert "join" in reason(replace_in_scalar(node, 0, 1, "$"))
    node = scalar_at("a: x-${y}\n", "a", template=True)
    assert "join" in reason(replace_in_scalar(node, 1, 2, "$"))


@pytest.mark.parametrize(("start", "end", "new"), [(1, 1, "x"), (1, 2, ""), (1, 2, "x"), (1, 4, "y")])
def test_the_brace_that_makes_an_escape_one_stays_behind_it(start: int, end: int, new: str) -> None:
    """Without it, ``$$`` prints two signs."""
    node = scalar_at('a: "$${x}"\n', "a", template=True)
    assert "lose the brace" in reason(replace_in_scalar(node, start, end, new))
    assert swap('a: "$${x}"\n', "a", "x", "y", template=True) == 'a: "$${y}"\n'
    assert swap('a: "$${x}"\n', "a", "${x}", "y", template=True) == 'a: "y"\n'


def test_a_tag_beside_an_interpolation_is_replaced_and_the_interpolation_stays() -> None:
    assert swap(TERRAFORM, "spec.containers[0].image", "1.0", "2.0", template=True) == TERRAFORM.replace(":1.0", ":2.0")
    after = swap(TERRAFORM, "spec.containers[1].image", "busybox", "alpine", template=True)
    assert after == TERRAFORM.replace("busybox:${tag}", "alpine:${tag}")


def test_a_slice_must_not_touch_an_interpolation() -> None:
    node = scalar_at(TERRAFORM, "spec.containers[1].image", template=True)
    at = node.text.index("${tag}")
    for start, end in ((at, at + 6), (at - 1, at + 1), (at + 5, at + 6), (0, len(node.text))):
        assert "touches an interpolation" in reason(replace_in_scalar(node, start, end, "x"))
    assert replace_in_scalar(node, at, at + 6, "${tag}") == []


def test_a_whole_scalar_with_an_interpolation_may_be_replaced() -> None:
    after = put(HELM, "spec.containers[0].image", "nginx:1", template=True)
    assert after == HELM.replace('"{{ .repo }}:{{ .tag }}"', '"nginx:1"')


def test_a_scalar_whose_conditional_ends_outside_is_refused() -> None:
    text = "a: |\n  x\n  %{ if y }\n  z\n  b\n%{ endif }\nb: 1\n"
    assert "conditional or a loop" in reason(set_scalar(scalar_at(text, "a", template=True), "q\n"))


@pytest.mark.parametrize("text", ["a:\n${x}\nb: 1\n", "a:\n{{ toYaml . }}\nb: c\n"])
def test_an_empty_value_that_an_interpolation_prints_is_not_filled(text: str) -> None:
    node = scalar_at(text, "a", template=True)
    assert (node.text, node.is_literal) == ("", False)
    assert "interpolation" in reason(set_scalar(node, "x"))


# --- slices


@pytest.mark.parametrize(
    ("text", "old", "new", "after"),
    [
        ("a: nginx:1.25 # c\n", "1.25", "1.27", "a: nginx:1.27 # c\n"),
        ("a: 'it''s:1'\n", "1", "2", "a: 'it''s:2'\n"),
        ("a: 'x:1'\n", "1", "it's", "a: 'x:it''s'\n"),
        ('a: "\\u00e9x\\t:1"\n', "1", '2"', 'a: "\\u00e9x\\t:2\\""\n'),
        ("a: |\n  FROM x:1\n  RUN y\n", "x:1", "z:2", "a: |\n  FROM z:2\n  RUN y\n"),
        ("a: >-\n  one\n  two:1\n", "1", "2", "a: >-\n  one\n  two:2\n"),
        ("a: nginx:1 # c\n", "nginx:1", "#x", 'a: "#x" # c\n'),
        ("a: déjà:1\n", "1", "é", "a: déjà:é\n"),
        ('a: "x \\\n  y:1"\n', "1", "2", 'a: "x \\\n  y:2"\n'),
        ("a: b\n", "b", "1.0", 'a: "1.0"\n'),
        ("a: x:y\n", "y", "", 'a: "x:"\n'),
    ],
)
def test_only_the_slice_is_replaced(text: str, old: str, new: str, after: str) -> None:
    assert swap(text, "a", old, new) == after


@pytest.mark.parametrize(
    ("text", "old", "new", "after"),
    [
        ('a: "one\n  two"\n', "two", " x", 'a: "one  x"\n'),
        ('a: "one\n  two"\n', "one", "x ", 'a: "x  two"\n'),
        ("a: 'one\n  two\n  three'\n", "two", "", "a: 'one  three'\n"),
        ("a: one\n  two\n  three\n", "two", "", "a: one  three\n"),
        ('a: "one \\\n  two"\n', "two", " x", 'a: "one  x"\n'),
        ('"one\ntwo"\n', "two", "---", '"one ---"\n'),
        ('a: "one\n  two"\n', "two", "x ", 'a: "one\n  x "\n'),
    ],
)
def test_blanks_that_folding_would_take_away_are_written_on_one_line(text: str, old: str, new: str, after: str) -> None:
    assert swap(text, "a" if text[0] == "a" else "", old, new) == after


def test_an_edit_of_a_slice_has_exactly_the_bytes_of_the_slice() -> None:
    text = 'a: "repo:1.25"\n'
    assert replace_in_scalar(scalar_at(text, "a"), 5, 9, "1.27") == [Edit(9, 13, b"1.27")]
    assert replace_in_scalar(scalar_at(text, "a"), 9, 9, "-x") == [Edit(13, 13, b"-x")]
    assert replace_in_scalar(scalar_at(text, "a"), 5, 9, "1.25") == []


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (0, 4), (2, 1), (4, 4)])
def test_a_slice_outside_the_text_is_refused(start: int, end: int) -> None:
    assert "outside" in reason(replace_in_scalar(scalar_at("a: abc\n", "a"), start, end, "x"))


def test_a_slice_over_lines_is_refused() -> None:
    node = scalar_at("a: |\n  one\n  two\n", "a")
    assert "end of a line" in reason(replace_in_scalar(node, 2, 5, "x"))


@pytest.mark.parametrize("new", [" x", "\tx", "", "---", "a\nb", "\x07"])
def test_a_line_of_a_block_scalar_keeps_its_indentation_and_stays_one_line(new: str) -> None:
    node = scalar_at("a: |\n  one\n  two\n", "a")
    assert "does not fit" in reason(replace_in_scalar(node, 0, 3, new))


@pytest.mark.parametrize("text", ["a: b\n", "a: 'b'\n", 'a: "b"\n', "a: |\n  b\n", "a:\n", '{"a": "b"}'])
def test_a_lone_surrogate_cannot_be_written_in_any_style(text: str) -> None:
    """libyaml takes no escape for one, so a text with it would be no YAML any more."""
    node = scalar_at(text, "a")
    assert "not Unicode" in reason(set_scalar(node, "x\ud800"))
    if node.text and not node.style.is_block:
        assert "not Unicode" in reason(replace_in_scalar(node, 0, 1, "\ud800"))


def test_the_value_below_an_anchor_says_who_else_sees_the_change() -> None:
    node = scalar_at(VALUES, "resources.limits.cpu")
    assert node.aliases == 2
    assert applied(VALUES, set_scalar(node, "200m")) == VALUES.replace("100m", "200m")
