resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

locals {
  replicas = 1
}

resource "kubernetes_deployment" "web" {
  metadata {
    name      = "web"
    namespace = kubernetes_namespace.shop.metadata[0].name
    labels = {
      tier = "0-core"
    }
  }

  spec {
    replicas = local.replicas

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

resource "kubernetes_deployment" "cache" {
  metadata {
    name      = "cache"
    namespace = kubernetes_namespace.shop.metadata[0].name
    labels = {
      tier = "4-aux"
    }
  }

  spec {
    replicas = local.replicas

    selector {
      match_labels = {
        app = "cache"
      }
    }

    template {
      metadata {
        labels = {
          app = "cache"
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
