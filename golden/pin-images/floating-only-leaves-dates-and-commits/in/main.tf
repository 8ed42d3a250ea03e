resource "kubernetes_pod_v1" "dated" {
  spec {
    container {
      name  = "dated"
      image = "ghcr.io/acme/app:20240115"
    }
  }
}

resource "kubernetes_pod_v1" "commit" {
  spec {
    container {
      name  = "commit"
      image = "ghcr.io/acme/app:sha-1a2b3c4"
    }
  }
}
