"""Differences by address, as the tree sees them and as python-hcl2 does, held against what was declared."""

from __future__ import annotations

import pytest

from refactor.edits import Change
from refactor.hcl.declared import derives, undeclared, unexplained
from refactor.hcl.differences import differences, pairs
from refactor.hcl.document import Document
from refactor.hcl.plain import Unreadable, difference

DEPLOYMENT = """\
resource "kubernetes_deployment" "api" {{
  metadata {{
    labels = {{ app = "x", "k8s.io/name" = "y" }}
  }}
  spec {{
    {spec}
  }}
}}
"""


def container(name: str, image: str) -> str:
    return f'container {{\n      name  = "{name}"\n      image = "{image}"\n    }}'


def deployment(*spec: str) -> str:
    return DEPLOYMENT.format(spec="\n    ".join(spec))


API = "kubernetes_deployment.api"
# name: (before, after, differences that both readings see)
CASES: dict[str, tuple[str, str, list[Change]]] = {
    "nothing": (deployment(container("a", "x")), deployment(container("a", "x")), []),
    "layout and comments": ("a = 1\nb = {\n  c = 2\n}\n", "a   =   1 # one\nb = { c = 2 }\n", []),
    "a value": (
        deployment(container("a", "x:1")),
        deployment(container("a", "x:2")),
        [Change(f"{API} / spec.container[0].image", "x:1", "x:2")],
    ),
    "a value in the second of a kind": (
        deployment(container("a", "x:1"), container("b", "y:1")),
        deployment(container("a", "x:1"), container("b", "y:2")),
        [Change(f"{API} / spec.container[1].image", "y:1", "y:2")],
    ),
    "a value behind a block that is new": (
        deployment(container("b", "y:1"), container("c", "z:1")),
        deployment(container("a", "x:1"), container("b", "y:1"), container("c", "z:2")),
        [Change(f"{API} / spec.container[1].image", "z:1", "z:2"), Change(f"{API} / spec.container[0]", None, "...")],
    ),
    "a block that is gone": (
        deployment(container("a", "x:1"), container("b", "y:1")),
        deployment(container("b", "y:1")),
        [Change(f"{API} / spec.container[0]", "...", None)],
    ),
    "an attribute more and one fewer": ("x {\n  a = 1\n}\n", "x {\n  b = 2\n}\n", [Change("x / a", "1", None), Change("x / b", None, "2")]),
    "a resource more": ("a {}\n", 'a {}\nresource "b" "c" {}\n', [Change("b.c", None, "...")]),
    "another name": ('data "a" "b" {}\n', 'data "a" "c" {}\n', [Change("data.a.b", "...", None), Change("data.a.c", None, "...")]),
    "one of several that are alike": (
        "moved {}\nmoved {\n  a = 1\n}\n",
        "moved {}\nmoved {\n  a = 2\n}\n",
        [Change("moved[1] / a", "1", "2")],
    ),
    "a key": (
        'labels = { app = "x", "k8s.io/name" = "y" }\n',
        'labels = { app = "x", "k8s.io/name" = "z", new = true }\n',
        [Change('labels["k8s.io/name"]', "y", "z"), Change("labels.new", None, "true")],
    ),
    "a key of a local": ('locals {\n  a = { b = "c" }\n}\n', 'locals {\n  a = { b = "d" }\n}\n', [Change("local.a / b", "c", "d")]),
    "an element": ('a = ["b", "c"]\n', 'a = ["b", "d"]\n', [Change("a[1]", "c", "d")]),
    "an element in front of others": (
        'a = ["b", { c = "d" }]\n',
        'a = ["x", "b", { c = "d" }]\n',
        [Change("a[0]", None, "x")],
    ),
    "a dynamic block": (
        'x {\n  dynamic "env" {\n    for_each = var.a\n    content {\n      name = "b"\n    }\n  }\n}\n',
        'x {\n  dynamic "env" {\n    for_each = var.a\n    content {\n      name = "c"\n    }\n  }\n}\n',
        [Change('x / dynamic["env"].content.name', "b", "c")],
    ),
    "a variable's default": (
        'variable "t" {\n  default = "a"\n}\n',
        'variable "t" {\n  default = "b"\n}\n',
        [Change("var.t / default", "a", "b")],
    ),
    "a heredoc": ("a = <<EOT\nb\n${c}\nEOT\n", "a = <<EOT\nB\n${c}\nEOT\n", [Change("a", "b\n${c}\n", "B\n${c}\n")]),
    "an expression": ("a = b ? 1 : 2\n", "a = c ? 1 : 2\n", [Change("a", "b ? 1 : 2", "c ? 1 : 2")]),
    "a template": ('a = "${b}:1"\n', 'a = "${b}:2"\n', [Change("a", "${b}:1", "${b}:2")]),
    "another kind of value": ("a = 1\n", "a = true\n", [Change("a", "1", "true")]),
    "a number and a string": ("a = 1\n", 'a = "1"\n', [Change("a", "1", "1")]),
    "null": ("a = null\n", "a = 1\n", [Change("a", "null", "1")]),
}


