"""Where the reader says that things are, and what they say: each span is held against the bytes."""

from __future__ import annotations

import json

import pytest
import yaml

from refactor.yaml.document import Alias, CollectionStyle, Mapping, Scalar, Sequence, YamlStream, resolve
from refactor.yaml.reader import parse
from refactor.yaml.scalars import Interpolation, Literal
from refactor.yaml.template import Unparsable
from tests.yaml.corpus import DEPLOYMENT, HELM, JSON, NASTY, TERRAFORM, VALUES, mapping_at, read, scalar_at, scalars_of


def written(text: str, path: str, *, template: bool = False) -> str:
    node = scalar_at(text, path, template=template)
    return text.encode()[node.content.start : node.content.end].decode()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("metadata.labels.tier", '"front"'),
        ("spec.template.spec.containers[0].image", "nginx:1.25"),
        ("spec.template.spec.initContainers[0].image", "'busybox:1.36'"),
        ("spec.template.spec.containers[0].command[2]", "'echo \"it''s\"'"),
        ("spec.template.spec.containers[0].env[1].value", ""),
    ],
)
def test_a_span_has_the_quotes_and_neither_blanks_nor_the_comment(path: str, expected: str) -> None:
    assert written(DEPLOYMENT, path) == expected
    assert written(DEPLOYMENT.replace("\n", "\r\n"), path) == expected


@pytest.mark.parametrize("name", NASTY)
def test_every_unmarked_scalar_reads_as_pyyaml_reads_its_own_span(name: str) -> None:
    """The bytes of a flow scalar, alone, are the scalar: a span that is one byte off reads as something else."""
    text, template = NASTY[name]
    for path, node in scalars_of(read(text, template=template)):
        raw = text.encode()[node.content.start : node.content.end].decode()
        if node.is_literal and not node.style.is_block and raw and "$${" not in raw:
            assert yaml.load(raw, Loader=yaml.BaseLoader) == node.text, path


@pytest.mark.parametrize("name", NASTY)
def test_spans_of_values_lie_inside_those_around_them_and_do_not_overlap(name: str) -> None:
    text, template = NASTY[name]
    for path, node in read(text, template=template).walk():
        children = [n for e in node.entries for n in (e.key, e.value)] if isinstance(node, Mapping) else []
        children = list(node.items) if isinstance(node, Sequence) else children
        at = node.span.start
        for child in children:
            assert at <= child.span.start <= child.span.end <= node.span.end, path
            at = child.span.end


@pytest.mark.parametrize("name", [name for name, (_, template) in NASTY.items() if not template and name != "anchors"])
def test_texts_are_those_that_pyyaml_in_pure_python_reads(name: str) -> None:
    text, _ = NASTY[name]
    events = yaml.parse(text.removeprefix("\ufeff"), Loader=yaml.SafeLoader)
    expected = sorted(event.value for event in events if isinstance(event, yaml.ScalarEvent))
    stream = read(text)
    keys = [e.name for _, n in stream.walk() if isinstance(n, Mapping) for e in n.entries if e.name is not None]
    assert sorted([node.text for _, node in scalars_of(stream)] + keys) == expected


def test_a_byte_order_mark_is_counted_in_bytes_and_belongs_to_no_node() -> None:
    text = "\ufeffa: b\n"
    root = mapping_at(text)
    assert root.span == (3, 7)
    assert written(text, "a") == "b"


def test_a_second_byte_order_mark_is_refused() -> None:
    assert isinstance(parse("\ufeff\ufeffa: b\n".encode()), Unparsable)


def test_spans_in_a_slice_are_offsets_of_the_whole_file() -> None:
    inner = "naïve: déjà"
    data = f'locals {{\n  ü = "{inner}"\n'.encode()
    start = data.index(b"na")
    stream = parse(data, start=start, end=start + len(inner.encode()))
    assert isinstance(stream, YamlStream)
    node = stream.documents[0].find("naïve")
    assert isinstance(node, Scalar)
    assert data[node.content.start : node.content.end].decode() == "déjà"


def test_what_lies_behind_the_slice_is_not_read() -> None:
    stream = parse(b"a: 1\nb: [", end=5)
    assert isinstance(stream, YamlStream)
    assert isinstance(stream.root, Mapping)
    assert [entry.name for entry in stream.root.entries] == ["a"]


