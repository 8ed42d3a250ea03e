"""Expressions, as far as the code alone determines them; what is not known says why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.values import texts

_MAPS = 'locals {\n  one = { a = "1", b = "2" }\n  two = { b = "y", a = "x" }\n  list = ["p", "q", "r"]\n  some = { n = null, e = "" }\n}\n'


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"a${1}b"', ["a1b"]),
        ('"a${true}b"', ["atrueb"]),
        ('"${null}b"', ["!no-value"]),
        ('"a%{ if var.x }b%{ endif }"', ["!computed"]),
        ('"a${~ "b" ~}"', ["!computed"]),
        ("1 + 1", ["!computed"]),
        ('"$${a}"', ["${a}"]),
        (r'"a\"b"', ['a"b']),
        ('{ a = "x" }.a', ["x"]),
        ('["x", "y"][1]', ["y"]),
        ('["x"][1]', ["!no-value"]),
        ('{ a = "x" }["b"]', ["!no-value"]),
        ('{ (data.a.b.c) = "x" }.b', ["!computed"]),
        ('{ a = "x" }', ["!computed"]),
        ("local.one", ["!computed"]),
        ("local.missing", ["!no-value"]),
        ("local.one[*]", ["!computed"]),
        ("local.some.n.deeper", ["!no-value"]),
        ("local.list.0", ["p"]),
        ("data.http.x.body", ["!computed"]),
        ("aws_x.y.z", ["!managed-elsewhere"]),
        ("module.none.image", ["!computed"]),
        ("self.image", ["!computed"]),
        ("<<EOT\na\nEOT\n", ["!not-literal"]),
    ],
)
def test_a_value(expression: str, expected: list[str], tmp_path: Path) -> None:
    assert texts(tmp_path, expression, {"main.tf": _MAPS}) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('var.x ? "a" : "b"', ["a", "b"]),
        ('"${var.x ? 1 : 2}${var.x ? "a" : "b"}"', ["1a", "2b"]),
        ('"${var.x ? 1 : 2}${!var.x ? "a" : "b"}"', ["1b", "2a"]),
        ('"${var.x == 1 ? 1 : 2}${var.x  !=  1 ? "a" : "b"}"', ["1b", "2a"]),
        ('"${var.x ? 1 : 2}${var.y ? "a" : "b"}"', ["1a", "1b", "2a", "2b"]),
        ('"${var.x && !var.y ? 1 : 2}${var.x ? "a" : "b"}"', ["1a", "1b", "2a", "2b"]),
        ('var.a ? "a" : var.b ? "b" : "c"', ["a", "b", "c"]),
        ('local.some.e != "" ? local.some.e : "d"', ["d"]),
        ('local.some.n == null ? "d" : local.some.n', ["d"]),
        ("local.one[var.k]", ["1", "2"]),
        ('"${local.one[var.k]}${local.two[var.k]}"', ["1x", "2y"]),
        ('"${local.one[var.k]}${local.two[var.l]}"', ["1y", "1x", "2y", "2x"]),
        ("local.list[count.index]", ["p", "q", "r"]),
        ("element(local.list, count.index)", ["p", "q", "r"]),
        ("element(local.list, 4)", ["q"]),
        ('(var.x ? { a = "1" } : { a = "2" }).a', ["1", "2"]),
        ('(var.x ? { a = "1" } : {}).a', ["1", "!no-value"]),
        ('merge({ a = "1" }, var.x ? { a = "2" } : {}).a', ["2", "1"]),
        ('join(",", concat(["a"], var.x ? ["b"] : [], ["c"]))', ["a,b,c", "a,c"]),
        ('"${local.one["a"]}-${local.one["b"]}"', ["1-2"]),
    ],
)
def test_one_question_has_one_answer_in_a_run(expression: str, expected: list[str], tmp_path: Path) -> None:
    assert texts(tmp_path, expression, {"main.tf": _MAPS}) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('format("%s:%d", "a", 1)', ["a:1"]),
        ('format("%s%%", "a")', ["a%"]),
        ('format("%05d", 1)', ["!computed"]),
        ('format("%s")', ["!computed"]),
        ('format("%s", null)', ["!no-value"]),
        ('join("/", ["a", "b"], ["c"])', ["a/b/c"]),
        ('join("/", compact(["", "a", null]))', ["a"]),
        ('join("/", distinct(["a", "b"]))', ["a/b"]),
        ('join("/", data.x.y.z)', ["!computed"]),
        ('join(",", flatten([["a"], ["b", ["c"]]]))', ["a,b,c"]),
        ('join(",", [for v in local.list : "${v}!"])', ["p!,q!,r!"]),
        ('join(",", [for k, v in local.one : "${k}${v}"])', ["a1,b2"]),
        ('join(",", values(local.two))', ["x,y"]),
        ('join(",", [for v in [{ i = "a" }, { i = "b" }] : v][*].i)', ["a,b"]),
        ('{ for k, v in local.one : upper(k) => v }["A"]', ["!computed"]),
        ('{ for k, v in local.one : "${k}x" => v }["bx"]', ["2"]),
        ('{ for k, v in local.one : k => v if v != "1" }["c"]', ["!computed"]),
        ('{ for v in local.list : "k" => v... }["k"]', ["!computed"]),
        ('coalesce("", null, "a")', ["a"]),
        ('coalesce(data.x.y.z, "a")', ["!computed", "a"]),
        ('try(local.one.c, "a")', ["a"]),
        ('try(local.one.a, "z")', ["1"]),
        ('try(data.x.y.z, "a")', ["!computed", "a"]),
        ('lookup(local.one, "a", "z")', ["1"]),
        ('lookup(local.one, "c", "z")', ["z"]),
        ("lookup(local.one, var.k)", ["1", "2"]),
        ('lookup(local.one, var.k, "z")', ["1", "2", "z"]),
        ('merge(local.one, { a = "9" }).a', ["9"]),
        ("merge(local.one, null).a", ["1"]),
        ("merge(local.one, data.x.y.z).a", ["!computed"]),
        ('merge(data.x.y.z, { a = "9" }).a', ["9"]),
        ("merge([local.one, local.two]...).a", ["x"]),
        ("one(local.list)", ["!computed"]),
        ('one(["a"])', ["a"]),
        ('lower("abc")', ["abc"]),
        ('lower("ABC")', ["!computed"]),
        ('trimspace(" a")', ["!computed"]),
        ('replace("a", "a", "b")', ["!computed"]),
        ('jsondecode(jsonencode({ a = "x" })).a', ["x"]),
        ('yamldecode("a: x").a', ["!computed"]),
        ("toset(local.list)", ["!computed"]),
        ("nonsensitive(sensitive(local.one.a))", ["1"]),
    ],
)
def test_a_function(expression: str, expected: list[str], tmp_path: Path) -> None:
    assert texts(tmp_path, expression, {"main.tf": _MAPS}) == expected


_FILES = {
    "images.yaml": "web: nginx # comment\nn: 1.10\nb: true\nnothing:\nlist: [a, b]\nbase: &b {image: x}\nother: {<<: *b, tag: y}\n",
    "images.json": '{"web": "nginx", "n": 1}',
    "app.tpl": "image: ${name}:${tags.web}\n",
    "two.yaml": "a: first\n---\na: second\n",
    "broken.yaml": "a: [\n",
    "VERSION": "1.2.3\n",
    "empty.yaml": "# nothing\n",
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('yamldecode(file("images.yaml")).web', ["nginx"]),
        ('yamldecode(file("${path.module}/images.yaml")).n', ["1.10"]),
        ('yamldecode(file("${path.module}/./x/../images.yaml")).b', ["true"]),
        ('yamldecode(file("images.yaml")).nothing', ["!no-value"]),
        ('yamldecode(file("images.yaml")).list[1]', ["b"]),
        ('"${yamldecode(file("images.yaml")).other.image}${yamldecode(file("images.yaml")).other.tag}"', ["xy"]),
        ('jsondecode(file("images.json")).web', ["nginx"]),
        ('yamldecode(templatefile("app.tpl", { name = "n", tags = { web = "t" } })).image', ["n:t"]),
        ('yamldecode(templatefile("app.tpl", { name = var.k, tags = {} })).image', ["!no-value"]),
        ('yamldecode(templatefile("app.tpl", { tags = { web = "t" } })).image', ["!computed"]),
        ('yamldecode(file("two.yaml")).a', ["first"]),
        ('yamldecode(file("broken.yaml")).a', ["!unparsable"]),
        ('yamldecode(file("empty.yaml")).a', ["!no-value"]),
        ('yamldecode(file("missing.yaml")).a', ["!no-value"]),
        ('yamldecode(file("../outside.yaml")).a', ["!computed"]),
        ("yamldecode(file(var.k)).a", ["!no-value"]),
        ('chomp(file("VERSION"))', ["!not-literal"]),
        ('yamldecode(file("${dirname("a/b")}/../images.yaml")).web', ["nginx"]),
    ],
)
def test_a_file(expression: str, expected: list[str], tmp_path: Path) -> None:
    assert texts(tmp_path, expression, {**_FILES, "variables.tf": 'variable "k" {}\n'}) == expected


def test_a_relative_path_in_a_module_that_is_called_is_not_known(tmp_path: Path) -> None:
    files = {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": "", "m/a.yaml": "a: x\n", "a.yaml": "a: y\n"}
    assert texts(tmp_path, 'yamldecode(file("a.yaml")).a', files, "m") == ["!computed"]
    assert texts(tmp_path, 'yamldecode(file("${path.module}/a.yaml")).a', files, "m") == ["x"]


_ROOT = 'variable "a" {}\n\nvariable "b" {\n  default = "default"\n}\n'
_ENCRYPTED = "\0GITCRYPT\0rest"


@pytest.mark.parametrize(
    ("files", "a", "b"),
    [
        ({}, ["!no-value"], ["default"]),
        ({"terraform.tfvars": 'a = "t"\n'}, ["t"], ["default"]),
        ({"terraform.tfvars": 'a = "t"\n', "x.auto.tfvars": 'a = "x"\n', "y.auto.tfvars": 'a = "y"\n'}, ["y"], ["default"]),
        ({"prod.tfvars": 'a = "p"\nb = "q"\n'}, ["p"], ["default", "q"]),
        ({"terraform.tfvars": 'a = "t"\n', "prod.tfvars": 'a = "p"\n'}, ["t", "p"], ["default"]),
        ({"envs/prod.tfvars": 'a = "p"\n', "envs/dev.tfvars": 'a = "d"\n'}, ["d", "p"], ["default"]),
        ({"other/main.tf": "", "other/prod.tfvars": 'a = "p"\n'}, ["!no-value"], ["default"]),
        ({"terraform.tfvars": _ENCRYPTED}, ["!encrypted"], ["!encrypted"]),
        ({"terraform.tfvars": _ENCRYPTED, "x.auto.tfvars": 'b = "x"\n'}, ["!encrypted"], ["x"]),
        ({"terraform.tfvars": "a = [\n"}, ["!unparsable"], ["!unparsable"]),
        ({"terraform.tfvars.json": '{"a": "x"}'}, ["!report-only"], ["default"]),
        ({"terraform.tfvars.json": "{"}, ["!report-only"], ["!report-only"]),
    ],
)
def test_where_a_root_module_gets_its_variables(files: Mapping[str, str], a: list[str], b: list[str], tmp_path: Path) -> None:
    everything = {"variables.tf": _ROOT, **files}
    assert texts(tmp_path, "var.a", everything) == a
    assert texts(tmp_path, "var.b", everything) == b


_CHILD = 'variable "a" {\n  default = "default"\n}\n\noutput "a" {\n  value = "<${var.a}>"\n}\n'


def _call(name: str, argument: str = "", source: str = "./m") -> str:
    return f'module "{name}" {{\n  source = "{source}"\n{argument}}}\n'


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("", ["default"]),
        (_call("x"), ["default"]),
        (_call("x", '  a = "x"\n'), ["x"]),
        (_call("x", '  a = "x"\n') + _call("y"), ["x", "default"]),
        (_call("x", '  for_each = { k = "x", l = "y" }\n  a = each.value\n'), ["x", "y"]),
        (_call("x", '  for_each = toset(["x", "y"])\n  a = each.key\n'), ["x", "y"]),
        (_call("x", "  for_each = {}\n  a = each.value\n"), []),
        (_call("x", "  a = data.x.y.z\n"), ["!computed"]),
        (_call("x", '  a = "x"\n', source="git::https://example.com/m.git"), ["default"]),
        (_call("x", '  a = "x"\n', source="../../outside"), ["default"]),
    ],
)
def test_where_a_called_module_gets_its_variables(main: str, expected: list[str], tmp_path: Path) -> None:
    assert texts(tmp_path, "var.a", {"main.tf": main, "m/main.tf": _CHILD}, "m") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("module.x.a", ["<x>"]),
        ("module.y.a", ["<y>"]),
        ("module.many[0].a", ["<m>"]),
        ('"${module.x.a}${module.y.a}"', ["<x><y>"]),
        ("module.x.none", ["!no-value"]),
        ("module.x", ["!computed"]),
        ("module.none.a", ["!computed"]),
    ],
)
def test_an_output_is_that_of_its_own_call(expression: str, expected: list[str], tmp_path: Path) -> None:
    main = _call("x", '  a = "x"\n') + _call("y", '  a = "y"\n') + _call("many", '  count = 2\n  a = "m"\n')
    assert texts(tmp_path, expression, {"main.tf": main, "m/main.tf": _CHILD}) == expected


def test_an_output_of_a_module_in_a_module(tmp_path: Path) -> None:
    """The inner call's argument is that of the outer call that is meant, and of no other."""
    outer = 'variable "b" {}\n' + _call("inner", "  a = var.b\n", "../m") + 'output "b" {\n  value = module.inner.a\n}\n'
    main = _call("one", '  b = "1"\n', "./outer") + _call("two", '  b = "2"\n', "./outer")
    files = {"main.tf": main, "outer/main.tf": outer, "m/main.tf": _CHILD}
    assert texts(tmp_path, "module.two.b", files) == ["<2>"]


