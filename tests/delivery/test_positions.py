"""Lines and columns in the units of report formats, and places led back through the edits of earlier codemods."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.changeset import Changeset, FileChange, Stage
from refactor.codemod import FileEdits, Fix, Place
from refactor.delivery.originals import Originals
from refactor.delivery.positions import Text
from refactor.edits import Edit, EditConflict, apply, ordered
from refactor.run import aligned_edits
from tests.support.reports import Later, Odd, changed, report


def test_a_byte_order_mark_is_no_character() -> None:
    text = Text("\ufeffa\r\nb".encode())
    assert (text.line(0), text.column(0), text.characters(3)) == (1, 1, 0)
    assert text.position(4) == (1, 2)
    assert text.position(6) == (2, 1)


def test_a_character_beyond_the_basic_plane_is_one_column_and_two_units() -> None:
    text = Text("😀x\n".encode())
    assert text.column(4) == 2
    assert text.position(4) == (1, 3)


def test_the_end_of_a_file_can_be_a_column_of_its_last_line() -> None:
    text = Text(b"abcd\r\nlmn\r\n")  # SARIF 2.1.0, 3.30.2, example 8
    assert text.position(11) == (3, 1)
    assert text.position(11, in_last_line=True) == (2, 6)
    assert Text(b"").position(0, in_last_line=True) == (1, 1)


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    data = draw(st.binary(min_size=1, max_size=30))
    bounds = st.integers(0, len(data))
    edits = draw(st.lists(st.builds(lambda a, b, t: Edit(min(a, b), max(a, b), t), bounds, bounds, st.binary(max_size=5)), max_size=4))
    try:
        return data, ordered(edits)
    except EditConflict:
        return data, edits[:1]


@given(edited(), st.data())
def test_a_span_that_no_edit_touches_leads_back_to_the_same_bytes(case: tuple[bytes, list[Edit]], data: st.DataObject) -> None:
    before, edits = case
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    apart = all(e.end < start or e.start > end for e in edits)
    shift = sum(len(e.text) - (e.end - e.start) for e in edits if e.end < start)
    after = apply(before, edits)
    stages = (Stage("odd", tuple(edits)), Stage("later", (Edit(0, 0, b""),)))
    changes = Changeset((FileChange("main.tf", before, after, stages=stages),))
    originals = Originals(report(changes=changes, codemods=(Odd, Later), files={"main.tf": before}))
    first = min(start + shift, len(after)) if apart else min(start, len(after))
    last = first + (end - start) if apart else min(end, len(after))
    spot = originals.spot(Place("main.tf", first, max(last, first), 1, 1), "later")
    assert 0 <= spot.span.start <= spot.span.end <= len(before)
    if apart:
        assert spot.span == (start, end)


def test_a_moved_file_is_named_as_it_is_on_the_disk() -> None:
    change = FileChange("new.tf", b"a\n", b"a\n", moved_from="old.tf", stages=(Stage("odd", ()),))
    originals = Originals(report(changes=Changeset((change,)), codemods=(Odd, Later), files={"old.tf": b"a\n"}))
    spot = originals.spot(Place("new.tf", 0, 1, 1, 1), "later")
    assert (spot.path, spot.text is not None) == ("old.tf", True)


def test_a_place_in_inserted_text_is_where_that_was_put() -> None:
    stages = (Stage("odd", (Edit(2, 2, b"inserted"),)), Stage("later", ()))
    change = FileChange("main.tf", b"ab\n", b"abinserted\n", stages=stages)
    originals = Originals(report(changes=Changeset((change,)), codemods=(Odd, Later), files={"main.tf": b"ab\n"}))
    assert originals.spot(Place("main.tf", 4, 6, 1, 5), "later").span == (2, 2)


@pytest.mark.parametrize("after", ["x", "much longer than before", "", "a/b:c@sha256:0"])
@pytest.mark.parametrize(
    "line",
    [
        '  name = "VALUE"',
        '  name = "VALUE" # why',
        '  name = "VALUE" // why',
        '  name = "VALUE" /* why */',
        '  longer_name = ["VALUE", "b"]',
        '  name = "VALUE${var.x}"',
        '  tags = { name = "VALUE" }',
        "  VALUE = 1",
        "  name = <<EOT\n    a = VALUE\n  EOT",
        "  # name = VALUE",
    ],
)
def test_a_fix_is_laid_out_as_the_run_lays_it_out(line: str, after: str) -> None:
    data = f"locals {{\n  a    = 1       # one\n{line}\n  bcde = 2       # two\n}}\n".encode()
    start = data.index(b"VALUE")
    edits = [Edit(start, start + 5, after.encode())]
    finding = replace(changed(), fix=Fix((FileEdits("main.tf", tuple(edits)),)))
    originals = Originals(report(changes=Changeset(), files={"main.tf": data}))
    assert originals.edits(finding) == {"main.tf": aligned_edits("main.tf", data, edits)}
