module "web" {
  source = "./app"
  name   = "web"
}

module "admin" {
  source = "./app"
  name   = "admin"
}
