resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

# The shop's front.
resource "kubernetes_deployment_v1" "web" {
  metadata {
    name   = "web" # as in DNS
    labels = { tier = "0-core" }
  }
  spec {
    replicas = 2
    selector { match_labels = { app = "web" } }
    template {
      metadata { labels = { app = "web" } }
      spec {
        container {
          name  = "app"
          image = "nginx:1.27"
          readiness_probe {
            tcp_socket { port = 80 }
          }
        }
        # no sidecars
        affinity {
          pod_anti_affinity {
            preferred_during_scheduling_ignored_during_execution {
              weight = 100
              pod_affinity_term {
                topology_key = "kubernetes.io/hostname"
                label_selector {
                  match_labels = { app = "web" }
                }
              }
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_pod_disruption_budget_v1" "web" {
  metadata {
    name = "web"
  }

  spec {
    min_available = "1"

    selector { match_labels = { app = "web" } }
  }
}
