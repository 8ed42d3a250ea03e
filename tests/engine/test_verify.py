"""The gates: a change that is not what was declared does not get through, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.edits import Change, Edit, apply
from refactor.verify import verify

STACK = b"""\
resource "kubernetes_deployment" "api" {
  spec {
    container {
      image = "a:1" # kept
      name  = "x"
    }
  }
}
"""
IMAGE = "kubernetes_deployment.api / spec.container[0].image"
DECLARED = [Change(IMAGE, "a:1", "a:2")]


@dataclass(frozen=True)
class Stage:
    edits: tuple[Edit, ...]


def replaced(old: bytes, new: bytes, text: bytes = STACK) -> Stage:
    at = text.index(old)
    return Stage((Edit(at, at + len(old), new),))


def judged(stage: Stage, declared: list[Change], *, deep: bool = False, path: str = "main.tf", text: bytes = STACK) -> str | None:
    return verify(path, text, apply(text, stage.edits), [stage], declared, deep=deep).refused


@pytest.mark.parametrize("deep", [False, True])
def test_the_declared_change_passes(deep: bool) -> None:
    assert judged(replaced(b'"a:1"', b'"a:2"'), DECLARED, deep=deep) is None


def test_deep_shows_the_difference_by_value() -> None:
    stage = replaced(b'"a:1"', b'"a:2"')
    assert verify("main.tf", STACK, apply(STACK, stage.edits), [stage], DECLARED, deep=True).changes == (Change(IMAGE, "a:1", "a:2"),)


def test_gate_a_sees_a_byte_outside_the_edits() -> None:
    stage = replaced(b'"a:1"', b'"a:2"')
    after = apply(STACK, stage.edits).replace(b"# kept", b"# Kept")
    assert str(verify("main.tf", STACK, after, [stage], DECLARED, deep=False).refused).startswith("gate a")


@given(st.binary(max_size=30), st.data())
def test_gate_a_accepts_exactly_what_the_edits_make(original: bytes, data: st.DataObject) -> None:
    points = sorted(data.draw(st.lists(st.integers(0, len(original)), max_size=6, unique=True)))
    edits = tuple(Edit(a, b, data.draw(st.binary(max_size=3))) for a, b in zip(points[::2], points[1::2], strict=False))
    after = apply(original, edits)
    assert verify("x.lock", original, after, [Stage(edits)], (), deep=False).refused is None
    other = data.draw(st.binary(max_size=40))
    if other != after:
        assert verify("x.lock", original, other, [Stage(edits)], (), deep=False).refused is not None


def test_gate_a_follows_several_stages() -> None:
    first = replaced(b"a:1", b"b:1")
    middle = apply(STACK, first.edits)
    second = replaced(b"b:1", b"b:22", middle)
    after = apply(middle, second.edits)
    declared = [Change(IMAGE, "a:1", "b:22")]
    assert verify("main.tf", STACK, after, [first, second], declared, deep=False).refused is None
    assert verify("main.tf", STACK, after, [second, first], declared, deep=False).refused is not None
    assert verify("main.tf", STACK, after, [first, second], DECLARED, deep=False).refused is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"a:1"', b'"a:1'),
        (b'"a:1" # kept\n', b'"a:1" name = "y"\n'),
        (b"container {\n", b"container\n{\n"),
        (b"name ", b"image"),
        (b'"a:1"', b'"${"'),
    ],
    ids=["open string", "two attributes on a line", "brace on the next line", "attribute twice", "open interpolation"],
)
def test_gate_b_refuses_what_terraform_refuses(old: bytes, new: bytes) -> None:
    assert str(judged(replaced(old, new), [Change("kubernetes_deployment.api", None, None)])).startswith("gate b")


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"x"', b'"y"'), (b'      name  = "x"\n', b""), (b"  }\n}\n", b"  }\n  count = 0\n}\n"), (b'"api"', b'"web"')],
    ids=["another attribute", "one gone", "one more", "another name"],
)
def test_gate_c_refuses_what_was_not_declared(old: bytes, new: bytes) -> None:
    assert str(judged(replaced(old, new), DECLARED)).startswith("gate c")


def test_python_hcl2_has_to_see_the_change_that_was_declared() -> None:
    stage = Stage((Edit(0, 0, b"# nothing but a comment\n"),))
    assert judged(stage, DECLARED) is None
    assert str(judged(stage, DECLARED, deep=True)).startswith("gate d")


def test_where_python_hcl2_cannot_read_the_original_the_other_gates_decide_and_the_report_says_so() -> None:
    text = STACK + "größe = 1\n".encode()
    stage = replaced(b'"a:1"', b'"a:2"', text)
    verdict = verify("main.tf", text, apply(text, stage.edits), [stage], DECLARED, deep=True)
    assert verdict.refused is None
    assert "python-hcl2 cannot read the original" in verdict.note


def test_a_reading_that_lost_blocks_is_not_believed() -> None:
    text = b"a {\n  b = <<EOT\nx\nEOT \n}\nc {\n  d = <<EOT\ny\nEOT\n}\n" + STACK
    stage = replaced(b'"a:1"', b'"a:2"', text)
    verdict = verify("main.tf", text, apply(text, stage.edits), [stage], DECLARED, deep=True)
    assert verdict.refused is None


VALUES = b"# values\nimage:\n  repository: nginx # ours\n  tag: latest\n"


def test_yaml_is_judged_by_path_and_by_another_parser() -> None:
    declared = [Change("values.yaml / image.tag", "latest", "1.27.3")]
    assert judged(replaced(b"latest", b"1.27.3", VALUES), declared, path="values.yaml", text=VALUES) is None
    wrong = judged(replaced(b"nginx", b"caddy", VALUES), declared, path="values.yaml", text=VALUES)
    assert str(wrong).startswith("gate c")
    broken = judged(replaced(b"latest", b'"latest', VALUES), declared, path="values.yaml", text=VALUES)
    assert str(broken).startswith("gate b")


def test_a_new_file_has_to_be_readable() -> None:
    good, bad = b"a = 1\n", b"a = \n"
    assert verify("new.tf", None, good, [Stage((Edit(0, 0, good),))], (), deep=True).refused is None
    assert verify("new.tf", None, bad, [Stage((Edit(0, 0, bad),))], (), deep=True).refused is not None


def test_a_new_file_has_to_be_laid_out() -> None:
    text = b"a   = 1\nbcd = 2\n  e = 3\n"
    said = verify("new.tf", None, text, [Stage((Edit(0, 0, text),))], (), deep=False).refused
    assert said == "gate b: line 3 is not laid out as terraform fmt prints it"


def test_what_the_original_is_refused_for_is_no_reason() -> None:
    text = STACK.replace(b'      name  = "x"\n', b'      name  = "x"\n      name  = "y"\n')
    assert judged(replaced(b'"a:1"', b'"a:2"', text), DECLARED, text=text) is None
    broken = judged(replaced(b'"a:1"', b'"a:2', text), DECLARED, text=text)
    assert str(broken).startswith("gate b")


def test_the_new_value_has_to_be_the_declared_one() -> None:
    assert str(judged(replaced(b'"a:1"', b'"a:3"'), DECLARED)).startswith("gate c")


def test_a_change_in_a_heredoc_is_held_against_the_text_of_it() -> None:
    text = b'resource "x" "y" {\n  values = <<EOT\nimage: a:1\nother: b:1\nEOT\n}\n'
    declared = [Change("x.y / values", "a:1", "a:2")]
    for deep in (False, True):
        assert judged(replaced(b"a:1", b"a:2", text), declared, deep=deep, text=text) is None
        assert str(judged(replaced(b"b:1", b"b:2", text), declared, deep=deep, text=text)).startswith("gate c")


def test_a_refusal_is_one_line_and_names_few_addresses() -> None:
    text = b"".join(b"a%d = true\n" % i for i in range(9))
    after = text.replace(b"true", b"false")
    said = verify("x.tfvars", text, after, [Stage((Edit(0, len(text), after),))], (), deep=False).refused
    assert said == "gate c: undeclared: a0, a1, a2 and 6 more"


@pytest.mark.parametrize("path", ["README.md", "x.lock", "Makefile"])
def test_other_files_are_judged_by_their_bytes(path: str) -> None:
    assert judged(replaced(b"api", b"web"), [], path=path) is None
    assert verify(path, STACK, STACK + b"x", [], (), deep=True).refused == "gate a: the file differs although nothing edited it"


def test_json_is_judged_by_path() -> None:
    text = b'{"a": {"image": "x:1"}, "b": "x:1"}\n'
    declared = [Change("a.json / a.image", "x:1", "x:2")]
    at = text.index(b"x:1")
    assert judged(Stage((Edit(at, at + 3, b"x:2"),)), declared, path="a.json", text=text) is None
    assert judged(Stage((Edit(at, at + 3, b"x:3"),)), declared, path="a.json", text=text) is not None
    at = text.rindex(b"x:1")
    assert judged(Stage((Edit(at, at + 3, b"x:2"),)), declared, path="a.json", text=text) is not None


def test_a_file_that_goes_has_nothing_to_pass() -> None:
    assert verify("x.tf", STACK, None, [Stage((Edit(0, len(STACK), b""),))], (), deep=True).refused is None
