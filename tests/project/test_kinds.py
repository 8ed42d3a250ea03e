"""Kinds of files, by their names."""

from __future__ import annotations

import pytest

from refactor.project.kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("main.tf", Kind.TERRAFORM),
        ("a.b.tf", Kind.TERRAFORM),
        ("main.tofu", Kind.TERRAFORM),
        ("main.tf.json", Kind.TERRAFORM_JSON),
        ("main.tofu.json", Kind.TERRAFORM_JSON),
        ("terraform.tfvars", Kind.VALUES),
        ("x.auto.tfvars", Kind.VALUES),
        ("x.tfvars.json", Kind.VALUES_JSON),
        ("terragrunt.hcl", Kind.TERRAGRUNT),
        ("root.hcl", Kind.TERRAGRUNT),
        (".terraform.lock.hcl", None),
        ("app.tftest.hcl", Kind.OTHER_HCL),
        ("image.pkr.hcl", Kind.OTHER_HCL),
        ("job.nomad", Kind.OTHER_HCL),
        ("job.nomad.hcl", Kind.OTHER_HCL),
        (".tflint.hcl", Kind.OTHER_HCL),
        ("docker-bake.hcl", Kind.OTHER_HCL),
        ("values.yaml", Kind.YAML),
        ("values.yml", Kind.YAML),
        (".github.yaml", Kind.YAML),
        ("values.yaml.tpl", Kind.TEMPLATE),
        ("init.tftpl", Kind.TEMPLATE),
        ("tf", None),
        ("maintf", None),
        ("main.TF", None),
        ("main.tf~", None),
        ("#main.tf#", None),
        (".#main.tf", None),
        (".hidden.tf", None),
        ("terraform.tfstate", None),
        ("package.json", None),
        ("", None),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_name(name: str, kind: Kind | None) -> None:
    assert kind_of(name) is kind
    assert kind_of("some.tf/dir.yaml/" + name) is kind
