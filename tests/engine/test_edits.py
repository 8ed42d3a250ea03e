"""Edits: nothing outside the spans changes, whatever the edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.edits import Edit, EditConflict, LineIndex, apply, compose, images, ordered


@st.composite
def edit_sets(draw: st.DrawFn, data: bytes) -> list[Edit]:
    points = sorted(draw(st.lists(st.integers(0, len(data)), max_size=12, unique=True)))
    return [Edit(a, b, draw(st.binary(max_size=6))) for a, b in zip(points[::2], points[1::2], strict=False)]


@st.composite
def staged(draw: st.DrawFn) -> tuple[bytes, list[list[Edit]]]:
    data = draw(st.binary(max_size=60))
    stages: list[list[Edit]] = []
    current = data
    for _ in range(draw(st.integers(0, 3))):
        edits = draw(edit_sets(current))
        stages.append(edits)
        current = apply(current, edits)
    return data, stages


@given(st.data())
def test_everything_outside_the_spans_is_identical(data: st.DataObject) -> None:
    original = data.draw(st.binary(max_size=80))
    edits = ordered(data.draw(edit_sets(original)))
    result = apply(original, edits)
    at = shift = 0
    for edit, image in zip(edits, images(edits), strict=True):
        assert result[at + shift : image.start] == original[at : edit.start]
        assert result[image.start : image.end] == edit.text
        at, shift = edit.end, image.end - edit.end
    assert result[at + shift :] == original[at:]


@given(staged())
def test_composed_stages_do_what_the_stages_do(case: tuple[bytes, list[list[Edit]]]) -> None:
    data, stages = case
    step = data
    for edits in stages:
        step = apply(step, edits)
    assert apply(data, compose(len(data), stages)) == step


def test_overlap_is_a_conflict_never_an_overwrite() -> None:
    with pytest.raises(EditConflict):
        apply(b"abcdef", [Edit(0, 3, b"x"), Edit(2, 4, b"y")])


def test_insertion_inside_a_replacement_is_a_conflict() -> None:
    with pytest.raises(EditConflict):
        apply(b"abcdef", [Edit(0, 3, b"x"), Edit(1, 1, b"y")])


def test_same_replacement_twice_counts_once() -> None:
    assert apply(b"abc", [Edit(1, 2, b"x"), Edit(1, 2, b"x")]) == b"axc"


def test_insertions_at_one_point_keep_their_order() -> None:
    assert apply(b"ab", [Edit(1, 1, b"1"), Edit(1, 1, b"2"), Edit(1, 2, b"B")]) == b"a12B"


def test_an_edit_outside_the_data_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        apply(b"ab", [Edit(1, 3, b"")])


def test_columns_count_characters_and_not_the_byte_order_mark() -> None:
    data = "\ufeffgröße = 1\nb = 2".encode()
    index = LineIndex(data)
    assert (index.line(data.index(b"=")), index.column(data.index(b"="))) == (1, 7)
    assert (index.line(data.index(b"b")), index.column(data.index(b"b"))) == (2, 1)
