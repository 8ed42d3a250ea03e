module "web" {
  source   = "./app"
  name     = "web"
  replicas = 2
}

module "admin" {
  source   = "./app"
  name     = "admin"
  replicas = 3
}