def test_values_that_refer_to_one_another(tmp_path: Path) -> None:
    assert texts(tmp_path, "local.a", {"main.tf": "locals {\n  a = local.b\n  b = local.a\n}\n"}) == ["!computed"]


_TYPED = """\
variable "v" {
  type = map(object({
    image = optional(string, "default")
    more  = optional(object({ tag = optional(string, "inner") }), {})
    list  = optional(list(object({ n = optional(string, "element") })), [{}])
  }))
  default = {
    a = {}
    b = { image = "given" }
    c = { image = null, more = { tag = "t" } }
  }
}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.v.a.image", ["default"]),
        ("var.v.b.image", ["given"]),
        ("var.v.c.image", ["default"]),
        ("var.v.a.more.tag", ["inner"]),
        ("var.v.c.more.tag", ["t"]),
        ("var.v.a.list[0].n", ["element"]),
        ("var.v.d.image", ["!no-value"]),
    ],
)
def test_defaults_of_optional_attributes(expression: str, expected: list[str], tmp_path: Path) -> None:
    assert texts(tmp_path, expression, {"variables.tf": _TYPED}) == expected


@pytest.mark.parametrize(
    ("nullable", "expected"), [("", ["!no-value"]), ("  nullable = false\n", ["d"]), ("  nullable = true\n", ["!no-value"])]
)
def test_null_from_a_caller(nullable: str, expected: list[str], tmp_path: Path) -> None:
    module = f'variable "a" {{\n  default = "d"\n{nullable}}}\n'
    assert texts(tmp_path, "var.a", {"main.tf": _call("x", "  a = null\n"), "m/main.tf": module}, "m") == expected
