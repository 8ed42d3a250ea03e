"""What is validated by itself is what was there, on the same lines, and nothing in it leads out."""

from __future__ import annotations

from pathlib import Path

from tests.support.provider import Provider
from tests.support.standalone import standalone

_FILES = {
    "main.tf": b"""\
terraform {
  backend "s3" {}
}
provider "kubernetes" {
  alias = "other"
}
module "network" {
  source = "./network"
}
data "vault_kv_secret_v2" "shop" {}
resource "random_password" "db" {
  length = 8
}
resource "kubernetes_config_map_v1" "web" {
  provider = kubernetes.other
  for_each = module.network.zones
  metadata {
    name      = "web-${each.key}-${random_password.db.result}"
    namespace = kubernetes_namespace_v1.shop.metadata[0].name
    labels    = merge(local.labels, local.elsewhere, { zone = data.vault_kv_secret_v2.shop.data["zone"] })
  }
  data = {
    size  = var.size
    count = length([for kube_node in var.nodes : kube_node.name])
  }
  depends_on = [module.network]
  lifecycle {
    ignore_changes = [metadata[0].annotations, data]
  }
}
""",
    "other.tf": b"""\
variable "size" {
  type = string
}
locals {
  labels = { owner = module.network.owner }
}
resource "kubernetes_namespace_v1" "shop" {
  metadata {
    name = "shop"
  }
}
""",
    "broken.tf": b"locals {\n",
}


def test_lines_stay_and_others_are_blank() -> None:
    alone = standalone(_FILES)
    assert set(alone) == {"main.tf", "other.tf", "unknown.tf"}
    before, after = _FILES["main.tf"].splitlines(), alone["main.tf"].splitlines()
    assert len(after) == len(before)
    assert b"".join(after[:13]).strip() == b""
    same = [a == b for a, b in zip(after[13:], before[13:], strict=True)]
    assert [i for i, each in enumerate(same, 14) if not each] == [15, 16, 18, 20, 24, 26]


def test_what_leads_out_is_not_known() -> None:
    lines = standalone(_FILES)["main.tf"].decode().splitlines()
    assert lines[15] == "  for_each = terraform_data.unknown.output"
    assert lines[17] == '    name      = "web-${each.key}-${terraform_data.unknown.output}"'
    assert lines[18] == "    namespace = kubernetes_namespace_v1.shop.metadata[0].name"
    assert lines[25] == "  depends_on = [terraform_data.unknown]"
    assert lines[27] == "    ignore_changes = [metadata[0].annotations, data]"


def test_it_is_valid_and_what_is_wrong_in_it_is_found(kubernetes_provider: Provider, tmp_path: Path) -> None:
    wrong = {name: data.replace(b"  data = {", b"  dat = {") for name, data in _FILES.items()}
    found = kubernetes_provider.validate_all({"right": standalone(_FILES), "wrong": standalone(wrong)}, tmp_path)
    assert found["right"] == ()
    assert [(e.path, e.line, e.summary) for e in found["wrong"]] == [("main.tf", 22, "Unsupported argument")]
