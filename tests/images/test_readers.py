"""An edit means the same for every reader of the place where it goes, or it is not made.

In each case one image is ``nginx:latest`` and would be pinned; what else reads the text decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.pins import outcome, pinned

_IMAGES = {"nginx:latest": "1.27.3"}


def _pod(image: str, name: str = "web", more: str = "") -> str:
    return f'resource "kubernetes_pod_v1" "{name}" {{\n{more}  spec {{\n    container {{\n      image = {image}\n    }}\n  }}\n}}\n'


def _locals(**values: str) -> str:
    return "locals {\n" + "".join(f"  {name} = {value}\n" for name, value in values.items()) + "}\n"


def _uses(value: str, attribute: str = "value", kind: str = 'resource "other" "thing"') -> str:
    return f"{kind} {{\n  {attribute} = {value}\n}}\n"


_HARMLESS = {
    "nothing else": "",
    "a key that leads elsewhere": _uses("local.apps.web.port"),
    "another element": _uses("local.apps.cache"),
    "an index that leads elsewhere": _uses('local.apps["web"]["port"]'),
    "the number of entries": _uses("length(local.apps)"),
    "the number of entries, compared": _uses("length(local.apps) > 0 ? 1 : 0", "count"),
    "the keys": _uses("join(keys(local.apps))"),
    "a test for null": _uses("local.apps.web.image != null ? 1 : 0", "count"),
    "a test for an empty text": _uses('local.apps.web.image == "" && var.x ? 1 : 0', "count"),
    "can()": _uses("can(local.apps.web.image)"),
    "a local value that nobody reads": _locals(unread='"${local.apps.web.image}!"'),
    "a map made of other keys": _locals(ports="{ for k, v in local.apps : k => v.port }") + _uses("local.ports"),
    "a splat of another key": _uses("values(local.apps)[*].port"),
    "a lookup of another key": _uses('lookup(local.apps.web, "port", 1)'),
    "iterators for other keys": _uses("local.apps", "for_each").replace("}\n", "  name = each.key\n  port = each.value.port\n}\n"),
    "a merge of which another key is read": _uses('merge(local.apps.web, { name = "x" }).port'),
    "a conditional of which another key is read": _uses("(var.x ? local.apps.web : local.apps.cache).port"),
    "a comment": "# local.apps.web.image\n",
    "the text in a string": _uses('"local.apps.web.image"'),
    "an escaped interpolation": _uses('"$${local.apps.web.image}"'),
}

_STRANGERS = {
    "an attribute": _uses("local.apps.web.image"),
    "an attribute of all of it": _uses("jsonencode(local.apps)"),
    "an index that is not known": _uses("local.apps[var.x].image"),
    "a text made of it": _uses('"${local.apps.web.image}!"'),
    "a comparison": _uses('local.apps.web.image == "x" ? 1 : 0', "count"),
    "a condition": _uses("local.apps.web.image ? 1 : 0", "count"),
    "a function that is not known": _uses("sha256(local.apps.web.image)"),
    "the length of the text": _uses("length(local.apps.web.image)"),
    "a key of an object": _uses("{ (local.apps.web.image) = 1 }"),
    "an index": _uses("local.other[local.apps.web.image]"),
    "an output": _uses("local.apps", kind='output "apps"'),
    "a provider": _uses("local.apps.web.image", kind='provider "x"'),
    "a check": 'check "c" {\n  assert {\n    condition = local.apps.web.image == "x"\n  }\n}\n',
    "a provisioner": 'resource "other" "thing" {\n  provisioner "local-exec" {\n    command = local.apps.web.image\n  }\n}\n',
    "another local value": _locals(second="local.apps") + _uses("local.second.web.image"),
    "another name in a map": _locals(second="{ label = local.apps.web.image }") + _uses("local.second.label"),
    "a list": _locals(list="[for a in local.apps : a.image]") + _uses("local.list"),
    "a list, by index": _locals(list="[for a in local.apps : a.image]") + _uses("local.list[0]"),
    "a splat": _uses("values(local.apps)[*].image"),
    "a key of a for expression": _locals(m="{ for k, v in local.apps : v.image => k }") + _uses("local.m"),
    "a condition of a for expression": _uses('[for v in local.apps : 1 if v.image == "x"]'),
    "a set, whose elements are addresses": _uses("toset([for a in local.apps : a.image])", "for_each"),
    "iterators": _uses("local.apps", "for_each").replace("}\n", "  text = each.value.image\n}\n"),
    "all of an iterator": _uses("local.apps", "for_each").replace("}\n", "  text = each.value\n}\n"),
    "a dynamic block": 'resource "o" "t" {\n  dynamic "x" {\n    for_each = local.apps\n    content {\n      v = x.value.image\n'
    "    }\n  }\n}\n",
    "a dynamic block with an iterator": 'resource "o" "t" {\n  dynamic "x" {\n    for_each = local.apps\n    iterator = y\n    content {\n'
    "      v = y.value.image\n    }\n  }\n}\n",
    "a module from elsewhere": _uses("local.apps", kind='module "m"').replace("}\n", '  source = "a/b/c"\n}\n'),
    "a lookup": _uses('lookup(local.apps.web, "image", "x")'),
    "a merge": _uses("merge(local.apps.web, {}).image"),
    "try()": _uses("try(local.apps.web.image, 1)"),
    "a heredoc": _uses("<<EOT\n${local.apps.web.image}\nEOT"),
    "a YAML heredoc": _uses("<<EOT\na: ${local.apps.web.image}\nEOT"),
    "a template directive": _uses('"%{ if local.apps.web.image == "x" }a%{ endif }"'),
    "a template file that is not there": _uses('templatefile("none.tpl", { a = local.apps.web.image })'),
}
_APPS = _locals(apps='{ web = { image = "nginx:latest", port = 80 }, cache = { port = 1 } }')


def _of_the_image(root: Path, files: Mapping[str, str]) -> list[str]:
    result = pinned(root, files, _IMAGES)
    return [outcome(f) for f in result.findings if f.before == "nginx:latest"]


@pytest.mark.parametrize("more", _HARMLESS.values(), ids=_HARMLESS.keys())
def test_harmless(more: str, tmp_path: Path) -> None:
    assert _of_the_image(tmp_path, {"main.tf": _pod("local.apps.web.image") + _APPS + more}) == ["changed"]


@pytest.mark.parametrize("more", _STRANGERS.values(), ids=_STRANGERS.keys())
def test_strangers(more: str, tmp_path: Path) -> None:
    assert _of_the_image(tmp_path, {"main.tf": _pod("local.apps.web.image") + _APPS + more}) == ["read-elsewhere"]


_YAML = "spec:\n  containers:\n    - name: a\n      image: nginx:latest\n"
_MANIFEST = 'resource "kubernetes_manifest" "m" {\n  manifest = yamldecode(file("${path.module}/a.yaml"))\n}\n'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", "changed"),
        (_uses('file("other.yaml")'), "changed"),
        (_uses('filemd5("a.yaml")'), "changed"),
        (_uses('fileexists("a.yaml")'), "changed"),
        (_uses('yamldecode(file("a.yaml")).spec.containers[0].name'), "changed"),
        (_uses('yamldecode(file("a.yaml")).spec.containers[0].image'), "read-elsewhere"),
        (_uses('yamldecode(file("a.yaml"))'), "read-elsewhere"),
        (_uses('file("./x/../a.yaml")'), "read-elsewhere"),
        (_uses('file("${var.directory}/a.yaml")'), "read-elsewhere"),
        (_uses('filebase64("a.yaml")'), "read-elsewhere"),
        (_uses('templatefile("a.yaml", {})'), "read-elsewhere"),
    ],
)
def test_who_else_reads_a_file(more: str, expected: str, tmp_path: Path) -> None:
    assert _of_the_image(tmp_path, {"main.tf": _MANIFEST + more, "a.yaml": _YAML}) == [expected]


_TEMPLATE = 'resource "kubernetes_manifest" "m" {\n  manifest = yamldecode(templatefile("a.yaml", { app = local.app, n = 1 }))\n}\n'
_APP = _locals(app='{ tag = "latest", more = "x" }')


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# nothing", "changed"),
        ("x: ${app.more}", "changed"),
        ("x: ${length(app)}", "changed"),
        ('%{ if app.tag != "" }x: y%{ endif }', "changed"),
        ("x: ${app.tag}", "read-elsewhere"),
        ("x: ${jsonencode(app)}", "read-elsewhere"),
        ('x: ${replace(app.tag, "a", "b")}', "read-elsewhere"),
        ('%{ if app.tag == "x" }x: y%{ endif }', "read-elsewhere"),
        ("%{ for k, v in app }x: ${v}\n%{ endfor }", "read-elsewhere"),
        ("# ${app.tag}", "read-elsewhere"),
        ("${app.tag}: x", "read-elsewhere"),
    ],
)
def test_what_else_a_template_makes_of_a_variable(line: str, expected: str, tmp_path: Path) -> None:
    yaml = f"spec:\n  containers:\n    - image: nginx:${{app.tag}}\n{line}\n"
    assert _of_the_image(tmp_path, {"main.tf": _TEMPLATE + _APP, "a.yaml": yaml}) == [expected]


def test_a_value_that_several_images_of_the_same_name_read(tmp_path: Path) -> None:
    """Also where they say it in other words: it is the same image."""
    text = _pod('"nginx:${local.tag}"') + _pod('"docker.io/library/nginx:${local.tag}"', "b") + _locals(tag='"latest"')
    assert [outcome(f) for f in pinned(tmp_path, {"main.tf": text}, _IMAGES).findings] == ["changed", "changed"]


def test_a_text_that_an_image_reads_where_it_stands_is_its_own(tmp_path: Path) -> None:
    """Equal texts at other places are other literals."""
    text = _pod('"nginx:latest"') + _uses('"nginx:latest"') + _locals(image='"nginx:latest"')
    assert _of_the_image(tmp_path, {"main.tf": text}) == ["changed"]


def test_an_image_in_a_resource_that_is_not_looked_at(tmp_path: Path) -> None:
    text = (
        _pod("local.image")
        + _uses("local.image", "image", 'resource "openstack_compute_instance_v2" "vm"')
        + _locals(image='"nginx:latest"')
    )
    assert _of_the_image(tmp_path, {"main.tf": text}) == ["read-elsewhere"]


def test_what_one_run_leaves_alone_for_a_reader_is_changed_when_that_is_gone(tmp_path: Path) -> None:
    text = _pod("local.image") + _locals(image='"nginx:latest"')
    assert _of_the_image(tmp_path / "a", {"main.tf": text + _uses("local.image", kind='output "image"')}) == ["read-elsewhere"]
    assert _of_the_image(tmp_path / "b", {"main.tf": text}) == ["changed"]
