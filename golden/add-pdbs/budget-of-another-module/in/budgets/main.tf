resource "kubernetes_pod_disruption_budget_v1" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }

  spec {
    max_unavailable = "1"

    selector {
      match_labels = {
        app = "web"
      }
    }
  }
}
