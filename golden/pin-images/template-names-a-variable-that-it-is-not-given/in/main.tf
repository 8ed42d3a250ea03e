resource "kubernetes_manifest" "app" {
  manifest = yamldecode(templatefile("${path.module}/app.yaml.tftpl", { version = "latest" }))
}
