module "web" {
  source = "./m"
  name   = "nginx"
}

module "cache" {
  source = "./m"
  name   = "redis"
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = module.web.image
    }
  }
}