def agree(found: list[Change], expected: list[Change]) -> bool:
    """Whether the same differences are told; the text of a whole block (``...``) is told in each reading's own way."""
    texts = {(c.address, c.before is None, c.after is None): (c.before, c.after) for c in found}
    keys = [(c.address, c.before is None, c.after is None) for c in expected]
    told = all("..." in (c.before, c.after) or texts.get(k) == (c.before, c.after) for c, k in zip(expected, keys, strict=True))
    return sorted(texts) == sorted(keys) and len(found) == len(expected) and told


@pytest.mark.parametrize("name", CASES)
def test_the_tree_sees_what_differs(name: str) -> None:
    before, after, expected = CASES[name]
    found = differences(Document("", before.encode()), Document("", after.encode()))
    assert agree(found, expected)


@pytest.mark.parametrize("name", CASES)
def test_python_hcl2_sees_the_same(name: str) -> None:
    before, after, expected = CASES[name]
    found = difference(Document("", before.encode()), Document("", after.encode()))
    assert not isinstance(found, Unreadable)
    assert agree(found, expected)


@pytest.mark.parametrize("name", CASES)
def test_each_reading_explains_the_other(name: str) -> None:
    before, after = (Document("", text.encode()) for text in CASES[name][:2])
    ours, theirs = differences(before, after), difference(before, after)
    assert not isinstance(theirs, Unreadable)
    assert unexplained(ours, theirs) == []
    assert unexplained(theirs, ours) == []


def test_jsonencode_is_one_value_to_python_hcl2_and_its_parts_explain_it() -> None:
    before, after = (Document("", f'a {{\n  b = jsonencode([{{ c = "x:{v}", d = "y" }}])\n}}\n'.encode()) for v in (1, 2))
    assert differences(before, after) == [Change("a / b[0].c", "x:1", "x:2")]
    found = difference(before, after)
    assert isinstance(found, list)
    assert [c.address for c in found] == ["a / b"]
    assert unexplained([Change("a / b[0].c", "x:1", "x:2")], found) == []
    assert unexplained([Change("a / b[0].c", "x:1", "x:3")], found) != []
    assert unexplained([Change("a / c", "x:1", "x:2")], found) == [*found, Change("a / c", "x:1", "x:2")]


