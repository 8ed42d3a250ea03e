module "web" {
  source   = "./app"
  name     = "web"
  replicas = 1
}

module "admin" {
  source   = "./app"
  name     = "admin"
  replicas = 3
}
