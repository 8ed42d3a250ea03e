resource "kubernetes_deployment_v1" "a" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = coalesce(null, "nginx:1.27.3@sha256:f6bd810360c381c81576b17c0e1e306dc005db5d537af3e65b854275c9f09b93")
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
          image = lookup({ web = "redis:7.4.1@sha256:62c00e291ad5d4b04f16cdd249d35a29aba44c01aebedd8047686b2d1e89c3ed" }, "web", "x")
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
          image = try(local.none.image, "busybox:1.37.0@sha256:df5fb1077a9e0c027491208c88c0fabf47a6539a7e888df0f0aa0fb3f885084d")
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
          image = merge({ image = "python:3.12.8-slim@sha256:101d033f1ccd9ab686e908f1434b47bc73a2b55cfcb58ced73e3cf2741c7f9fa" }, {}).image
        }
      }
    }
  }
}

locals {
  none = {}
}
