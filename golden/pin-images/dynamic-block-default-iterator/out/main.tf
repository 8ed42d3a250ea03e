resource "kubernetes_pod_v1" "app" {
  spec {
    dynamic "init_container" {
      for_each = ["busybox:1.37.0@sha256:df5fb1077a9e0c027491208c88c0fabf47a6539a7e888df0f0aa0fb3f885084d"]
      content {
        name  = "init"
        image = init_container.value
      }
    }
  }
}
