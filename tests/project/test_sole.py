"""The one literal behind a number, where nothing else reads it; and the place that stands in the way where there is no such one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from refactor.hcl.addresses import address_at
from refactor.project.evaluate import Evaluator
from refactor.project.sole import Sole, SoleLiterals
from tests.support.values import project

MODULE = {"m/main.tf": 'variable "n" {\n  default = 1\n}\nresource "x" "y" {\n  n = var.n\n}\n'}


def sole(root: Path, files: Mapping[str, str]) -> str:
    """Where the literal behind ``n`` of resource ``x.y`` stands, or why there is none."""
    found = project(root, files)
    run = Evaluator(found)
    path, block = next((p, b) for p in files if (d := found.document(p)) is not None for b in d.body.blocks("resource"))
    attribute = block.body.attribute("n")
    assert attribute is not None
    result = SoleLiterals(run).of(attribute.expression, run.scope_in(block, found.module_of(path)))
    if isinstance(result, Sole):
        return f"{result.document.path}: {address_at(result.document, result.expression.span.start)}"
    return f"!{result.reason.value} {result.detail}"


@pytest.mark.parametrize(
    ("value", "more", "expected"),
    [
        ("1", "", "main.tf: x.y / n"),
        ('"1"', "", "main.tf: x.y / n"),
        ("(1)", "", "main.tf: x.y / n"),
        ("local.n", "locals {\n  n = 1\n}", "main.tf: local.n"),
        ("local.n", 'locals {\n  n = "1"\n}', "main.tf: local.n"),
        ("local.a.n", "locals {\n  a = { n = 1, m = 2 }\n}\noutput o {\n  value = local.a.m\n}", "main.tf: local.a / n"),
        ('local.a["n"]', "locals {\n  a = { n = 1 }\n}", "main.tf: local.a / n"),
        ("local.a", "locals {\n  a = local.b\n  b = 1\n}", "main.tf: local.b"),
        ("var.n", 'variable "n" {\n  default = 1\n}', "main.tf: var.n / default"),
        ("var.a.n", 'variable "a" {\n  default = { n = 1 }\n}', "main.tf: var.a / default.n"),
    ],
)
def test_it_is_found(tmp_path: Path, value: str, more: str, expected: str) -> None:
    assert sole(tmp_path, {"main.tf": f'resource "x" "y" {{\n  n = {value}\n}}\n{more}\n'}) == expected


@pytest.mark.parametrize(
    ("value", "more", "expected"),
    [
        ("null", "", "!not-literal main.tf:2: null"),
        ("1 + 0", "", "!not-literal main.tf:2: 1 + 0"),
        ('"${local.n}"', "locals {\n  n = 1\n}", '!not-literal main.tf:2: "${local.n}"'),
        ("true ? 1 : 2", "", "!not-literal main.tf:2: true ? 1 : 2"),
        ("each.value", "", "!not-literal main.tf:2: each.value"),
        ("local.a[local.k]", "locals {\n  a = { n = 1 }\n  k = 1\n}", "!not-literal main.tf:2: local.a[local.k]"),
        ("local.a.n", "locals {\n  a = { m = 1 }\n}", "!not-literal main.tf:5: { m = 1 }"),
        ("local.a.n", "locals {\n  a = merge({}, { n = 1 })\n}", "!not-literal main.tf:5: merge({}, { n = 1 })"),
        ("local.n", "", "!not-literal main.tf:2: local.n"),
        ("var.n", "", "!no-value var.n is not declared"),
        ("var.n", 'variable "n" {}', "!no-value var.n has no default"),
        ("local.n", "locals {\n  n = 1\n}\noutput o {\n  value = local.n\n}", "!read-elsewhere main.tf:8"),
        ("local.a.n", "locals {\n  a = { n = 1 }\n}\noutput o {\n  value = local.a\n}", "!read-elsewhere main.tf:8"),
        ("local.a.n", "locals {\n  a = { n = 1 }\n}\noutput o {\n  value = local.a[local.a.n]\n}", "!read-elsewhere main.tf:8"),
        ("local.a", "locals {\n  a = local.a\n}", "!read-elsewhere main.tf:5"),
        (
            "var.n",
            'variable "n" {\n  default = 1\n  validation {\n    condition = var.n < 2\n  }\n}',
            "!read-elsewhere main.tf:7",
        ),
    ],
)
def test_there_is_none(tmp_path: Path, value: str, more: str, expected: str) -> None:
    assert sole(tmp_path, {"main.tf": f'resource "x" "y" {{\n  n = {value}\n}}\n{more}\n'}) == expected


CALL = 'module "{name}" {{\n  source = "./m"\n  {n}\n}}\n'


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (("n = 1",), "main.tf: module.a / n"),
        (("",), "m/main.tf: var.n / default"),
        (("", ""), "m/main.tf: var.n / default"),
        (("n = 1", "n = 1"), "!not-literal var.n is set in 2 places: main.tf:3, main.tf:7"),
        (("n = 1", ""), "!not-literal var.n is set in 2 places: m/main.tf:2, main.tf:3"),
        (("n = local.n",), "main.tf: local.n"),
        (("n = local.n", "n = local.n"), "!not-literal var.n is set in 2 places: main.tf:3, main.tf:7"),
        (("n = max(1, 2)",), "!not-literal main.tf:3: max(1, 2)"),
    ],
)
def test_callers_of_a_module(tmp_path: Path, calls: tuple[str, ...], expected: str) -> None:
    text = "".join(CALL.format(name=name, n=n) for name, n in zip("ab", calls, strict=False))
    assert sole(tmp_path, {**MODULE, "main.tf": text + "locals {\n  n = 1\n}\n"}) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"terraform.tfvars": "n = 1\n"}, "m/terraform.tfvars: n"),
        ({"a.auto.tfvars": "n = 1\n", "terraform.tfvars": "n = 2\n"}, "m/a.auto.tfvars: n"),
        ({"prod.tfvars": "n = 1\n"}, "!not-literal var.n is set in 2 places: m/main.tf:2, m/prod.tfvars:1"),
        ({"prod.tfvars": "other = 1\n"}, "m/main.tf: var.n / default"),
        ({"terraform.tfvars.json": '{"n": 1}'}, "!report-only m/terraform.tfvars.json sets var.n, or may"),
        ({"terraform.tfvars": "n = {\n"}, "!unparsable m/terraform.tfvars sets var.n, or may"),
        ({"broken.tf": "output o {\n value = var.n\n"}, "!read-elsewhere m/broken.tf"),
        ({"more.tf.json": '{"output": {"o": {"value": "${var.n}"}}}'}, "!read-elsewhere m/more.tf.json"),
    ],
)
def test_variable_files_and_files_that_cannot_be_read(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert sole(tmp_path, {**MODULE, **{f"m/{name}": text for name, text in files.items()}}) == expected


def test_inputs_of_terragrunt_are_not_followed(tmp_path: Path) -> None:
    unit = {"live/terragrunt.hcl": 'terraform {\n  source = "../m"\n}\ninputs = {\n  n = 1\n}\n'}
    assert sole(tmp_path, {**MODULE, **unit}) == "!not-literal inputs of live/terragrunt.hcl set var.n, or may"