@pytest.mark.parametrize(
    ("declared", "found", "strangers"),
    [
        (Change("r.a / b", "x", "y"), Change("r.a / b", "x", "y"), 0),
        (Change("r.a / b", "x", "y"), Change("r.a / b", "x", "z"), 1),
        (Change("r.a / b", "x", "y"), Change("r.a / bc", "x", "y"), 1),
        (Change("r.a / b", "x", "y"), Change("r.a / b.c", "x", "z"), 0),
        (Change("r.a / b.c", "x", "y"), Change("r.a / b", "{x}", "{y}"), 0),
        (Change("r.a / b.c", "x", "y"), Change("r.a / b", "{x}", "{z}"), 1),
        (Change("r.a / b", "tag", "tag@sha"), Change("r.a / b", "${repo}:tag", "${repo}:tag@sha"), 0),
        (Change("r.a / b", "tag", "tag@sha"), Change("r.a / b", "${repo}:tag", "${other}:tag@sha"), 1),
        (Change("r.a / b", "tag", "tag@sha"), Change("r.a / b", "tag tag", "tag@sha tag"), 0),
        (Change("r.a / b", 'a\\"b', 'a\\"c'), Change("r.a / b", 'a"b', 'a"c'), 0),
        (Change("r.a / b", 'a\\"b', 'a\\"c'), Change("r.a / b", 'a"b', 'a"d'), 1),
        (Change("r.a / b", "f(a,\n  b)", "f(a,\n  c)"), Change("r.a / b", "f(a, b)", "f(a, c)"), 0),
        (Change("r.a / b.c", "x", "f(y)"), Change("r.a / b", 'g({c = "x"})', "g({c = f(y)})"), 0),
        (Change("r.a / b.c", "f(y)", "x"), Change("r.a / b", "g({c = f(y)})", 'g({c = "x"})'), 0),
        (Change("r.a / b.c", "x", "f(y)"), Change("r.a / b", 'g({c = "x"})', "g({c = f(z)})"), 1),
        (Change("r.a", None, None), Change("r.a / b.c[0]", "x", None), 0),
        (Change("r.a / b[1]", "x", "y"), Change("r.a / b[10]", "x", "y"), 1),
        (Change("", "x", "y"), Change("r.a / b", "x", "y"), 1),
    ],
)
def test_a_difference_is_explained_by_address_and_by_text(declared: Change, found: Change, strangers: int) -> None:
    assert len(undeclared([declared], [found])) == strangers


def test_what_was_declared_has_to_be_found() -> None:
    declared = [Change("r.a / b", "x", "y"), Change("r.a / c", "x", "x")]
    assert unexplained(declared, []) == [declared[0]]


def test_several_texts_change_at_one_address() -> None:
    text = "a: x:1\nb: y:1\nc: x:1\n"
    replaced = [("x:1", "x:1@z"), ("y:1", "w")]
    assert derives(text, text.replace("x:1", "x:1@z").replace("y:1", "w"), replaced)
    assert derives(text, "a: x:1@z\nb: y:1\nc: x:1\n", replaced)
    assert not derives(text, "a: x:1@z\nb: y:2\nc: x:1\n", replaced)
    assert not derives(text, text + "d", replaced)


def test_many_changes_in_a_long_text_take_no_long_search() -> None:
    text = "".join(f"line {i}\n" * 20 + f"image: a{i}:latest\n" for i in range(5000))
    replaced = [(f"a{i}:latest", f"a{i}:1.2.3") for i in range(5000)]
    assert derives(text, text.replace("latest", "1.2.3"), replaced)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("abc", "axc", [(0, 0), (1, 1), (2, 2)]),
        ("abc", "abxc", [(0, 0), (1, 1), (None, 2), (2, 3)]),
        ("abc", "c", [(0, None), (1, None), (2, 0)]),
        ("", "ab", [(None, 0), (None, 1)]),
        ("aaaa", "aaa", [(0, 0), (1, 1), (2, 2), (3, None)]),
    ],
)
def test_siblings_are_matched_by_place_or_by_equality(one: str, two: str, expected: list[tuple[int | None, int | None]]) -> None:
    assert sorted(pairs(one, two), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("größe = 1\n", "line 1"),
        ('a = "${~ b ~}"\n', ""),
        ("a {\n  b = <<EOT\nx\nEOT \n}\nc {\n  d = <<EOT\ny\nEOT\n}\n", ""),
        ("a = 1\na = 2\n", ""),
    ],
)
def test_what_python_hcl2_cannot_read_is_said_without_a_word_of_the_file(text: str, said: str) -> None:
    found = difference(Document("", text.encode()), Document("", text.encode() + b"b = 1\n"))
    if isinstance(found, Unreadable):
        assert said in found.detail
        assert "größe" not in found.detail


def test_a_result_that_python_hcl2_cannot_read_is_told_apart() -> None:
    found = difference(Document("", b"a = 1\n"), Document("", "a = 1\nö = 2\n".encode()))
    assert isinstance(found, Unreadable)
    assert found.result


def test_a_byte_order_mark_is_no_trouble() -> None:
    found = difference(Document("", b"\xef\xbb\xbfa = 1\n"), Document("", b"\xef\xbb\xbfa = 2\n"))
    assert found == [Change("a", "1", "2")]
