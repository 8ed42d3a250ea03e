module "web" {
  source = "./app"
}

module "worker" {
  source = "./app"
  worker = true
}
