resource "kubernetes_deployment" "server" {
  metadata {
    name = "immich-server"
  }
  spec {
    template {
      spec {
        container {
          name  = "server"
          image = "ghcr.io/immich-app/immich-server:${var.immich_version}"
        }
      }
    }
  }
}

resource "kubernetes_deployment" "machine_learning" {
  metadata {
    name = "immich-machine-learning"
  }
  spec {
    template {
      spec {
        container {
          name  = "machine-learning"
          image = "ghcr.io/immich-app/immich-machine-learning:${var.immich_version}-cuda"
        }
      }
    }
  }
}

resource "kubernetes_stateful_set_v1" "database" {
  metadata {
    name = "immich-database"
  }
  spec {
    service_name = "database"
    template {
      spec {
        container {
          name  = "postgres"
          image = "postgres:16-alpine"
        }
      }
    }
  }
}

resource "kubernetes_daemon_set_v1" "frames" {
  metadata {
    name = "frames"
  }
  spec {
    template {
      spec {
        container {
          name  = "frame"
          image = format("%s:%s", "ghcr.io/immichframe/immichframe", var.tag)
        }
      }
    }
  }
}
