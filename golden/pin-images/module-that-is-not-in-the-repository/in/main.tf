module "m" {
  source  = "acme/m/aws"
  version = "1.0.0"
}

resource "kubernetes_deployment_v1" "app" {
  spec {
    template {
      spec {
        container {
          name  = "main"
          image = module.m.image
        }
      }
    }
  }
}
