variable "tag" {
}

resource "kubernetes_manifest" "app" {
  manifest = yamldecode(templatefile("${path.module}/app.yaml.tftpl", { tag = var.tag }))
}
