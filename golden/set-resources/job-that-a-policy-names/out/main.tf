resource "kubernetes_job_v1" "migrate" {
  metadata {
    name      = "migrate"
    namespace = "shop"
    labels = {
      tier = "4-aux"
    }
  }
  spec {
    template {
      spec {
        container {
          name  = "migrate"
          image = "ghcr.io/acme/api:1.4.2"

          resources {
            requests = {
              cpu    = "100m"
              memory = "256Mi"
            }
            limits = {
              memory = "256Mi"
            }
          }
        }
      }
    }
  }
}
