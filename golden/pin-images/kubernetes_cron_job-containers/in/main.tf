resource "kubernetes_cron_job" "container" {
  spec {
    job_template {
      spec {
        template {
          spec {
            container {
              name  = "main"
              image = "nginx:latest"
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_cron_job" "init_container" {
  spec {
    job_template {
      spec {
        template {
          spec {
            init_container {
              name  = "main"
              image = "busybox"
            }
          }
        }
      }
    }
  }
}
