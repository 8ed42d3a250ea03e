resource "kubernetes_namespace_v1" "blog" {
  metadata {
    name = "blog"
  }
}

resource "kubernetes_deployment_v1" "blog" {
  metadata {
    name      = "blog"
    namespace = kubernetes_namespace_v1.blog.metadata[0].name
    annotations = {
      "diun.enable" = "true"
    }
  }
  spec {
    replicas = 2
    selector {
      match_labels = {
        app = "blog"
      }
    }
    template {
      metadata {
        labels = {
          app = "blog"
        }
      }
      spec {
        init_container {
          name    = "assets"
          image   = "busybox" # only copies files
          command = ["cp", "-r", "/src", "/dst"]
        }
        container {
          name  = "nginx"
          image = "nginx:latest" # the theme needs nothing newer
          port {
            container_port = 80
          }
        }
        container {
          # scraped by Prometheus
          name  = "exporter"
          image = "nginx/nginx-prometheus-exporter:1.4.0"
        }
      }
    }
  }
  lifecycle {
    ignore_changes = [
      spec[0].template[0].spec[0].container[0].image, # CI used to set it
      metadata[0].annotations,
    ]
  }
}
