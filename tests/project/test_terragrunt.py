"""What Terragrunt units hand to the modules that they apply."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.values import texts

_MODULE = {"modules/a/main.tf": 'variable "image" {\n  default = "default"\n}\n'}
_SOURCE = 'terraform {\n  source = "../../modules//a"\n}\n'
_INCLUDE = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n  expose = true\n}\n'


def _inputs(value: str) -> str:
    return f"inputs = {{\n  image = {value}\n}}\n"


_GIVEN = "live/a/terragrunt.hcl"

_CASES: dict[str, tuple[Mapping[str, str], list[str]]] = {
    "inputs": ({_GIVEN: _SOURCE + _inputs('"x"')}, ["x"]),
    "no inputs": ({_GIVEN: _SOURCE}, ["default"]),
    "inputs of something else": ({_GIVEN: _SOURCE + 'inputs = { name = "x" }\n'}, ["default"]),
    "two units": ({_GIVEN: _SOURCE + _inputs('"x"'), "live/b/terragrunt.hcl": _SOURCE + _inputs('"y"')}, ["x", "y"]),
    "another module": ({_GIVEN: _SOURCE.replace("//a", "//b") + _inputs('"x"'), "modules/b/main.tf": ""}, ["default"]),
    "a module from elsewhere": ({_GIVEN: 'terraform {\n  source = "git::https://example.com/m.git//a"\n}\n' + _inputs('"x"')}, ["default"]),
    "a source that is not known": ({_GIVEN: 'terraform {\n  source = "${get_env("M")}//a"\n}\n' + _inputs('"x"')}, ["default"]),
    "a source in a local": (
        {_GIVEN: 'locals {\n  base = "../../modules"\n}\nterraform {\n  source = "${local.base}//a"\n}\n' + _inputs('"x"')},
        ["x"],
    ),
    "a source from the root": ({_GIVEN: 'terraform {\n  source = "${get_repo_root()}/modules/a"\n}\n' + _inputs('"x"')}, ["x"]),
    "the unit's own directory": ({"modules/a/terragrunt.hcl": _inputs('"x"')}, ["x"]),
    "a file that does not parse": ({_GIVEN: _SOURCE + "inputs = {\n"}, ["default"]),
    "a parent's inputs": ({_GIVEN: _INCLUDE + _SOURCE, "live/root.hcl": _inputs('"p"')}, ["p"]),
    "a child's inputs win": ({_GIVEN: _INCLUDE + _SOURCE + _inputs('"x"'), "live/root.hcl": _inputs('"p"')}, ["x"]),
    "the parent's source": ({_GIVEN: _INCLUDE + _inputs('"x"'), "live/root.hcl": _SOURCE.replace("../../", "${get_repo_root()}/")}, ["x"]),
    "a parent that is not there": ({_GIVEN: _INCLUDE + _SOURCE}, ["default"]),
    "a parent of the old name": (
        {_GIVEN: "include {\n  path = find_in_parent_folders()\n}\n" + _SOURCE, "live/terragrunt.hcl": _inputs('"p"')},
        ["p"],
    ),
    "locals": ({_GIVEN: 'locals {\n  tag = "t"\n}\n' + _SOURCE + _inputs('"x:${local.tag}"')}, ["x:t"]),
    "the parent's locals": (
        {_GIVEN: _INCLUDE + _SOURCE + _inputs("include.root.locals.image"), "live/root.hcl": 'locals {\n  image = "p"\n}\n'},
        ["p"],
    ),
    "locals of another file": (
        {
            _GIVEN: 'locals {\n  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))\n}\n'
            + _SOURCE
            + _inputs("local.env.locals.image"),
            "live/env.hcl": 'locals {\n  image = "e"\n}\n',
        },
        ["e"],
    ),
    "inputs of another file": (
        {_GIVEN: _SOURCE + 'inputs = read_terragrunt_config("../env.hcl").inputs\n', "live/env.hcl": _inputs('"e"')},
        ["e"],
    ),
    "another file that is not there": ({_GIVEN: _SOURCE + _inputs('read_terragrunt_config("../env.hcl").locals.image')}, ["!no-value"]),
    "merged inputs": ({_GIVEN: _SOURCE + 'inputs = merge({ image = "x" }, { name = "n" })\n'}, ["x"]),
    "inputs merged with what is not known": ({_GIVEN: _SOURCE + 'inputs = merge({ image = "x" }, dependency.a.outputs)\n'}, ["!computed"]),
    "an input of a dependency": ({_GIVEN: _SOURCE + _inputs("dependency.a.outputs.image")}, ["!computed"]),
    "a YAML file": (
        {_GIVEN: _SOURCE + 'inputs = yamldecode(file("${get_terragrunt_dir()}/in.yaml"))\n', "live/a/in.yaml": "image: y\n"},
        ["y"],
    ),
    "a YAML file beside": ({_GIVEN: _SOURCE + 'inputs = yamldecode(file("in.yaml"))\n', "live/a/in.yaml": "image: y\n"}, ["y"]),
    "variable files win over inputs": ({_GIVEN: _SOURCE + _inputs('"x"'), "modules/a/terraform.tfvars": 'image = "t"\n'}, ["t"]),
    "variable files of the unit": ({_GIVEN: _SOURCE, "live/a/terraform.tfvars": 'image = "t"\n'}, ["t"]),
    "other variable files are not loaded": ({_GIVEN: _SOURCE, "live/a/prod.tfvars": 'image = "t"\n'}, ["default"]),
    "encrypted variable files": ({_GIVEN: _SOURCE + _inputs('"x"'), "live/a/terraform.tfvars": "\0GITCRYPT\0rest"}, ["x"]),
}


@pytest.mark.parametrize(("files", "expected"), _CASES.values(), ids=_CASES.keys())
def test_what_a_module_gets(files: Mapping[str, str], expected: list[str], tmp_path: Path) -> None:
    assert texts(tmp_path, "var.image", {**_MODULE, **files}, "modules/a") == expected


def _extra(files: str) -> str:
    return f'terraform {{\n  source = "../../modules//a"\n  extra_arguments "v" {{\n    commands = ["plan"]\n{files}  }}\n}}\n'


@pytest.mark.parametrize(
    ("terraform", "expected"),
    [
        ('    required_var_files = ["../one.tfvars"]\n', ["1"]),
        ('    required_var_files = ["../one.tfvars", "../two.tfvars"]\n', ["2"]),
        ('    required_var_files = ["../two.tfvars"]\n    optional_var_files = ["../one.tfvars"]\n', ["1"]),
        ('    optional_var_files = ["../none.tfvars", "${get_terragrunt_dir()}/../one.tfvars"]\n', ["1"]),
        ('    required_var_files = [find_in_parent_folders("two.tfvars")]\n', ["2"]),
        ('    required_var_files = [find_in_parent_folders("none.tfvars")]\n', ["x"]),
        ('    arguments = ["-var-file=../one.tfvars"]\n', ["x"]),
    ],
)
def test_variable_files_of_extra_arguments(terraform: str, expected: list[str], tmp_path: Path) -> None:
    files = {**_MODULE, _GIVEN: _extra(terraform) + _inputs('"x"'), "live/one.tfvars": 'image = "1"\n', "live/two.tfvars": 'image = "2"\n'}
    assert texts(tmp_path, "var.image", files, "modules/a") == expected
