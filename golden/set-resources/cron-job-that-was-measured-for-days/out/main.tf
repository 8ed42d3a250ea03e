resource "kubernetes_cron_job_v1" "backup" {
  metadata {
    name      = "backup"
    namespace = "shop"
  }
  spec {
    schedule = "0 3 * * *"
    job_template {
      spec {
        template {
          spec {
            container {
              name    = "dump"
              image   = "postgres:16.4"
              command = ["pg_dump", "--all"]

              resources {
                requests = {
                  cpu    = "700m"
                  memory = "96Mi"
                }
                limits = {
                  memory = "208Mi"
                }
              }
            }
          }
        }
      }
    }
  }
}
