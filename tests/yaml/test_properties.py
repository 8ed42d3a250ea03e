"""Random edits of texts written by hand and of generated ones: what lies outside an edit stays, and the gate sees just that one change."""

from __future__ import annotations

import random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from refactor.edits import Edit
from refactor.yaml.document import Mapping, Scalar, YamlStream
from refactor.yaml.edit import CannotEdit, replace_in_scalar, set_scalar
from refactor.yaml.keys import remove_key, set_key
from refactor.yaml.masking import masks
from refactor.yaml.paths import key_path
from refactor.yaml.reader import parse
from refactor.yaml.template import Unparsable
from tests.yaml.corpus import NASTY, applied, changes, read, scalars_of

WORDS = (
    "nginx:1.27.3", "ghcr.io/a/b@sha256:00ff", "", " ", "x", "true", "no", "~", "1.20", "0x1F", "12:30", "2024-01-01", "a: b", "a #b", "#a",
    "- a",
    "it's", '"q"', "back\\slash", "naïve", "🐳", "two\nlines", "two\nlines\n", "\nlead", " lead", "trail ", "tab\t", "\t", "\x07",
    "\u2028", "\ufeff",
    "[a]", "{a}", "a, b", "a]", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "${x}", "%{x}", "$", "%", "$$", "{", "{{ x }}", "---",
    "...", "\r", "\n",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=12), st.text("ab:#-'\"{}[],$% \n\t\\", max_size=8))
NAMES = sorted(NASTY)


def outside_stays(data: bytes, after: bytes, edits: list[Edit]) -> None:
    """Checked without :func:`refactor.edits.apply`: the bytes between edits, in order, one behind the other."""
    at = new = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        kept = data[at : edit.start]
        assert after[new : new + len(kept)] == kept
        new += len(kept)
        assert after[new : new + len(edit.text)] == edit.text
        at, new = edit.end, new + len(edit.text)
    assert after[new:] == data[at:]


def check_scalar(text: str, template: bool, path: str, node: Scalar, expected: str, edits: list[Edit] | CannotEdit) -> bool:
    """One scalar was edited; True if the edit could be made."""
    if isinstance(edits, CannotEdit):
        return False
    data = text.encode()
    for edit in edits:
        assert node.span.start <= edit.start <= edit.end <= node.span.end
    after = applied(data, edits).encode()
    outside_stays(data, after, edits)
    again = dict(read(after, template=template).walk())
    found = again[path]
    assert isinstance(found, Scalar)
    assert found.text == expected, after
    assert isinstance(found.value, str) or not isinstance(node.value, str) or not found.is_literal
    seen = {change.path for change in changes(data, after, template=template)}
    assert seen <= {path}, after
    assert seen or expected == node.text
    return True


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50)
@given(data=st.data())
def test_setting_any_scalar_to_any_text_changes_its_path_only(name: str, data: st.DataObject) -> None:
    text, template = NASTY[name]
    scalars = dict(scalars_of(read(text, template=template)))
    path = data.draw(st.sampled_from(list(scalars)))
    node = scalars[path]
    new = data.draw(TEXTS)
    check_scalar(text, template, path, node, new, set_scalar(node, new))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50)
@given(data=st.data())
def test_replacing_any_slice_changes_its_path_only(name: str, data: st.DataObject) -> None:
    text, template = NASTY[name]
    scalars = dict(scalars_of(read(text, template=template)))
    path = data.draw(st.sampled_from(list(scalars)))
    node = scalars[path]
    old = node.text
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    new = data.draw(TEXTS)
    check_scalar(text, template, path, node, old[:start] + new + old[end:], replace_in_scalar(node, start, end, new))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(data=st.data())
def test_setting_or_removing_any_key_changes_what_is_below_it_only(name: str, data: st.DataObject) -> None:
    text, template = NASTY[name]
    mappings = {path: node for path, node in read(text, template=template).walk() if isinstance(node, Mapping)}
    if not mappings:
        return
    path = data.draw(st.sampled_from(list(mappings)))
    mapping = mappings[path]
    names = [entry.name for entry in mapping.entries if entry.name is not None]
    is_removal = data.draw(st.sampled_from([False, True]))
    if names and is_removal:
        key = data.draw(st.sampled_from(names))
        edits = remove_key(mapping, key)
    else:
        key = data.draw(st.sampled_from([*names, "brand-new"]))
        edits = set_key(mapping, key, data.draw(TEXTS), after=data.draw(st.sampled_from([None, *names])))
    if isinstance(edits, CannotEdit):
        return
    raw = text.encode()
    after = applied(raw, edits).encode()
    outside_stays(raw, after, edits)
    for change in changes(raw, after, template=template):
        at = key_path(path, key)
        assert change.path in (path, at) or change.path.startswith(("%[", f"{at}.", f"{at}[", f"{at}&", f"{at}?")), after


