"""The second opinion finds exactly what changed, and says so where it cannot tell."""

from __future__ import annotations

import pytest

from refactor.yaml.gate import Atom, Difference, difference
from refactor.yaml.masking import masks
from refactor.yaml.template import Unparsable
from tests.yaml.corpus import DEPLOYMENT, HELM, JSON, NASTY, TERRAFORM, changes


@pytest.mark.parametrize(
    ("before", "after", "path", "old", "new"),
    [
        ("a: 1\nb: 2\n", "a: 1\nb: 3\n", "b", Atom("2", "int"), Atom("3", "int")),
        ("a: 1\n", 'a: "1"\n', "a", Atom("1", "int"), Atom("1", "str")),
        ("a: no\n", "a: 'no'\n", "a", Atom("no", "bool"), Atom("no", "str")),
        ("a:\n", "a: ''\n", "a", Atom("", "null"), Atom("", "str")),
        ("a: 2024-01-01\n", 'a: "2024-01-01"\n', "a", Atom("2024-01-01", "timestamp"), Atom("2024-01-01", "str")),
        ("a: x\n", "a: !t x\n", "a", Atom("x", "str"), Atom("x", "!t")),
        ("a: [1, 2]\n", "a: [1]\n", "a[1]", Atom("2", "int"), None),
        ("a: 1\n", "a: 1\nb: x\n", "b", None, Atom("x", "str")),
        ("a: 1\n---\nb: 1\n", "a: 1\n---\nb: 2\n", "---[1].b", Atom("1", "int"), Atom("2", "int")),
        ("a: 1\na: 2\n", "a: 1\na: 3\n", "a[#2]", Atom("2", "int"), Atom("3", "int")),
        ("? [x]\n: 1\n", "? [y]\n: 1\n", "[?0]?[0]", Atom("x", "str"), Atom("y", "str")),
        ("a: |\n  x\n", "a: |-\n  x\n", "a", Atom("x\n", "str"), Atom("x", "str")),
        ("a: &x 1\nb: &y 1\nc: *x\n", "a: &x 1\nb: &y 1\nc: *y\n", "c", Atom("*x", "alias"), Atom("*y", "alias")),
        ("a: &x 1\n", "a: &y 1\n", "a&", Atom("x", "anchor"), Atom("y", "anchor")),
        ("a: !t {b: 1}\n", "a: !u {b: 1}\n", "a", Atom("!t", "mapping"), Atom("!u", "mapping")),
        ('{"a": 1.0}', '{"a": 1.00}', "a", Atom("1.0", "float"), Atom("1.00", "float")),
        ('{"a": [true, null]}', '{"a": [true, ""]}', "a[1]", Atom("null", "null"), Atom("", "str")),
    ],
)  # fmt: skip
def test_one_change_is_one_difference(before: str, after: str, path: str, old: Atom | None, new: Atom | None) -> None:
    assert changes(before, after) == [Difference(path, old, new)]
    assert changes(after, before) == [Difference(path, new, old)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: b\n", "a: 'b' # c\n"),
        ("a: {b: [1, x]}\n", "a:\n  b:\n  - 1\n  - x\n"),
        ("a: |\n  x\n", 'a: "x\\n"\n'),
        ("a: b\n", "\ufeffa: b\r\n"),
        ('{"a": "\\u00e9"}', '{"a": "é"}'),
        ("a:\t1\n", "a: 1 \n"),
        ("# x\n", "# y\n"),
    ],
)
def test_another_way_to_write_the_same_is_no_difference(before: str, after: str) -> None:
    assert changes(before, after) == []


@pytest.mark.parametrize("name", NASTY)
def test_a_text_does_not_differ_from_itself_with_blanks_around(name: str) -> None:
    text, template = NASTY[name]
    assert changes(text, text, template=template) == []
    if text.endswith(("\n", "}")):
        assert changes(text, text + "\n\n", template=template) == []


def test_a_moved_value_is_seen_at_both_of_its_places() -> None:
    after = DEPLOYMENT.replace("replicas: 3", "count: 3")
    assert [(change.path, change.new is None) for change in changes(DEPLOYMENT, after)] == [("spec.replicas", True), ("spec.count", False)]


def test_a_line_that_slips_into_another_mapping_is_seen() -> None:
    """What a wrong indentation does: no value is lost, each is somewhere else."""
    found = changes("a:\n  b: 1\n  c: 2\n", "a:\n  b: 1\nc: 2\n")
    assert [change.path for change in found] == ["a.c", "c"]


