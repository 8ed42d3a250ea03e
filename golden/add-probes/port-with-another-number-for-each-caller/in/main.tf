module "a" {
  source = "./app"
  port   = 8080
}

module "b" {
  source = "./app"
  port   = 9090
}
