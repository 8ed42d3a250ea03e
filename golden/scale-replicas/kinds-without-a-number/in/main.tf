resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

resource "kubernetes_daemonset" "agent" {
  metadata {
    name      = "agent"
    namespace = kubernetes_namespace.shop.metadata[0].name
    labels = {
      tier = "0-core"
    }
  }

  spec {
    selector {
      match_labels = {
        app = "agent"
      }
    }

    template {
      metadata {
        labels = {
          app = "agent"
        }
      }
      spec {
        container {
          name  = "app"
          image = "nginx:1.27"
        }
      }
    }
  }
}

resource "kubernetes_job" "seed" {
  metadata {
    name   = "seed"
    labels = { tier = "0-core" }
  }
  spec {
    template {
      metadata {}
      spec {
        container {
          name  = "seed"
          image = "busybox:1.36"
        }
      }
    }
  }
}
