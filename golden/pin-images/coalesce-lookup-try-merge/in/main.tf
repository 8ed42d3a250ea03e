resource "kubernetes_deployment_v1" "a" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = coalesce(null, "nginx:latest")
        }
      }
    }
  }
}

resource "kubernetes_deployment_v1" "b" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = lookup({ web = "redis:7" }, "web", "x")
        }
      }
    }
  }
}

resource "kubernetes_deployment_v1" "c" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = try(local.none.image, "busybox")
        }
      }
    }
  }
}

resource "kubernetes_deployment_v1" "d" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = merge({ image = "python:3.12-slim" }, {}).image
        }
      }
    }
  }
}

locals {
  none = {}
}