@pytest.mark.parametrize(
    ("header", "text"),
    [("|", "x\ny\n"), ("|-", "x\ny"), ("|+", "x\ny\n\n"), (">", "x y\n"), (">-", "x y"), (">+", "x y\n\n"), ("|2", "x\ny\n")],
)
def test_a_block_scalar_ends_with_its_last_line_and_chomps_by_its_header(header: str, text: str) -> None:
    source = f"a: {header}  # why\n  x\n  y\n\nb: 1\n"
    node = scalar_at(source, "a")
    assert node.text == text
    content = source[node.content.start : node.content.end]
    assert content == f"{header}  # why\n  x\n  y" + ("\n" if "+" in header else "")


def test_an_anchor_and_a_tag_are_in_the_span_but_not_in_the_content() -> None:
    text = "a: &x !!str   'v' # c\n"
    node = scalar_at(text, "a")
    assert text[node.span.start : node.span.end] == "&x !!str   'v'"
    assert text[node.content.start : node.content.end] == "'v'"
    assert (node.anchor, node.tag) == ("x", "tag:yaml.org,2002:str")


def test_an_alias_is_not_repeated_but_its_anchor_knows_who_reads_it() -> None:
    stream = read(VALUES)
    alias = stream.documents[0].find("worker.resources")
    assert isinstance(alias, Alias)
    assert resolve(alias) is stream.documents[0].find("resources")
    assert scalar_at(VALUES, "resources.limits.cpu").aliases == 2
    assert scalar_at(VALUES, "image.tag").aliases == 0
    assert "worker.resources.limits.cpu" not in [path for path, _ in stream.walk()]


def test_a_merge_key_is_seen_by_lookup_only_and_an_own_key_wins() -> None:
    root = mapping_at("a: &a {x: 1, y: 2}\nb: &b {x: 3, z: 4}\nc:\n  <<: [*a, *b]\n  y: 5\n", "c")
    assert root.get("x") is None
    values = {}
    for key in "xyz":
        found = root.lookup(key)
        assert isinstance(found, Scalar)
        values[key] = found.value
    assert values == {"x": 1, "y": 5, "z": 4}
    assert root.lookup("w") is None


def test_an_anchor_that_is_set_again_is_read_by_the_aliases_behind_it_only() -> None:
    text = "a: &x 1\nb: *x\nc: &x 2\nd: [*x, *x]\n"
    assert (scalar_at(text, "a").aliases, scalar_at(text, "c").aliases) == (1, 2)


def test_an_anchor_ends_with_its_document() -> None:
    found = parse(b"a: &x 1\n---\nb: *x\n")
    assert isinstance(found, Unparsable)
    assert found.offset == 15


def test_documents_have_their_own_paths_and_an_empty_text_has_none() -> None:
    assert [path for path, _ in read("a: 1\n---\na: 2\n--- x\n").walk()] == ["", "a", "---[1]", "---[1].a", "---[2]"]
    assert read("").documents == ()
    assert read("# only a comment\n").documents == ()
    assert read("---\n---\n").documents[1].root.span == (8, 8)


def test_paths_tell_keys_with_dots_repeats_and_complex_keys_apart() -> None:
    paths = [path for path, _ in read('a.b: 1\na: {b: 2}\na: 3\n? [x]\n: 4\n"q\\"": 5\n').walk()]
    assert paths == ["", '["a.b"]', "a", "a.b", "a[#2]", "[?0]", '["q\\""]']
    assert scalar_at('a:\n  "x/y.z": [1, {k: 2}]\n', 'a["x/y.z"][1].k').value == 2


@pytest.mark.parametrize("path", ["b", "a[1]", "a[0].x", "a.b", "a[", "a[0][0]", "a[#2]"])
def test_a_path_that_leads_nowhere_finds_nothing(path: str) -> None:
    assert read("a: [1]\n").documents[0].find(path) is None


