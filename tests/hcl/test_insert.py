"""Attributes and blocks that come and go: in the style of their neighbours, and judged by ``terraform fmt``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from refactor.edits import Edit, apply
from refactor.hcl.document import BOM, Attribute, Block, Body, Document
from refactor.hcl.insert import insert_attribute, insert_block, remove, replace
from refactor.hcl.layout import aligned
from tests.hcl.fmt import fmt

Change = Callable[[Body], list[Edit]]


def innermost(document: Document) -> Body:
    """The body of the last block of the last block, or the file's."""
    body = document.body
    while blocks := list(body.blocks()):
        body = blocks[-1].body
    return body


def done(text: str, change: Change) -> str:
    document = Document("", text.encode())
    assert document.error is None
    return apply(document.data, aligned(document, change(innermost(document)))).decode()


def adding(name: str, value: str, after: str | None = None) -> Change:
    return lambda body: insert_attribute(body, name, value, after=after)


def block(text: str, after: int | None = None) -> Change:
    return lambda body: insert_block(body, text, after=None if after is None else body.items[after])


def removing(index: int) -> Change:
    return lambda body: remove(body.items[index])


# name: (before, change, after), each as fmt prints it
CASES: dict[str, tuple[str, Change, str]] = {
    "joins an aligned run": ("x {\n  a   = 1\n  bcd = 2\n}\n", adding("long", "3"), "x {\n  a    = 1\n  bcd  = 2\n  long = 3\n}\n"),
    "after the attribute named": (
        "x {\n  a = 1\n  b = 2\n\n  c = 3\n}\n",
        adding("d", "4", after="a"),
        "x {\n  a = 1\n  d = 4\n  b = 2\n\n  c = 3\n}\n",
    ),
    "at the default place where the one named is missing": ("x {\n  a = 1\n}\n", adding("d", "4", after="z"), "x {\n  a = 1\n  d = 4\n}\n"),
    "before nested blocks": (
        "x {\n  a = 1\n\n  y {\n    b = 1\n  }\n  z {}\n}\n",
        lambda body: insert_attribute(_parent(body), "c", "2"),
        "x {\n  a = 1\n  c = 2\n\n  y {\n    b = 1\n  }\n  z {}\n}\n",
    ),
    "above blocks, with a line between": (
        "x {\n  y {\n    b = 1\n  }\n}\n",
        lambda body: insert_attribute(_parent(body), "c", "2"),
        "x {\n  c = 2\n\n  y {\n    b = 1\n  }\n}\n",
    ),
    "above the comment of the first block": (
        "x { # of x\n  # of y\n  y {\n    b = 1\n  }\n}\n",
        lambda body: insert_attribute(_parent(body), "c", "2"),
        "x { # of x\n  c = 2\n\n  # of y\n  y {\n    b = 1\n  }\n}\n",
    ),
    "an empty block stays on its line": ('variable "x" {}\n', adding("type", "string"), 'variable "x" { type = string }\n'),
    "an empty block is opened for several lines": ("x {}\n", adding("a", "{\n  b = 1\n}"), "x {\n  a = {\n    b = 1\n  }\n}\n"),
    "an empty block is opened for a long line": ("x {}\n", adding("a", '"' + "b" * 100 + '"'), 'x {\n  a = "' + "b" * 100 + '"\n}\n'),
    "an empty block of two lines": ("x {\n}\n", adding("a", "1"), "x {\n  a = 1\n}\n"),
    "a block of nothing but a comment": ("x {\n  # c\n}\n", adding("a", "1"), "x {\n  a = 1\n  # c\n}\n"),
    "a comment behind the brace": ("x { # c\n}\n", adding("a", "1"), "x { # c\n  a = 1\n}\n"),
    "a one-line block is opened": (
        'variable "x" { type = string }\n',
        adding("default", '"y"'),
        'variable "x" {\n  type    = string\n  default = "y"\n}\n',
    ),
    "a one-line block with a comment": ("x { a = 1 /* c */ }\n", adding("b", "2"), "x {\n  a = 1 /* c */\n  b = 2\n}\n"),
    "a one-line block with an object over lines": (
        "x { a = {\n  b = 1\n} }\n",
        adding("c", "2"),
        "x {\n  a = {\n    b = 1\n  }\n  c = 2\n}\n",
    ),
    "the comment of the neighbour stays with it": (
        "x {\n  a = 1 # one\n  # two\n}\n",
        adding("b", "2"),
        "x {\n  a = 1 # one\n  b = 2\n  # two\n}\n",
    ),
    "after a block comment over lines": ("x {\n  a = 1 /* c\n  d */\n}\n", adding("b", "2"), "x {\n  a = 1 /* c\n  d */\n  b = 2\n}\n"),
    "after a heredoc": ("x {\n  a = <<EOT\ny\nEOT\n}\n", adding("bcd", "2"), "x {\n  a   = <<EOT\ny\nEOT\n  bcd = 2\n}\n"),
    "a heredoc": ("x {\n  a = 1\n}\n", adding("bcd", "<<EOT\ny\n  z\nEOT"), "x {\n  a   = 1\n  bcd = <<EOT\ny\n  z\nEOT\n}\n"),
    "a flush heredoc": ("x {\n  a = 1\n}\n", adding("b", "<<-EOT\n  y\nEOT"), "x {\n  a = 1\n  b = <<-EOT\n    y\n  EOT\n}\n"),
    "in an empty file": ("", adding("a", "1"), "a = 1\n"),
    "in a file of comments": ("# c\n", adding("a", "1"), "# c\n\na = 1\n"),
    "in a file without a last line end": ("a = 1", adding("bcd", "2"), "a   = 1\nbcd = 2"),
    "after blanks at the end of a file": ("x {\n} ", lambda body: insert_block(_file(body), "y {}"), "x {\n}\n\ny {}"),
    "a heredoc needs a last line end": ("a = 1", adding("b", "<<EOT\ny\nEOT"), "a = 1\nb = <<EOT\ny\nEOT\n"),
    "a block after its siblings": (
        "x {\n  y {\n    a = 1\n  }\n  z {\n    b = 1\n  }\n}\n",
        lambda body: insert_block(_parent(body), "y {\n  a = 2\n}"),
        "x {\n  y {\n    a = 1\n  }\n  y {\n    a = 2\n  }\n  z {\n    b = 1\n  }\n}\n",
    ),
    "a block after its siblings, with the lines that part them": (
        "x {\n  y {\n    a = 1\n  }\n\n  z {\n    b = 1\n  }\n}\n",
        lambda body: insert_block(_parent(body), "y {\n  a = 2\n}"),
        "x {\n  y {\n    a = 1\n  }\n\n  y {\n    a = 2\n  }\n\n  z {\n    b = 1\n  }\n}\n",
    ),
    "a first block is parted from the attributes": (
        "x {\n  a = 1\n}\n",
        block("y {\n  b = 1\n}"),
        "x {\n  a = 1\n\n  y {\n    b = 1\n  }\n}\n",
    ),
    "a block below the comments at the end": (
        "x {\n  a = 1\n  # b = 2\n}\n",
        block("y {}"),
        "x {\n  a = 1\n  # b = 2\n\n  y {}\n}\n",
    ),
    "a block between attributes": ("x {\n  a = 1\n  b = 2\n}\n", block("y {}", after=0), "x {\n  a = 1\n\n  y {}\n\n  b = 2\n}\n"),
    "a block in an empty one": ("x {}\n", block("y {}"), "x {\n  y {}\n}\n"),
    "a block with its comment": ("x {\n  a = 1\n}\n", block("# why\ny {}"), "x {\n  a = 1\n\n  # why\n  y {}\n}\n"),
    "a resource at the end of a file": (
        "a {\n}\n\nb {\n}\n",
        lambda body: insert_block(_file(body), "c {\n}"),
        "a {\n}\n\nb {\n}\n\nc {\n}\n",
    ),
    "a resource in a file without empty lines": ("a {}\nb {}\n", lambda body: insert_block(_file(body), "c {}"), "a {}\nb {}\nc {}\n"),
    "a resource after a file's comments": ("# c\n", block("a {\n}"), "# c\n\na {\n}\n"),
    "an attribute goes with its line and its comment": (
        "x {\n  a = 1\n  b = 2 # c\n  d = 3\n}\n",
        removing(1),
        "x {\n  a = 1\n  d = 3\n}\n",
    ),
    "the run closes up": ("x {\n  a    = 1\n  long = 2\n}\n", removing(1), "x {\n  a = 1\n}\n"),
    "no two empty lines meet": ("x {\n  a = 1\n\n  b = 2\n\n  c = 3\n}\n", removing(1), "x {\n  a = 1\n\n  c = 3\n}\n"),
    "no empty line at the end": ("x {\n  a = 1\n\n  b = 2\n}\n", removing(1), "x {\n  a = 1\n}\n"),
    "no empty line at the beginning": ("x { # c\n  a = 1\n\n  b = 2\n}\n", removing(0), "x { # c\n  b = 2\n}\n"),
    "an empty line that parts others stays": ("x {\n  a = 1\n\n  b = 2\n  c = 3\n}\n", removing(1), "x {\n  a = 1\n\n  c = 3\n}\n"),
    "the only attribute of a one-line block": ('variable "x" { type = string }\n', removing(0), 'variable "x" {}\n'),
    "the only attribute of a block": ("x {\n  a = 1\n}\n", removing(0), "x {}\n"),
    "the only attribute beside a comment": ("x {\n  # c\n  a = 1\n}\n", removing(0), "x {\n  # c\n}\n"),
    "a comment over lines stays": ("x {\n  a = 1 /* b\n  c */\n  d = 2\n}\n", removing(0), "x {\n  /* b\n  c */\n  d = 2\n}\n"),
    "a comment before it stays": ("x {\n  /* b */ a = 1\n  d         = 2\n}\n", removing(0), "x {\n  /* b */\n  d = 2\n}\n"),
    "a heredoc goes whole": ("x {\n  a = <<EOT\nb = 1\n\nEOT\n  c = 1\n}\n", removing(0), "x {\n  c = 1\n}\n"),
    "a block goes": ("x {\n  a = 1\n\n  y {\n  }\n}\n", lambda body: remove(_parent(body).items[1]), "x {\n  a = 1\n}\n"),
    "the last line of a file without line end": ("a = 1\nb = 2", removing(1), "a = 1"),
    "a value of several lines": (
        "x {\n  a = 1\n  b = 2\n}\n",
        lambda body: replace(_attribute(body, 0).expression, "{\n  c = 1\n}", document=body.document),
        "x {\n  a = {\n    c = 1\n  }\n  b = 2\n}\n",
    ),
    "a heredoc in a value's place keeps the comment": (
        "x {\n  a = 1 # c\n}\n",
        lambda body: replace(_attribute(body, 0).expression, "<<EOT\ny\nEOT", document=body.document),
        "x {\n  a = <<EOT\ny\nEOT\n  # c\n}\n",
    ),
}


