variable "image" {
  default = "nginx:latest"
}

module "inner" {
  source = "./inner"
  image  = var.image
}
