module "m" {
  source = "./m"
  count  = 1
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = module.m[0].image
    }
  }
}
