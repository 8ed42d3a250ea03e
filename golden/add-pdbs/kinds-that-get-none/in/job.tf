resource "kubernetes_job_v1" "x" {
  metadata {
    name = "x"
  }

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