def generated(rng: random.Random) -> str:
    """A YAML text with every style of scalar and collection, and comments between."""

    def scalar(indent: int, flow: bool) -> str:
        words = rng.choice(["a", "some words", "nginx:1.25", "déjà vu", "x" * rng.randint(1, 30)])
        kinds = ["plain", "single", "double", "number", "empty"] + ([] if flow else ["literal", "folded", "anchor"])
        kind = rng.choice(kinds)
        pad = "\n" + " " * indent
        return {
            "plain": words if not flow else words.replace(":", ""),
            "single": f"'{words} it''s'",
            "double": f'"{words}\\t\\u00e9"',
            "number": rng.choice(["1", "1.50", "true", "~", "0x1F"]),
            "empty": "''",
            "literal": f"|{rng.choice(['', '-', '+'])}{pad}{words}{pad} # {words}{pad}end",
            "folded": f">{rng.choice(['', '-', '+'])}{pad}{words}{pad}more\n{pad}end",
            "anchor": f"&n{rng.randint(0, 10**9)} {words}",
        }[kind]

    def flow(depth: int) -> str:
        if not depth:
            return scalar(0, True)
        inner = [flow(depth - 1) for _ in range(rng.randint(0, 3))]
        if rng.random() < 0.5:
            return f"[{', '.join(inner)}]"
        return "{" + ", ".join(f"k{i}: {value}" for i, value in enumerate(inner)) + "}"

    def block(indent: int, depth: int) -> str:
        pad = " " * indent
        lines = []
        listed = rng.random() < 0.4
        for i in range(rng.randint(1, 4)):
            lead = f"{pad}-" if listed else f"{pad}{rng.choice(['k', 'ключ', 'a.b/'])}{i}:"
            choice = rng.random()
            if depth and choice < 0.4:
                lines.append(f"{lead}\n{block(indent + 2, depth - 1)}")
            elif choice < 0.6:
                lines.append(f"{lead} {flow(2)}")
            else:
                value = scalar(indent + 2, False)
                lines.append(f"{lead} {value}{'' if value[0] in '|>' else rng.choice(['', '  # why'])}")
            if rng.random() < 0.2:
                lines.append(f"{pad}# between")
        return "\n".join(lines)

    text = "\n---\n".join(block(0, 3) for _ in range(rng.randint(1, 2))) + rng.choice(["\n", ""])
    return text.replace("\n", "\r\n") if rng.random() < 0.3 else text


@pytest.mark.parametrize("seed", range(40))
def test_edits_of_generated_texts_change_their_path_only(seed: int) -> None:
    rng = random.Random(seed)
    text = generated(rng)
    scalars = scalars_of(read(text))
    done = 0
    for _ in range(12):
        path, node = rng.choice(scalars)
        new = rng.choice(WORDS)
        if rng.random() < 0.5:
            done += check_scalar(text, False, path, node, new, set_scalar(node, new))
        else:
            start = rng.randint(0, len(node.text))
            end = rng.randint(start, len(node.text))
            expected = node.text[:start] + new + node.text[end:]
            done += check_scalar(text, False, path, node, expected, replace_in_scalar(node, start, end, new))
    assert done  # most edits of texts without templates are possible


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(["a: ", "- ", "\n", "  ", "x", "${", "}", "{{ ", " }}", "%{ if x }", "%{ endif }", '"', "$", "%", "é", "\r\n"]),
        max_size=25,
    )
)
def test_masks_of_any_text_have_its_length_and_its_line_feeds(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    found = masks(data, 0, len(data))
    if isinstance(found, Unparsable):
        assert 0 <= found.offset < len(data)
        return
    for mask in found:
        assert len(mask.data) == len(data)
        assert [i for i, byte in enumerate(mask.data) if byte == 10] == [i for i, byte in enumerate(data) if byte == 10]
        mask.data.decode()


@settings(max_examples=150)
@given(st.text("ab:#-'\"{}[],|>&*!?%@ \n\t\r\\~1", max_size=20), st.booleans())
def test_any_text_is_read_or_refused_and_read_as_libyaml_reads_it(text: str, template: bool) -> None:
    stream = parse(text.encode(), template=template)
    if template or isinstance(stream, Unparsable):
        return
    assert isinstance(stream, YamlStream)
    events = [e for e in yaml.parse(text, Loader=yaml.CSafeLoader) if isinstance(e, yaml.ScalarEvent)]
    keys = [e.key for _, node in stream.walk() if isinstance(node, Mapping) for e in node.entries if isinstance(e.key, Scalar)]
    if not any(entry.name is None for _, node in stream.walk() if isinstance(node, Mapping) for entry in node.entries):
        assert sorted(e.value for e in events) == sorted(node.text for node in [*keys, *(n for _, n in scalars_of(stream))])
