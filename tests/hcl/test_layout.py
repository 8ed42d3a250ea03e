"""The layout: indentation and columns as ``terraform fmt`` sets them, and only where it had set them before."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.edits import Edit, apply
from refactor.hcl.columns import columns
from refactor.hcl.document import BOM, Document
from refactor.hcl.layout import aligned, misplaced
from refactor.hcl.rows import rows
from tests.hcl.fmt import fmt

# Each is valid, and odd in a way that bears on rows, brackets or columns.
TEXTS = {
    "plain": 'a = 1\nbcd = "x"\n',
    "non-ASCII keys": 'x = {\n "größe" = 1\n "ab" = 2\n größer = 3\n}\n',
    "combining marks": 'x = {\n "e\u0301e\u0301" = 1 # c\n "abcdef" = 22 # d\n}\n',
    "emoji": 'x = {\n "👩\u200d👩\u200d👧" = 1\n "🇩🇪🇫🇷" = 1\n "👍🏽" = 1\n "❤\ufe0f" = 1\n "abcdefg" = 2\n}\n',
    "hangul": 'x = {\n "한국" = 1\n "\u1112\u1161\u11ab" = 2\n "abcdef" = 3\n}\n',
    "mark after a quote": 'x = {\n "\u0301a" = 1\n "abcdef" = 3\n}\n',
    "other scripts": 'x = {\n "日本語" = 1\n "नमस्ते" = 2\n "abcdefghijk" = 3\n}\n',
    "tabs": "x {\n\ta\t=\t1\n\tbcd = 2\t# c\n}\n",
    "comments in a column": "a = 1 # x\nbcd = 22 // y\n# z\ne = 3 # w\n",
    "a comment chain over blocks": 'variable "a" {} # one\nvariable "bcd" {} # two\nx = 1 # three\n',
    "a comment after an opening brace": "x { # one\n  a = 1 # two\n}\n",
    "block comments": "a = 1 /* x */\nbcd = /* y\n z */ 2 # c\n/* d */ e = 3\n",
    "a block comment at the end": "a = 1\nbcd = 2 /* x */",
    "a heredoc in a chain": "a = 1\nbcd = <<EOT\n  ${x}  y = 1\nEOT\ne = 2\n",
    "a flush heredoc": "x {\n  a = 1\n  bcd = <<-EOT\n    y\n  EOT\n  e = 2 # c\n}\n",
    "a heredoc in a call": "a = 1\nbcd = f(<<EOT\nx\nEOT\n, 2)\ne = 2\n",
    "an interpolation over lines in a heredoc": "a = <<EOT\n${f({\nb = 1\ncde = 2\n})} x = 1\nEOT\nf = 1\n",
    "an interpolation over lines in a string": 'a = "${f(\nb,\nc)}"\nlong_name = 1\n',
    "strings with brackets": 'a = "{[("\nbcd = "}" # ]\ne = "\\"{"\n',
    "escaped templates": 'a = "$${x"\nbcd = "%%{y"\ne = "$$${z}"\n',
    "a heredoc that looks like its end": "a = <<EOT\nEOTX\n EOT x\n${y}EOT\n  EOT\nbcd = 1\n",
    "hugging brackets": "a = [{\nb = 1\ncde = 2\n}, {\nf = 1\n}]\n",
    "brackets that close together": "a = f({\nb = [\n1,\n2] })\nc = 1\n",
    "an item after its brace": "a = { b = 1,\ncde = 2 }\n",
    "an assignment before an opened brace": "a = [\n{ b = 1 }, {\nccc = 2\n}]\n",
    "many brackets on a line": "a = f(g([{\nb = 1\n}]))\n",
    "one-line blocks": "a { b = 1 }\nc { ddd = {\ne = 1\n} }\nf {}\n",
    "colons": "a = {\nb : 1\ncde : 2\nf = 3\n}\n",
    "for expressions": "a = { for k, v in x :\nk => v\nif v != 1 }\nb = [for x in y : x]\n",
    "a conditional over lines": "a = (x\n? { b = 1 }\n: {}\n)\ncde = 2\n",
    "equality is no assignment": "a = b == c\nlong = d != e && f <= g\n",
    "an empty line parts chains": "a = 1\n\nbcd = 2\n  \ne = 3\n",
    "no line end": "a = 1\nbcd = 2",
    "a comment without line end": "a = 1 # x\nbcd = 2 # y",
    "CRLF": "a = 1 # x\r\nbcd = <<EOT\r\ny\r\nEOT\r\nx {\r\ne = {\r\nf = 1\r\n}\r\n}\r\n",
    "nested objects": "a = {\nb = { c = 1 }\nlonger = {\nd = 1\n}\ne = 2\n}\n",
}


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    return dict(zip(TEXTS, fmt([text.encode() for text in TEXTS.values()]), strict=True))


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_misplaced_in_what_fmt_prints(name: str, printed: dict[str, bytes]) -> None:
    assert misplaced(printed[name]) == []


@pytest.mark.parametrize("name", TEXTS)
def test_moved_cells_go_back_to_where_fmt_has_them(name: str, printed: dict[str, bytes]) -> None:
    text = printed[name]
    for seed in range(5):
        rng = random.Random(f"{name} {seed}")
        moved = apply(text, scrambled(text, rng))
        assert apply(moved, misplaced(moved)) == text


def scrambled(text: bytes, rng: random.Random) -> list[Edit]:
    """Other numbers of blanks before rows, ``=`` and comments."""
    edits: list[Edit] = []
    for row in rows(text):
        if row.empty:
            continue
        edits.append(Edit(row.start, row.text, b" " * rng.randrange(9)))
        for cell in (row.sign, row.comment):
            if cell is not None:
                blanks = len(text[:cell]) - len(text[:cell].rstrip(b" "))
                edits.append(Edit(cell - blanks, cell, b" " * rng.randint(1, 9)))
    return edits


def test_rows_are_the_whole_text() -> None:
    for text in TEXTS.values():
        assert b"".join(text.encode()[r.start : r.end] for r in rows(text.encode())) == text.encode()


@pytest.mark.parametrize(
    "text", ['a = "', "a = <<EOT\nx", "a = ${", "}}}", "/*", '"${', "a = <<EOT\n${\nEOT\n", "\r", '"${}}"', ")\n= 1", "\x00"]
)
def test_broken_text_has_rows_too(text: str) -> None:
    found = rows(text.encode())
    assert b"".join(text.encode()[r.start : r.end] for r in found) == text.encode()
    misplaced(text.encode())


@given(st.text(alphabet='a=1 \n\t"${}%{[]()#/*<EOT\\é', max_size=60))
def test_any_text_has_rows(text: str) -> None:
    data = text.encode()
    assert b"".join(data[r.start : r.end] for r in rows(data)) == data


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("größe", 5), ("e\u0301", 1), ("👩\u200d👩\u200d👧", 1), ("🇩🇪🇫🇷", 2), ("a\r\nb", 3), ("日本", 2), ("", 0), ('"\u0301', 2)],
)
def test_columns_are_grapheme_clusters(text: str, width: int) -> None:
    assert columns(text.encode()) == width


def changed(text: str, old: str, new: str) -> str:
    data = text.encode()
    at = data.index(old.encode())
    return apply(data, aligned(Document("", data), [Edit(at, at + len(old.encode()), new.encode())])).decode()


def test_a_new_line_joins_its_run_and_may_widen_it() -> None:
    assert changed("a  = 1\nbc = 2\n", "a  = 1", "a  = 1\ndefg = 3") == "a    = 1\ndefg = 3\nbc   = 2\n"


def test_a_line_that_goes_lets_its_run_close_up() -> None:
    assert changed("a    = 1\ndefg = 2\nbc   = 3\n", "defg = 2\n", "") == "a  = 1\nbc = 3\n"


def test_an_empty_line_that_goes_joins_two_runs() -> None:
    assert changed("a = 1\n\nbcd = 2\n", "\n\n", "\n") == "a   = 1\nbcd = 2\n"


def test_a_value_that_opens_brackets_leaves_its_run() -> None:
    assert changed("a   = 1\nbcd = 2\n", "= 1", "= {\n  e = 1\n}") == "a = {\n  e = 1\n}\nbcd = 2\n"


def test_a_value_that_no_longer_does_joins_it() -> None:
    assert changed("a = {\n  e = 1\n}\nbcd = 2\n", "{\n  e = 1\n}", "1") == "a   = 1\nbcd = 2\n"


def test_a_new_line_in_a_run_that_nobody_aligned_moves_no_other() -> None:
    assert changed("a = 1\nbcd = 2\n", "a = 1", "a = 1\nlong = 3") == "a = 1\nlong = 3\nbcd = 2\n"


def test_a_new_line_joins_the_column_that_people_keep() -> None:
    assert changed("a      = 1\nbcd    = 2\n", "= 1", "= 1\nlong = 3") == "a      = 1\nlong   = 3\nbcd    = 2\n"


def test_the_alignment_of_other_runs_is_left_alone() -> None:
    text = "a = 1\nbcd = 2\n\nx {\n    e = 1\n    fgh = 2\n}\n\ny  = 1\nzz = 2\n"
    assert changed(text, "y  = 1", "yyyy = 1") == text.replace("y  = 1\nzz = 2", "yyyy = 1\nzz   = 2")


def test_new_lines_are_indented_only_where_the_others_are() -> None:
    assert changed("x {\n  a = 1\n}\n", "= 1", "= 1\n    bc = 2") == "x {\n  a  = 1\n  bc = 2\n}\n"
    assert changed("x {\n    a = 1\n}\n", "= 1", "= 1\n    bc = 2") == "x {\n    a  = 1\n    bc = 2\n}\n"


def test_lines_inside_a_heredoc_are_never_moved() -> None:
    text = "x {\n  a = <<EOT\nb = 1\n   ccc = 2 # d\nEOT\n}\n"
    assert changed(text, "b = 1", "bbbbbbbbb = 1") == text.replace("b = 1", "bbbbbbbbb = 1")


def test_a_byte_order_mark_is_no_column() -> None:
    data = BOM + b"a   = 1\nbcd = 2\n"
    at = data.index(b"bcd")
    assert apply(data, aligned(Document("", data), [Edit(at, at + 3, b"bc")])) == BOM + b"a  = 1\nbc = 2\n"


def test_no_edit_is_no_edit() -> None:
    assert aligned(Document("", b"a =   1\nbcd = 2\n"), []) == []


@given(st.data())
def test_the_layout_moves_nothing_but_blanks(data: st.DataObject) -> None:
    """Whatever the edits are, and whatever becomes of the file."""
    text = data.draw(st.sampled_from([t.encode() for t in TEXTS.values()]))
    points = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    words = st.sampled_from([b"", b"x", b" ", b"\n", b"y = 1\n", b"{", b"}", b'"', b"# c\n"])
    edits = [Edit(a, b, data.draw(words)) for a, b in zip(points[::2], points[1::2], strict=False)]
    result = apply(text, aligned(Document("", text), edits))
    assert re.sub(rb"[ \t]", b"", result) == re.sub(rb"[ \t]", b"", apply(text, edits))


def test_what_is_aligned_is_settled(printed: dict[str, bytes]) -> None:
    for text in printed.values():
        edits = [Edit(len(text), len(text), b"\nnew = 1\n" if not text.endswith(b"\n") else b"new = 1\n")]
        once = apply(text, aligned(Document("", text), edits))
        assert misplaced(once) == []
