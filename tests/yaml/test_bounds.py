"""Texts that are made to hurt are refused or read with an amount of work that follows from their size."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from refactor.yaml.document import YamlStream
from refactor.yaml.edit import set_scalar
from refactor.yaml.gate import difference
from refactor.yaml.reader import MAX_DEPTH, parse
from refactor.yaml.template import Unparsable, find_marks
from tests.yaml.corpus import applied, mapping_at, read, scalar_at, scalars_of

if TYPE_CHECKING:
    from _typeshed import TraceFunction


def work(task: Callable[[], object]) -> int:
    """Lines of Python that the task takes: the same on every machine, unlike seconds."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> TraceFunction:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        task()
    finally:
        sys.settrace(before)
    return count


def growth(task: Callable[[bytes], object], make: Callable[[int], bytes], size: int) -> float:
    """How many times the work grows when the text grows four times."""
    small, large = make(size), make(4 * size)
    task(small)
    return work(lambda: task(large)) / work(lambda: task(small))


def laughs(levels: int) -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for i in range(1, levels):
        each = ", ".join([f"*a{i - 1}"] * 10)
        lines.append(f"a{i}: &a{i} [{each}]")
    return "\n".join(lines).encode()


def test_a_billion_laughs_are_refused_at_the_alias_that_is_too_much() -> None:
    data = laughs(10)
    found = parse(data)
    assert isinstance(found, Unparsable)
    assert "expand to more than" in found.detail
    assert data[found.offset - 1 :].startswith((b" *a", b"[*a"))


def test_fewer_laughs_are_read_without_being_expanded() -> None:
    stream = parse(laughs(5))
    assert isinstance(stream, YamlStream)
    assert len(list(stream.walk())) < 100


def test_an_alias_inside_its_own_anchor_ends() -> None:
    stream = read("a: &a\n  b: *a\n  c: 1\n")
    assert [path for path, _ in stream.walk()] == ["", "a", "a.b", "a.c"]
    cyclic = mapping_at("a: &a\n  <<: *a\n  c: 1\n", "a")
    assert cyclic.lookup("missing") is None


@pytest.mark.parametrize(
    "text", ["[" * 10_000, "{a: " * 10_000, "- " * 10_000 + "x", "[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000]
)
def test_ten_thousand_levels_are_refused_without_recursion(text: str) -> None:
    found = parse(text.encode())
    assert isinstance(found, Unparsable)
    assert str(MAX_DEPTH) in found.detail


def test_the_deepest_text_that_is_read_can_be_edited_and_one_deeper_is_refused() -> None:
    text = "[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH
    node = scalar_at(text, "[0]" * MAX_DEPTH)
    assert applied(text, set_scalar(node, "z")) == text.replace("x", "z")
    assert isinstance(parse(f"[{text}]".encode()), Unparsable)


def test_the_gate_compares_as_deep_as_the_editor_reads() -> None:
    deep = b"[" * MAX_DEPTH + b"%b" + b"]" * MAX_DEPTH
    found = difference(deep % b"old", deep % b"new")
    assert not isinstance(found, Unparsable)
    assert [change.path for change in found] == ["[0]" * MAX_DEPTH]


@pytest.mark.parametrize("unit", [b"{a: ", b"- ", b"[ # comment\n"])
def test_the_gate_refuses_ten_thousand_levels_before_it_has_read_them(unit: bytes) -> None:
    few, many = unit * 1_000, unit * 10_000
    assert isinstance(difference(many + b"old", many + b"new"), Unparsable)
    assert work(lambda: difference(many + b"old", many + b"new")) < 2 * work(lambda: difference(few + b"old", few + b"new"))


def test_five_megabytes_with_little_structure_take_little_work() -> None:
    line = b"  some words of a text, with 'quotes', # no comment and ${no} template\n"
    data = b"a: 1\ntext: |\n" + line * (5_000_000 // len(line)) + b"b: 2\n"
    streams: list[YamlStream] = []

    def task() -> None:
        stream = parse(data)
        assert isinstance(stream, YamlStream)
        streams.append(stream)

    assert work(task) < 1_500_000
    scalars = dict(scalars_of(streams[0]))
    assert scalars["b"].content == (len(data) - 2, len(data) - 1)


def entries(count: int) -> bytes:
    return b"".join(b"key%d: [value, 'x', {a: b}]\n" % i for i in range(count))


def anchored(count: int) -> bytes:
    return b"".join(b"k%d: &a%d {x: 1}\nr%d: *a%d\n" % (i, i, i, i) for i in range(count))


def templated(count: int) -> bytes:
    return b"".join(b"%%{ if x }\nk%d: ${v.%d} {{ y }}\n%%{ endif }\n" % (i, i) for i in range(count))


def unicode(count: int) -> bytes:
    return "".join(f"ключ{i}: 'ü🐳'\n" for i in range(count)).encode()


def duplicated(count: int) -> bytes:
    return b"k: v\n" * count


@pytest.mark.parametrize("make", [entries, anchored, templated, unicode, duplicated])
def test_work_grows_with_the_size_of_the_text_not_with_its_square(make: Callable[[int], bytes]) -> None:
    def task(data: bytes) -> None:
        stream = parse(data, template=True)
        assert isinstance(stream, YamlStream)
        for _, node in scalars_of(stream):
            assert node.value is not None
            assert node.aliases + node.nesting >= 0

    assert growth(task, make, 40) < 5


@pytest.mark.parametrize("unit", [b"{{ ", b"{{", b"$${", b"$$", b"%%{ ", b"{{/* ", b"${a}", b"}} "])
def test_openers_that_nothing_closes_are_not_looked_through_again_and_again(unit: bytes) -> None:
    assert growth(lambda data: find_marks(data, 0, len(data)), lambda count: unit * count, 200) < 5


def test_editing_one_scalar_of_many_costs_as_little_as_one_of_few() -> None:
    def cost(count: int) -> int:
        node = scalar_at(templated(count).decode(), "k3", template=True)
        set_scalar(node, "x")  # what is worked out once
        return work(lambda: set_scalar(node, "y"))

    assert cost(400) < 2 * cost(20)
