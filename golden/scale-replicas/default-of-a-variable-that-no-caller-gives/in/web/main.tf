variable "tier" {
  type = string
}

variable "replicas" {
  type    = number
  default = 1
}

resource "kubernetes_deployment" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
    labels = {
      tier = var.tier
    }
  }

  spec {
    replicas = var.replicas

    selector {
      match_labels = {
        app = "web"
      }
    }

    template {
      metadata {
        labels = {
          app = "web"
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
