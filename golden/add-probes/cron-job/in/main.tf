resource "kubernetes_cron_job_v1" "app" {
  metadata {
    name = "app"
  }
  spec {
    schedule = "@daily"
    job_template {
      metadata {}
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
  }
}
