resource "kubernetes_manifest" "app" {
  manifest = yamldecode(templatefile("${path.module}/pod.yaml", { tags = ["latest"] }))
}
