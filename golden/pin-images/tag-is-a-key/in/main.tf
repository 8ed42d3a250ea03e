resource "kubernetes_pod_v1" "web" {
  for_each = { latest = "a", mainline = "b" }

  metadata {
    name = each.value
  }

  spec {
    container {
      name  = "web"
      image = "nginx:${each.key}"
    }
  }
}
