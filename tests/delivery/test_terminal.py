"""The coloured diff: the patch with colours, the changed words marked, and nothing that a terminal would obey."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.changeset import FileChange
from refactor.delivery.diff import unified
from refactor.delivery.terminal import coloured, render
from tests.delivery.test_diff import changesets

COLOUR = re.compile(rb"\x1b\[\d*m")
MARKED = re.compile(rb"\x1b\[7m(.*?)\x1b\[27m")


def replaced(old: bytes, new: bytes) -> FileChange:
    return FileChange("main.tf", old, new)


def test_without_colour_it_is_the_patch() -> None:
    change = replaced(b"a \x1b[2J\n", b"b\n")
    assert render([change], colour=False) == unified([change])


@given(changesets())
def test_without_its_colours_it_reads_as_the_patch(changes: list[FileChange]) -> None:
    plain = COLOUR.sub(b"", coloured(changes))
    assert plain == unified(changes).replace(b"\r\n", b"\n").replace(b"\r", b"^M")


def test_signs_have_gits_colours() -> None:
    lines = coloured([replaced(b"same\nold thing\n", b"same\nnew stuff here\n")]).split(b"\n")
    assert lines[0] == b"\x1b[1mdiff --git a/main.tf b/main.tf\x1b[m"
    assert lines[4] == b"\x1b[36m@@ -1,2 +1,2 @@\x1b[m"
    assert lines[5] == b" same"
    assert lines[6].startswith(b"\x1b[31m-")
    assert lines[7].startswith(b"\x1b[32m+")


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        pytest.param(
            b'image = "nginx:latest"\n', b'image = "nginx:1.27.3@sha256:ab"\n', [b"latest", b"1.27.3@sha256:ab"], id="a reference"
        ),
        pytest.param(b"a = 1 # one\n", b"a = 2 # two\n", [b"1", b"one", b"2", b"two"], id="two places"),
        pytest.param(b"a = [x]\n", b"a = [x, y]\n", [b", y"], id="only added"),
        pytest.param("größe = grün\n".encode(), "größe = groß\n".encode(), ["grün".encode(), "groß".encode()], id="not ASCII"),
        pytest.param(b"completely\n", b"different = { }\n", [], id="nothing in common"),
        pytest.param(b"", b"a = 1\n", [], id="a new line"),
        pytest.param(b"x = 1", b"x = 1\n", [], id="only the final newline"),
    ],
)
def test_the_words_that_differ_are_marked(old: bytes, new: bytes, marked: list[bytes]) -> None:
    assert MARKED.findall(coloured([replaced(old, new)])) == marked


def test_the_words_of_a_very_long_line_are_marked_from_end_to_end() -> None:
    words = b" ".join(b"w%d" % n for n in range(5000))
    assert MARKED.findall(coloured([replaced(words, words.replace(b"w2500 ", b"new "))])) == [b"w2500", b"new"]


def test_lines_that_were_only_inserted_are_not_compared() -> None:
    assert MARKED.findall(coloured([replaced(b"a = 1\nb = 2\n", b"a = 1\nx = 1\nb = 2\n")])) == []


def test_a_line_that_changed_below_a_long_inserted_block_is_compared_with_what_it_was() -> None:
    block = b"".join(b"  inserted_%d = %d\n" % (n, n) for n in range(60))
    old, new = b'x {\n  image = "nginx:latest"\n}\n', b"x {\n" + block + b'  image = "nginx:1.27.3"\n}\n'
    assert MARKED.findall(coloured([replaced(old, new)])) == [b"latest", b"1.27.3"]


def test_lines_that_changed_among_deleted_ones_keep_their_order() -> None:
    old = b"a = 1\ngone = true\nb = 1\nc = 1\n"
    assert MARKED.findall(coloured([replaced(old, b"a = 2\nb = 2\nc = 2\n")])) == [b"1", b"1", b"1", b"2", b"2", b"2"]


def test_very_many_lines_are_compared_in_their_order() -> None:
    old = b"".join(b"a%d = 1\n" % n for n in range(300))
    new = b"".join(b"a%d = 2\n" % n for n in range(301))
    assert len(MARKED.findall(coloured([replaced(old, new)]))) == 600


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"\x1b[2J", b"^[[2J"),
        (b"\x7f", b"^?"),
        (b"a\rb", b"a^Mb"),
        (b"\xc2\x9b2J", b"<U+009B>2J"),
        ("\u202e".encode(), b"<U+202E>"),
    ],
)
def test_control_characters_of_a_file_are_shown_and_not_sent(text: bytes, shown: bytes) -> None:
    heading = b"resource " + text + b"\n\n\n\n"
    result = COLOUR.sub(b"", coloured([replaced(heading + text + b"\nx\n", heading + text + b"\ny\n")]))
    assert result.count(shown) == 2, "in the hunk's heading and in a line of context"
    assert text not in result


@given(st.binary(max_size=40))
def test_no_byte_of_a_file_reaches_the_terminal_as_a_command(text: bytes) -> None:
    result = COLOUR.sub(b"", coloured([replaced(b"x" + text, b"y" + text)]))
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", result)
