resource "kubernetes_job_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    template {
      metadata {}
      spec {
        restart_policy = "Never"
        container {
          name  = "app"
          image = "grafana/grafana:11.3.0"
        }
      }
    }
  }
}
