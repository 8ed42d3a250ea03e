module "outer" {
  source = "./outer"
  image  = "nginx:latest"
}
