resource "kubernetes_pod_v1" "web" {
  lifecycle {
    ignore_changes = [spec]
  }
}