@pytest.mark.parametrize(
    ("text", "old", "new", "path"),
    [
        (TERRAFORM, "${tag}", "${gat}", "spec.containers[1].image"),
        (TERRAFORM, '"b}"', '"c}"', "spec.containers[1].args[0]"),
        (TERRAFORM, "%{ for c in containers ~}", "%{ for c in others ~}", "%[0]"),
        (TERRAFORM, "%{ endfor ~}", "%{ endfor }", "%[1]"),
        (HELM, "{{- if .Values.enabled }}", "{{- if .Values.disabled }}", "%[0]"),
        (HELM, "{{ .repo }}:", "{{ .reg }}:", "spec.containers[0].image"),
        (HELM, "nindent 4", "nindent 2", "%[1]"),
    ],
)
def test_a_change_of_template_syntax_alone_is_seen_though_masks_hide_it(text: str, old: str, new: str, path: str) -> None:
    assert text.count(old) == 1
    assert [change.path for change in changes(text, text.replace(old, new), template=True)] == [path]


@pytest.mark.parametrize(("before", "after"), [("a: $${x}\n", "a: ${x}\n"), ('{"a": "%%{x}"}', '{"a": "%{x}"}')])
def test_an_escape_that_becomes_an_interpolation_is_seen(before: str, after: str) -> None:
    assert [change.path for change in changes(before, after, template=True)] == ["a"]


def test_json_in_a_template_is_compared_with_its_syntax_as_written() -> None:
    text = '{"a": "${x}", "b": "$${y}", "c": "\\u00e9\\/"}'
    assert changes(text, text.replace("${x}", "$${x}"), template=True) == [
        Difference("a", Atom('"${x}"', "template"), Atom("${x}", "str")),
    ]
    assert changes(text, text.replace("\\u00e9\\/", "é/"), template=True) == []


def test_an_escape_is_what_it_prints() -> None:
    assert changes("a: $${x}\nb: 1\n", "a: '$${x}'\nb: 2\n", template=True) == [Difference("b", Atom("1", "int"), Atom("2", "int"))]
    found = changes("a: x\n", "a: $${x}\n", template=True)
    assert found == [Difference("a", Atom("x", "str"), Atom("${x}", "str"))]


@pytest.mark.parametrize("broken", [b"a: [", b"a: 'x", b"a: b: c", b"a: \xff", b"a: \x00", b"a: *", b"- a\nb: 1"])
def test_what_does_not_parse_is_refused_on_either_side_even_if_the_other_is_fine(broken: bytes) -> None:
    for before, after in ((b"a: 1\n", broken), (broken, b"a: 1\n"), (b'{"a": 1}', broken)):
        assert isinstance(difference(before, after), Unparsable)


def test_an_unclosed_template_sequence_is_refused() -> None:
    assert isinstance(difference(b"a: ${x}\n", b"a: ${x\n", template=True), Unparsable)
    assert isinstance(difference(b"a: %{x\n", b"a: 1\n", template=True), Unparsable)
    assert isinstance(difference(b'{"a": "${x}"}', b'{"a": "${x"}', template=True), Unparsable)


def test_tabs_are_taken_only_where_the_first_text_has_them_already() -> None:
    assert isinstance(difference(b"a:\n  b: 1\n", b"a:\n\tb: 1\n"), Unparsable)
    assert changes("{\n\ta: 1\n}\n", "{\n\ta: 2\n}\n") == [Difference("a", Atom("1", "int"), Atom("2", "int"))]


def test_a_refusal_never_quotes_the_text() -> None:
    found = difference(b"a: 1\n", b"password: hunter2 : [\n")
    assert isinstance(found, Unparsable)
    assert "hunter2" not in found.detail


def test_json_that_stops_being_json_is_still_compared_as_yaml() -> None:
    assert changes(JSON, JSON.replace('"nginx:1.25"', "nginx")) == [Difference("image", Atom("nginx:1.25", "str"), Atom("nginx", "str"))]


# --- masks


@pytest.mark.parametrize("name", NASTY)
def test_a_mask_has_the_length_and_the_line_feeds_of_its_text(name: str) -> None:
    data = NASTY[name][0].encode()
    found = masks(data, 0, len(data))
    assert not isinstance(found, Unparsable)
    feeds = [i for i, byte in enumerate(data) if byte == 10]
    for mask in found:
        assert len(mask.data) == len(data)
        assert [i for i, byte in enumerate(mask.data) if byte == 10] == feeds
        outside = bytearray(data)
        for mark in mask.marks:
            assert mask.data[mark.start : mark.end] != data[mark.start : mark.end] or mark.kind == "escape"
            outside[mark.start : mark.end] = mask.data[mark.start : mark.end]
        assert sorted(mask.data.replace(b" ", b"").replace(b"\r", b"")) == sorted(bytes(outside).replace(b" ", b"").replace(b"\r", b""))


def test_without_template_syntax_the_only_mask_is_the_text_itself() -> None:
    found = masks(DEPLOYMENT.encode(), 0, len(DEPLOYMENT))
    assert not isinstance(found, Unparsable)
    assert [mask.data for mask in found] == [DEPLOYMENT.encode()]
