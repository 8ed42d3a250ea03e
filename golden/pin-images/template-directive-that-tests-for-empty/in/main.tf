resource "kubernetes_manifest" "app" {
  manifest = yamldecode(templatefile("${path.module}/pod.yaml", { tag = local.tag }))
}

locals {
  tag = "latest"
}
