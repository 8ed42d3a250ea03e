resource "kubernetes_deployment_v1" "api" {
  metadata {
    name      = "api"
    namespace = "shop"
    labels = {
      app = "api"
    }
  }
  spec {
    template {
      spec {
        container {
          name  = "app"
          image = "ghcr.io/acme/api:1.4.2"

          resources {
            requests = {
              cpu    = "35m"
              memory = "208Mi"
            }
            limits = {
              memory = "384Mi"
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_manifest" "vpa" {
  manifest = {
    apiVersion = "autoscaling.k8s.io/v1"
    kind       = "VerticalPodAutoscaler"
    metadata   = { name = "api", namespace = "shop" }
    spec = {
      targetRef      = { apiVersion = "apps/v1", kind = "Deployment", name = "api" }
      resourcePolicy = { containerPolicies = [{ containerName = "app", mode = "Off" }] }
    }
  }
}