def _parent(body: Body) -> Body:
    assert body.block is not None
    return body.block.parent


def _file(body: Body) -> Body:
    return body.document.body


def _attribute(body: Body, index: int) -> Attribute:
    item = body.items[index]
    assert isinstance(item, Attribute)
    return item


@pytest.mark.parametrize("name", CASES)
def test_the_change_is_what_a_person_would_have_written(name: str) -> None:
    before, change, after = CASES[name]
    assert done(before, change) == after


def test_fmt_would_change_none_of_it() -> None:
    texts = [text.encode() for before, _, after in CASES.values() for text in (before, after)]
    assert fmt(texts) == texts


@pytest.mark.parametrize("name", CASES)
def test_crlf_and_a_byte_order_mark_stay(name: str) -> None:
    before, change, after = CASES[name]
    if "\n" in before:
        assert done(before.replace("\n", "\r\n"), change) == after.replace("\n", "\r\n")
    document = Document("", BOM + before.encode())
    assert apply(document.data, aligned(document, change(innermost(document)))) == BOM + after.encode()


@pytest.mark.parametrize("name", [n for n, (before, _, after) in CASES.items() if before.endswith("\n") and "EOT" not in after])
def test_a_missing_line_end_stays_missing(name: str) -> None:
    before, change, after = CASES[name]
    assert done(before.removesuffix("\n"), change) == after.removesuffix("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x {\n    a = 1\n}\n", "x {\n    a = 1\n    y {\n        b = 1\n    }\n}\n"),
        ("x {\n\ta = 1\n}\n", "x {\n\ta = 1\n\ty {\n\t\tb = 1\n\t}\n}\n"),
        ("z {\n    c = 1\n}\nx {}\n", "z {\n    c = 1\n}\nx {\n    y {\n        b = 1\n    }\n}\n"),
    ],
    ids=["four blanks", "tabs", "as in the block above"],
)
def test_a_file_that_nobody_formatted_keeps_its_indentation(before: str, after: str) -> None:
    assert done(before, block("y {\n  b = 1\n}")).replace("\n\n", "\n") == after


def test_an_attribute_is_not_set_twice() -> None:
    with pytest.raises(ValueError, match="a is set already"):
        done("a = 1\n", adding("a", "2"))


def test_text_of_several_lines_needs_to_know_its_document() -> None:
    attribute = _attribute(Document("", b"a = 1\n").body, 0)
    with pytest.raises(ValueError, match="several lines"):
        replace(attribute.expression, "{\n}")


def test_both_of_two_neighbours_can_go_together() -> None:
    body = Document("", b"x {\n  a = 1\n  b = 2\n  c = 3\n}\n").body
    inner = next(b for b in body.items if isinstance(b, Block)).body
    edits = [*remove(inner.items[0]), *remove(inner.items[1])]
    assert apply(body.document.data, aligned(body.document, edits)) == b"x {\n  c = 3\n}\n"
