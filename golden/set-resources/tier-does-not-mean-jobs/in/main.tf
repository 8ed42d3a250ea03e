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
        }
      }
    }
  }
}
