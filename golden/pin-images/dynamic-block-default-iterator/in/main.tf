resource "kubernetes_pod_v1" "app" {
  spec {
    dynamic "init_container" {
      for_each = ["busybox"]
      content {
        name  = "init"
        image = init_container.value
      }
    }
  }
}
