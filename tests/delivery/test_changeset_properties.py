"""Whatever the edits: fixes are applied whole or not at all, and what was written stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from refactor.codemod import FileEdits, Fix
from refactor.composition import Written, carried
from refactor.edits import Edit, EditConflict, apply, ordered
from refactor.overlay import Overlay


@st.composite
def fixes(draw: st.DrawFn, length: int, text: bytes) -> list[list[Edit]]:
    point = st.integers(0, length)
    one = st.builds(lambda a, b, n: Edit(min(a, b), max(a, b), text * n), point, point, st.integers(0, 3))
    return draw(st.lists(st.lists(one, min_size=1, max_size=3), max_size=6))


@given(st.data())
def test_every_fix_is_applied_whole_or_refused_and_owners_keep_their_bytes(data: st.DataObject) -> None:
    original = data.draw(st.text("abc\n", max_size=30)).encode()
    files = Overlay({"f.tf": original}.get)
    current = original
    for number in range(3):
        letter = b"XYZ"[number : number + 1]
        candidates = data.draw(fixes(len(current), letter))
        accepted = files.stage(letter.decode(), [Fix(files=(FileEdits("f.tf", tuple(own)),)) for own in candidates]).applied
        edits: list[Edit] = []
        for fix in accepted:
            edits += [e for e in fix.files[0].edits if e not in edits]
        result = files.read("f.tf")
        assert result is not None
        assert sorted(result) == sorted(apply(current, ordered(dict.fromkeys(edits)))) or _repeats(accepted)
        for owner in b"XYZ"[:number]:
            assert result.count(owner) == current.count(owner), "what an earlier stage wrote is all there"
        current = result
    for change in files.changes():
        assert apply(original, change.edits()) == current


def _repeats(accepted: tuple[Fix, ...]) -> bool:
    """Whether one fix inserts the same text twice at a point, which is done twice (the model above does it once)."""
    return any(len(set(fix.files[0].edits)) < len(fix.files[0].edits) for fix in accepted)


@given(st.data())
def test_written_bytes_are_tracked_through_later_edits(data: st.DataObject) -> None:
    current = data.draw(st.text("abc", max_size=20)).encode()
    written: list[Written] = []
    for letter in (b"X", b"Y", b"Z"):
        free = [at for at, byte in enumerate(current) if byte in b"abc"]
        candidates = (
            [Edit(at, at + 1, letter * n) for at, n in data.draw(st.dictionaries(st.sampled_from(free), st.integers(0, 2))).items()]
            if free
            else []
        )
        candidates += [Edit(at, at, letter) for at in data.draw(st.lists(st.integers(0, len(current)), max_size=3))]
        try:
            edits = ordered(candidates)
        except EditConflict:
            edits = []
        written = carried(written, edits, letter.decode())
        current = apply(current, edits)
        told = [(at, piece.codemod) for piece in written for at in range(piece.start, piece.end)]
        assert told == [(at, chr(byte)) for at, byte in enumerate(current) if byte in b"XYZ"]
