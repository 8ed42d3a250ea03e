"""What a file is, by its name alone."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Kinds of files that a codemod may want. Files of other kinds are not listed, but can be read by path."""

    TERRAFORM = "terraform"  # .tf, .tofu
    TERRAFORM_JSON = "terraform json"  # .tf.json, .tofu.json
    VALUES = "values"  # .tfvars
    VALUES_JSON = "values json"  # .tfvars.json
    TERRAGRUNT = "terragrunt"  # terragrunt.hcl, and .hcl files of any name, which Terragrunt reads and includes
    OTHER_HCL = "other hcl"  # HCL that another tool reads
    YAML = "yaml"
    TEMPLATE = "template"  # .tpl, .tftpl


TERRAFORM_KINDS = frozenset({Kind.TERRAFORM, Kind.TERRAFORM_JSON, Kind.VALUES, Kind.VALUES_JSON, Kind.TERRAGRUNT})
"""What makes a directory one that tfmod has something to say about."""

_SUFFIXES: tuple[tuple[str, Kind], ...] = (
    (".tf", Kind.TERRAFORM),
    (".tofu", Kind.TERRAFORM),
    (".tf.json", Kind.TERRAFORM_JSON),
    (".tofu.json", Kind.TERRAFORM_JSON),
    (".tfvars", Kind.VALUES),
    (".tfvars.json", Kind.VALUES_JSON),
    (".yaml", Kind.YAML),
    (".yml", Kind.YAML),
    (".tpl", Kind.TEMPLATE),
    (".tftpl", Kind.TEMPLATE),
    (".nomad", Kind.OTHER_HCL),
)
_BY_ENDING = {suffix.rpartition(".")[2] for suffix, _ in _SUFFIXES}
# Terraform's tests, mocks, stacks and queries; Packer, Nomad, Waypoint, Boundary; tools' own settings
_OTHER_HCL = tuple(
    f".{word}.hcl"
    for word in "tftest tofutest tfmock tfstack tfcomponent tfdeploy tfquery pkr pkrvars nomad waypoint boundary tflint".split()
)
_OTHER_HCL_NAMES = frozenset({".tflint.hcl", "docker-bake.hcl", "sentinel.hcl", "waypoint.hcl"})
_LOCK = ".terraform.lock.hcl"


def kind_of(path: str) -> Kind | None:
    """The kind of a file; None if no codemod may want it.

    Terraform leaves out files whose name starts with a dot, or ends as an editor's backup does (``IsIgnoredFile`` in its
    internal/configs/parser_config_dir.go).
    """
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2]
    if ending == "hcl":
        if name == _LOCK:
            return None
        return Kind.OTHER_HCL if name in _OTHER_HCL_NAMES or name.endswith(_OTHER_HCL) else Kind.TERRAGRUNT
    if ending not in _BY_ENDING:
        return None
    kind = next((kind for suffix, kind in _SUFFIXES if name.endswith(suffix)), None)
    if name.startswith(".") and kind in TERRAFORM_KINDS:
        return None
    return kind
