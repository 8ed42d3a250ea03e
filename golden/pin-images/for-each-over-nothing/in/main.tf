resource "kubernetes_pod_v1" "web" {
  for_each = {}

  spec {
    container {
      name  = each.key
      image = each.value
    }
  }
}
