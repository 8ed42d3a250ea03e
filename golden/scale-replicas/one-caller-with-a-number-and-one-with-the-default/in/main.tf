resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

module "web" {
  source   = "./web"
  tier     = "0-core"
  replicas = 1
}

module "other" {
  source = "./web"
  tier   = "0-core"
}
