resource "kubernetes_manifest" "app" {
  manifest = yamldecode(file("${path.module}/pod.yaml"))
}

resource "kubernetes_config_map_v1" "pod" {
  data = { pod = file("${path.module}/pod.yaml") }
}
