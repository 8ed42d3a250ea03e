module "a" {
  source = "./m"
}

module "b" {
  source = "./m"
}

resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      name  = "web"
      image = module.a.image
    }
  }
}

output "image" {
  value = module.b.image
}
