variable "image" {}

module "inner" {
  source = "../inner"
  image  = var.image
}
