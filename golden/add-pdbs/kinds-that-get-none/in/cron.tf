resource "kubernetes_cron_job_v1" "x" {
  metadata {
    name = "x"
  }

  spec {
    schedule = "0 3 * * *"

    job_template {
      metadata {}

      spec {
        template {
          metadata {}

          spec {
            container {
              name  = "app"
              image = "ghcr.io/acme/web:1.4.2"
            }
          }
        }
      }
    }
  }
}
