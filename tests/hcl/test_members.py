"""Keys of objects and elements of lists that come and go, in every style of commas, judged by ``terraform fmt``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from refactor.edits import Edit, apply
from refactor.hcl.document import BOM, Document
from refactor.hcl.expressions import Object, Tuple
from refactor.hcl.insert import insert_element, remove_element, remove_elements, remove_key, remove_keys, set_key
from refactor.hcl.layout import aligned
from tests.hcl.fmt import fmt
from tests.hcl.operations import objects, tuples

Change = Callable[[Document], list[Edit]]


def done(text: bytes, change: Change) -> bytes:
    document = Document("", text)
    assert document.error is None
    return apply(text, aligned(document, change(document)))


def last_object(document: Document) -> Object:
    return objects(document)[-1]


def last_tuple(document: Document) -> Tuple:
    return tuples(document)[-1]


def key(name: str, value: str, after: str | None = None) -> Change:
    return lambda d: set_key(d, last_object(d), name, value, after=after)


def without(*names: str) -> Change:
    return lambda d: remove_keys(d, last_object(d), names) if len(names) != 1 else remove_key(d, last_object(d), names[0])


def element(value: str, after: int | None = None) -> Change:
    def change(document: Document) -> list[Edit]:
        found = last_tuple(document)
        return insert_element(document, found, value, after=None if after is None else found.elements[after])

    return change


def less(*indexes: int) -> Change:
    def change(document: Document) -> list[Edit]:
        found = last_tuple(document)
        gone = [found.elements[i] for i in indexes]
        return remove_elements(document, found, gone) if len(gone) != 1 else remove_element(document, found, gone[0])

    return change


# name: (before, change, after), each as fmt prints it
OBJECTS: dict[str, tuple[str, Change, str]] = {
    "the first key": ("a = {}\n", key("b", "1"), "a = { b = 1 }\n"),
    "the first key, of several lines": ("a = {}\n", key("b", "{\n  c = 1\n}"), "a = {\n  b = {\n    c = 1\n  }\n}\n"),
    "the first key between two lines": ("a = {\n}\n", key("b", "1"), "a = {\n  b = 1\n}\n"),
    "the first key below a comment": ("a = {\n  # c\n}\n", key("b", "1"), "a = {\n  # c\n  b = 1\n}\n"),
    "the first key beside a comment": ("a = { /* c */ }\n", key("b", "1"), "a = { /* c */ b = 1 }\n"),
    "on one line": ("a = { b = 1 }\n", key("c", "2"), "a = { b = 1, c = 2 }\n"),
    "on one line, between": ("a = { b = 1, c = 2 }\n", key("d", "3", after="b"), "a = { b = 1, d = 3, c = 2 }\n"),
    "on one line with a last comma": ("a = { b = 1, }\n", key("c", "2"), "a = { b = 1, c = 2, }\n"),
    "on one line beside a comment": ("a = { b = 1 /* d */ }\n", key("c", "2"), "a = { b = 1 /* d */, c = 2 }\n"),
    "one line is opened for several": ("a = { b = 1 }\n", key("c", "{\n  d = 1\n}"), "a = {\n  b = 1\n  c = {\n    d = 1\n  }\n}\n"),
    "one line with commas is opened with commas": (
        "a = { b = 1, c = 2 }\n",
        key("d", "[\n  1\n]"),
        "a = {\n  b = 1,\n  c = 2,\n  d = [\n    1\n  ]\n}\n",
    ),
    "one line with a comment is not opened": (
        "a = { b = 1 /* x */ }\n",
        key("c", "{\n  d = 1\n}"),
        "a = { b = 1 /* x */, c = {\n  d = 1\n} }\n",
    ),
    "a line for each, without commas": ("a = {\n  b  = 1\n  cd = 2\n}\n", key("efg", "3"), "a = {\n  b   = 1\n  cd  = 2\n  efg = 3\n}\n"),
    "a line for each, with commas": ("a = {\n  b = 1,\n  c = 2\n}\n", key("d", "3"), "a = {\n  b = 1,\n  c = 2,\n  d = 3\n}\n"),
    "a line for each, with a last comma": ("a = {\n  b = 1,\n  c = 2,\n}\n", key("d", "3"), "a = {\n  b = 1,\n  c = 2,\n  d = 3,\n}\n"),
    "a comma before a comment": (
        "a = {\n  b = 1, # x\n  c = 2  # y\n}\n",
        key("d", "3"),
        "a = {\n  b = 1, # x\n  c = 2, # y\n  d = 3\n}\n",
    ),
    "between, with commas": ("a = {\n  b = 1,\n  c = 2\n}\n", key("d", "3", after="b"), "a = {\n  b = 1,\n  d = 3,\n  c = 2\n}\n"),
    "between, without": ("a = {\n  b = 1 # x\n\n  c = 2\n}\n", key("d", "3", after="b"), "a = {\n  b = 1 # x\n  d = 3\n\n  c = 2\n}\n"),
    "commas only here and there": (
        "a = {\n  b = 1,\n  c = 2\n  d = 3\n}\n",
        key("e", "4", after="c"),
        "a = {\n  b = 1,\n  c = 2\n  e = 4\n  d = 3\n}\n",
    ),
    "colons": ("a = {\n  b : 1\n  cd : 2\n}\n", key("e", "3"), "a = {\n  b : 1\n  cd : 2\n  e : 3\n}\n"),
    "quoted where the others are": ('a = {\n  "b" = 1\n}\n', key("c", "2"), 'a = {\n  "b" = 1\n  "c" = 2\n}\n'),
    "quoted where it has to be": (
        "labels = {\n  app = 1\n}\n",
        key("app.kubernetes.io/name", '"x"'),
        'labels = {\n  app                      = 1\n  "app.kubernetes.io/name" = "x"\n}\n',
    ),
    "a word of the language is quoted": ("a = {\n  b = 1\n}\n", key("for", "2"), 'a = {\n  b     = 1\n  "for" = 2\n}\n'),
    "in jsonencode": ("a = jsonencode({\n  b = 1\n})\n", key("c", "2"), "a = jsonencode({\n  b = 1\n  c = 2\n})\n"),
    "in a list that hugs": ("a = [{\n  b = 1\n}]\n", key("c", "2"), "a = [{\n  b = 1\n  c = 2\n}]\n"),
    "in the second of a list that hugs": (
        "a = [{\n  b = 1\n  }, {\n  c = 1\n}]\n",
        key("d", "2"),
        "a = [{\n  b = 1\n  }, {\n  c = 1\n  d = 2\n}]\n",
    ),
    "in an empty one of a list that hugs": ("a = [{\n  b = 1\n  }, {\n}]\n", key("d", "2"), "a = [{\n  b = 1\n  }, {\n  d = 2\n}]\n"),
    "in a one-line block": ("x { a = { b = 1 } }\n", key("c", "2"), "x { a = { b = 1, c = 2 } }\n"),
    "members that share the line of the brace": ("a = { b = 1,\n  c = 2\n}\n", key("d", "3"), "a = { b = 1,\n  c = 2,\n  d = 3\n}\n"),
    "the brace shares the last line": ("a = {\n  b = 1,\nc = 2 }\n", key("d", "3"), "a = {\n  b = 1,\nc = 2, d = 3 }\n"),
    "after a heredoc": ("a = {\n  b = <<EOT\nx\nEOT\n}\n", key("c", "1"), "a = {\n  b = <<EOT\nx\nEOT\n  c = 1\n}\n"),
    "a heredoc among commas": (
        "a = {\n  b = 1,\n  c = 2\n}\n",
        key("d", "<<EOT\nx\nEOT", after="b"),
        "a = {\n  b = 1,\n  d = <<EOT\nx\nEOT\n  c = 2\n}\n",
    ),
    "a heredoc on one line": ("a = { b = 1, c = 2 }\n", key("d", "<<EOT\nx\nEOT"), "a = {\n  b = 1,\n  c = 2,\n  d = <<EOT\nx\nEOT\n}\n"),
    "another value": ("a = {\n  b = 1 # x\n  c = 2\n}\n", key("b", '"long"'), 'a = {\n  b = "long" # x\n  c = 2\n}\n'),
    "another value of several lines": (
        "a = {\n  b   = 1\n  cde = 2\n}\n",
        key("b", "[\n  1,\n]"),
        "a = {\n  b = [\n    1,\n  ]\n  cde = 2\n}\n",
    ),
    "a heredoc in a value's place needs no comma": (
        "a = {\n  b = 1,\n  c = 2\n}\n",
        key("b", "<<EOT\nx\nEOT"),
        "a = {\n  b = <<EOT\nx\nEOT\n  c = 2\n}\n",
    ),
    "the value of a quoted key": ('a = { "b" = 1 }\n', key("b", "2"), 'a = { "b" = 2 }\n'),
    "without the only key": ("a = { b = 1 }\n", without("b"), "a = {}\n"),
    "without the only key of several lines": ("a = {\n  b = 1,\n}\n", without("b"), "a = {}\n"),
    "without the only key below a comment": ("a = {\n  # c\n  b = 1\n}\n", without("b"), "a = {\n  # c\n}\n"),
    "without the only key beside a comment": ("a = { /* c */ b = 1 }\n", without("b"), "a = { /* c */ }\n"),
    "without the first on one line": ("a = { b = 1, c = 2 }\n", without("b"), "a = { c = 2 }\n"),
    "without the last on one line": ("a = { b = 1, c = 2 }\n", without("c"), "a = { b = 1 }\n"),
    "without one between": ("a = { b = 1, c = 2, d = 3 }\n", without("c"), "a = { b = 1, d = 3 }\n"),
    "without a line": ("a = {\n  b  = 1\n  cd = 2 # x\n  e  = 3\n}\n", without("cd"), "a = {\n  b = 1\n  e = 3\n}\n"),
    "without the last line, and its neighbour's comma": ("a = {\n  b = 1,\n  c = 2\n}\n", without("c"), "a = {\n  b = 1\n}\n"),
    "without the last line, with a last comma": ("a = {\n  b = 1,\n  c = 2,\n}\n", without("c"), "a = {\n  b = 1,\n}\n"),
    "without an empty line at the end": ("a = {\n  b = 1\n\n  c = 2\n}\n", without("c"), "a = {\n  b = 1\n}\n"),
    "without several": ("a = {\n  b = 1,\n  c = 2,\n  d = 3,\n  e = 4\n}\n", without("c", "e", "d"), "a = {\n  b = 1\n}\n"),
    "without any": ("a = { b = 1, c = 2 }\n", without("c", "b"), "a = {}\n"),
    "without what is not there": ("a = {\n  b = 1\n}\n", without("c"), "a = {\n  b = 1\n}\n"),
    "without none": ("a = {\n  b = 1\n}\n", without(), "a = {\n  b = 1\n}\n"),
}

LISTS: dict[str, tuple[str, Change, str]] = {
    "the first": ("a = []\n", element("1"), "a = [1]\n"),
    "the first, an object": ("a = []\n", element("{\n  b = 1\n}"), "a = [{\n  b = 1\n}]\n"),
    "the first, a heredoc": ("a = []\n", element("<<EOT\nx\nEOT"), "a = [<<EOT\nx\nEOT\n]\n"),
    "the first between two lines": ("a = [\n]\n", element("1"), "a = [\n  1,\n]\n"),
    "the first below a comment": ("a = [\n  # c\n]\n", element("1"), "a = [\n  # c\n  1,\n]\n"),
    "the first beside a comment": ("a = [/* c */]\n", element("1"), "a = [/* c */ 1]\n"),
    "on one line": ("a = [1]\n", element("2"), "a = [1, 2]\n"),
    "on one line, between": ("a = [1, 2]\n", element("3", after=0), "a = [1, 3, 2]\n"),
    "on one line with a last comma": ("a = [1, ]\n", element("2"), "a = [1, 2, ]\n"),
    "one line is opened for several": ("a = [1]\n", element("{\n  b = 1\n}"), "a = [\n  1,\n  {\n    b = 1\n  },\n]\n"),
    "a line for each": ("a = [\n  1,\n  2\n]\n", element("3"), "a = [\n  1,\n  2,\n  3\n]\n"),
    "a line for each, with a last comma": ("a = [\n  1,\n  2,\n]\n", element("3"), "a = [\n  1,\n  2,\n  3,\n]\n"),
    "a line for each, with comments": (
        "a = [\n  1, # x\n  22 # y\n]\n",
        element("3"),
        "a = [\n  1,  # x\n  22, # y\n  3\n]\n",
    ),
    "between lines": ("a = [\n  1,\n  2,\n]\n", element("3", after=0), "a = [\n  1,\n  3,\n  2,\n]\n"),
    "commas that lead": ("a = [\n  1\n  , 2\n]\n", element("3"), "a = [\n  1\n  , 2\n  , 3\n]\n"),
    "commas that lead, between": ("a = [\n  1\n  , 2\n]\n", element("3", after=0), "a = [\n  1\n  , 3\n  , 2\n]\n"),
    "several on a line": ("a = [\n  1, 2,\n  3, 4,\n]\n", element("5"), "a = [\n  1, 2,\n  3, 4,\n  5,\n]\n"),
    "after a heredoc": ("a = [\n  <<EOT\nx\nEOT\n]\n", element("1"), "a = [\n  <<EOT\nx\nEOT\n  ,\n  1\n]\n"),
    "a heredoc among others": ("a = [\n  1,\n  2,\n]\n", element("<<EOT\nx\nEOT", after=0), "a = [\n  1,\n  <<EOT\nx\nEOT\n  ,\n  2,\n]\n"),
    "objects that hug": ("a = [{\n  b = 1\n}]\n", element("{\n  c = 2\n}"), "a = [{\n  b = 1\n  }, {\n  c = 2\n}]\n"),
    "in parentheses": ("a = [(b), (c)]\n", element("d", after=0), "a = [(b), d, (c)]\n"),
    "less the only one": ("a = [1]\n", less(0), "a = []\n"),
    "less the only one of several lines": ("a = [\n  1,\n]\n", less(0), "a = []\n"),
    "less the only one, not its comment": ("a = [\n  # c\n  1,\n]\n", less(0), "a = [\n  # c\n]\n"),
    "less the first": ("a = [1, 2]\n", less(0), "a = [2]\n"),
    "less the last": ("a = [1, 2]\n", less(1), "a = [1]\n"),
    "less the last before a comma": ("a = [1, 2, ]\n", less(1), "a = [1, ]\n"),
    "less one in parentheses": ("a = [(b), (c)]\n", less(0), "a = [(c)]\n"),
    "less a line and its comment": ("a = [\n  1,\n  2, # x\n  3,\n]\n", less(1), "a = [\n  1,\n  3,\n]\n"),
    "less the last line": ("a = [\n  1,\n  2\n]\n", less(1), "a = [\n  1\n]\n"),
    "less one with a leading comma": ("a = [\n  1\n  , 2\n  , 3\n]\n", less(1), "a = [\n  1\n  , 3\n]\n"),
    "less the first before leading commas": ("a = [\n  1\n  , 2\n]\n", less(0), "a = [\n  2\n]\n"),
    "less one of several on a line": ("a = [\n  1, 2,\n  3,\n]\n", less(1), "a = [\n  1,\n  3,\n]\n"),
    "less one that hugs": ("a = [{\n  b = 1\n  }, {\n  c = 2\n}]\n", less(0), "a = [{\n  c = 2\n}]\n"),
    "less a heredoc": ("a = [\n  1,\n  <<EOT\nx\nEOT\n  ,\n  2,\n]\n", less(1), "a = [\n  1,\n  2,\n]\n"),
    "less one whose neighbour has a comment": ("a = [1, # x\n2]\n", less(1), "a = [1, # x\n]\n"),
    "less one before another's comment": ("a = [1, /* of 2 */ 2]\n", less(0), "a = [/* of 2 */ 2]\n"),
    "less neighbours": ("a = [\n  1,\n  2, # x\n  3,\n  4, # y\n]\n", less(1, 2), "a = [\n  1,\n  4, # y\n]\n"),
    "less all": ("a = [1, 2, 3]\n", less(0, 1, 2), "a = []\n"),
    "less all on one line but one": ("a = [1, 2, 3, 4]\n", less(3, 0, 1), "a = [3]\n"),
}
CASES = {**{f"key: {k}": v for k, v in OBJECTS.items()}, **{f"element: {k}": v for k, v in LISTS.items()}}


@pytest.mark.parametrize("name", CASES)
def test_the_change_keeps_the_style(name: str) -> None:
    before, change, after = CASES[name]
    assert done(before.encode(), change).decode() == after


def test_fmt_would_change_none_of_it() -> None:
    texts = [text.encode() for before, _, after in CASES.values() for text in (before, after)]
    different = [(a, b) for a, b in zip(texts, fmt(texts), strict=True) if a != b]
    assert different == []


@pytest.mark.parametrize("name", CASES)
def test_crlf_and_a_byte_order_mark_stay(name: str) -> None:
    before, change, after = CASES[name]
    crlf = [text.replace("\n", "\r\n").encode() for text in (before, after)]
    assert done(crlf[0], change) == crlf[1]
    assert done(BOM + before.encode(), change) == BOM + after.encode()
