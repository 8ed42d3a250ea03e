variable "image" {
}

module "outer" {
  source = "./outer"
  image  = var.image
}
