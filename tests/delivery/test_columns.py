"""Lines of a report in a terminal: they fit where they can, and paths stay whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.delivery.columns import KEPT, columns, fitted, visible, whole

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("größe", 5), ("日本", 4), ("e\u0301", 1), ("\x1b[1mab\x1b[0m", 2), ("😀", 2), ("", 0)],
)
def test_columns_are_those_of_a_terminal(text: str, width: int) -> None:
    assert columns(text) == width


@given(st.lists(st.text(alphabet="ab日\u0301é", min_size=1, max_size=12), min_size=1), st.integers(20, 90))
def test_nothing_is_lost_and_only_a_long_word_is_wider(words: list[str], width: int) -> None:
    lines = list(fitted(" ".join(words), width))
    assert [word for line in lines for word in line.split()] == words
    for line in lines:
        assert columns(line) <= width or len(line.split()) == 1


def test_without_a_width_a_line_is_as_long_as_it_is() -> None:
    assert list(fitted("a " * 500, None)) == ["a " * 500]


def test_what_follows_is_set_in_further_than_the_line() -> None:
    assert list(fitted("a/main.tf:1:2: word word word word", 22)) == ["a/main.tf:1:2: word", "    word word word"]
    assert list(fitted("    a/b.tf: word word", 20)) == ["    a/b.tf: word", "        word"]


def test_the_text_of_a_table_stays_in_its_column() -> None:
    row = "  12  IMG001  the image has no tag at all"
    assert list(fitted(row, 40)) == ["  12  IMG001  the image has no tag at", "              all"]
    assert list(fitted(row, 24)) == ["  12  IMG001  the image", "      has no tag at all"], (
        "a column that leaves too little room is given up"
    )


def test_a_path_with_blanks_is_never_broken() -> None:
    lines = list(fitted(f"{whole('my app/a b c/main.tf:12:3')}: IMG001 is not good", 20))
    assert lines == ["my app/a b c/main.tf:12:3:", "    IMG001 is not", "    good"]
    assert KEPT not in "".join(lines)


def test_colours_take_no_room() -> None:
    plain = "one two three four five"
    coloured = plain.replace("two", "\x1b[1mtwo\x1b[0m")
    assert [COLOUR.sub("", line) for line in fitted(coloured, 20)] == list(fitted(plain, 20))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "^[[2J"),
        ("a\r\nb", "a  b"),
        ("\x7f", "^?"),
        ("\x9b", "<U+009B>"),
        ("\u202e", "<U+202E>"),
        ("\0", "^@"),
        ("größe", "größe"),
    ],
)
def test_what_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