def test_json_reads_as_the_standard_library_reads_it() -> None:
    stream = read(JSON)
    values = {path: node.value for path, node in scalars_of(stream)}
    loaded = json.loads(JSON)
    assert values == {"image": "nginx:1.25", "n": 1.5, "list[0]": "a", "list[1].k": None, "list[2]": True, "e": loaded["e"]}
    assert stream.source.is_json
    assert isinstance(stream.root, Mapping)
    assert stream.root.style is CollectionStyle.FLOW
    assert stream.root.span == (0, len(JSON))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1", 1), ("0o17", 15), ("0x1F", 31), ("1e3", 1000.0), ("-.5", -0.5), ("true", True), ("~", None), ("", None),
        ("yes", "yes"), ("1.2.3", "1.2.3"), ("'1'", "1"), ('"true"', "true"), ("!!str 1", "1"), ("!!int 1", 1), ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"), ("1" * 301, "1" * 301),
    ],
)  # fmt: skip
def test_a_value_is_read_by_the_core_schema(raw: str, value: object) -> None:
    found = scalar_at(f"a: {raw}\n", "a").value
    assert (found, type(found)) == (value, type(value))


def test_without_template_braces_and_dollars_are_text() -> None:
    node = scalar_at('a: "${x} $${y} %{ if z }"\nb: $${x}\n', "a")
    assert node.text == "${x} $${y} %{ if z }"
    assert node.is_literal
    assert isinstance(parse(b"a: {{ x }}\nb: {{ y }}: {{ z }}\n"), Unparsable)


def test_an_image_around_an_interpolation_is_divided_at_its_bytes() -> None:
    node = scalar_at(TERRAFORM, "spec.containers[0].image", template=True)
    first, middle, last = node.parts
    assert isinstance(first, Literal)
    assert isinstance(middle, Interpolation)
    assert (first.text, middle.text, last.text) == ("repo/", "${c.image}", ":1.0")
    assert TERRAFORM[middle.expr_start : middle.expr_end] == "c.image"
    assert TERRAFORM[last.start : last.end] == ":1.0"
    assert not node.is_literal


def test_a_terraform_escape_is_literal_and_reads_as_what_it_prints() -> None:
    node = scalar_at(TERRAFORM, "metadata.annotations.literal", template=True)
    assert node.text == "${HOME} and %{x}"
    assert node.is_literal
    assert scalar_at("a: $$${x}\n", "a", template=True).text == "$${x}"


def test_a_brace_in_a_string_in_an_interpolation_does_not_close_it() -> None:
    node = scalar_at(TERRAFORM, "spec.containers[1].args[0]", template=True)
    assert [type(part) for part in node.parts] == [Literal, Interpolation]
    assert written(TERRAFORM, "spec.containers[1].args[0]", template=True) == '"--at=${jsonencode({ a = "b}" })}"'


def test_what_is_in_a_loop_or_conditional_says_so() -> None:
    assert scalar_at(TERRAFORM, "spec.containers[0].image", template=True).nesting == 1
    assert scalar_at(TERRAFORM, "spec.containers[1].image", template=True).nesting == 0
    assert scalar_at(HELM, "spec.containers[0].image", template=True).nesting == 2
    assert scalar_at(HELM, "spec.containers[1].image", template=True).nesting == 1


def test_a_helm_chart_has_the_structure_that_it_will_print() -> None:
    paths = [path for path, _ in scalars_of(read(HELM, template=True))]
    assert paths[2:] == [
        "metadata.name", "metadata.labels.tier", "spec.containers[0].name", "spec.containers[0].image",
        "spec.containers[1].name", "spec.containers[1].image",
    ]  # fmt: skip


def test_directives_of_a_stream_leave_escapes_out() -> None:
    stream = read(TERRAFORM, template=True)
    raw = [TERRAFORM[mark.start : mark.end] for mark in stream.directives]
    assert "%{ for c in containers ~}" in raw
    assert len(raw) == 7
    assert not any(mark.startswith(("$$", "%%")) for mark in raw)


@pytest.mark.parametrize("text", ["a: ${b\n", "a: %{ if x\n", 'a: ${"b}\n', "a: ${ /* }\n"])
def test_a_template_sequence_that_nothing_closes_is_refused_where_it_opens(text: str) -> None:
    found = parse(text.encode(), template=True)
    assert isinstance(found, Unparsable)
    assert found.offset == 3


@pytest.mark.parametrize("data", [b"a: [", b"a: 'x", b"\tb", b"a: b: c", b"a: \xff", b"a: \x00", b"a: *x", b"%YAML 3.0\n--- a"])
def test_what_is_no_yaml_is_refused_without_quoting_it(data: bytes) -> None:
    found = parse(b"secret: hunter2\n" + data if data[0] != 37 else data)
    assert isinstance(found, Unparsable)
    assert "hunter2" not in found.detail
